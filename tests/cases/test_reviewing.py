"""Review and recheck by the next higher body, within the right's time (T36–T39)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lianxin.cases import actions
from lianxin.cases.states import State
from lianxin.deadlines import queries as clocks
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from tests.walk import Walk

pytestmark = pytest.mark.django_db


def replied(walk: Walk) -> None:
    walk.sort(policy="xinfang_2022")
    walk.until("replied")


def test_a_petition_can_be_reviewed_and_rechecked_to_the_end(walk: Walk) -> None:
    replied(walk)
    actions.ask_review(walk.case, text="没有到现场看。", by=walk.resident)
    assert walk.case.state == State.REVIEW
    body = walk.viewer("review_body")
    actions.decide_review(walk.case, changed=False, text="已到现场，维持。", by=body)
    assert walk.case.state == State.REPLIED
    actions.ask_recheck(walk.case, text="灯还是不亮。", by=walk.resident)
    with pytest.raises(Problem):
        actions.decide_recheck(walk.case, changed=True, text="改正", by=body)


def test_the_right_lapses(walk: Walk) -> None:
    replied(walk)
    with clock.at(clock.now() + timedelta(days=40)), pytest.raises(Problem):
        actions.ask_review(walk.case, text="没有到现场看。", by=walk.resident)


def test_a_handling_limit_of_a_petition_begins_with_acceptance(walk: Walk) -> None:
    walk.sort(policy="xinfang_2022")
    walk.dispatch()
    assert "handling" not in {row.kind for row in clocks.running(walk.case.subject)}
    walk.sign()
    assert "handling" in {row.kind for row in clocks.running(walk.case.subject)}


def test_a_preset_without_the_right_offers_none(walk: Walk) -> None:
    walk.until("replied")
    with pytest.raises(Problem):
        actions.ask_review(walk.case, text="没有到现场看。", by=walk.resident)
