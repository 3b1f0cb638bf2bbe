"""More time: before the limit, once, at most what the preset allows, with a reason (T24)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lianxin.cases import actions
from lianxin.deadlines import queries as clocks
from lianxin.deadlines.models import Clock
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.pages import story
from tests.walk import Walk

pytestmark = pytest.mark.django_db
REASON = "灯头要从省城订，还没到。"


def ask(walk: Walk, days: int = 5) -> None:
    actions.ask_extension(
        walk.case,
        days=days,
        reason="parts",
        text="灯头要从省城订，还没到。",
        by=walk.viewer("handler"),
    )


def handling(walk: Walk) -> Clock:
    return next(row for row in clocks.running(walk.case.subject) if row.kind == "handling")


def test_a_granted_extension_moves_the_date_and_tells_the_reason(walk: Walk) -> None:
    walk.until("handling")
    before = handling(walk).due_at
    ask(walk)
    assert handling(walk).due_at == before
    actions.rule_on_extension(walk.case, grant=True, text="同意", by=walk.viewer("leader"))
    after = handling(walk)
    assert after.due_at > before
    assert after.original_due_at == before
    told = [line.text for line in story.lines(walk.case, audience="resident")]
    assert REASON in told


def test_a_declined_one_leaves_the_date(walk: Walk) -> None:
    walk.until("handling")
    before = handling(walk).due_at
    ask(walk)
    actions.rule_on_extension(walk.case, grant=False, text="先装临时灯", by=walk.viewer("leader"))
    assert handling(walk).due_at == before


def test_it_is_granted_once(walk: Walk) -> None:
    walk.until("handling")
    ask(walk)
    actions.rule_on_extension(walk.case, grant=True, text="同意", by=walk.viewer("leader"))
    with pytest.raises(Problem):
        ask(walk)


@pytest.mark.parametrize("days", [0, -1, 11, 10**6])
def test_it_has_a_longest(walk: Walk, days: int) -> None:
    walk.until("handling")
    with pytest.raises(Problem) as caught:
        ask(walk, days)
    assert "days" in caught.value.messages


def test_it_is_asked_for_before_the_limit(walk: Walk) -> None:
    walk.until("handling")
    with clock.at(handling(walk).due_at - timedelta(minutes=5)), pytest.raises(Problem):
        ask(walk)
