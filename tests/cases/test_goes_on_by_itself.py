"""When a case ends for its own person alone, whoever was joined goes on, and learns no why."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from lianxin.cases import actions, queries
from lianxin.deadlines import queries as clocks
from lianxin.journal import outbox
from lianxin.kernel.problems import Problem
from tests.cast import Cast
from tests.walk import Walk, begin, load_sorting

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(cast: Cast) -> tuple[Walk, Walk]:
    """A case at the desk, and one that was joined to it."""
    load_sorting()
    first, other = begin(cast), begin(cast)
    first.until("triage")
    other.sort()
    actions.merge_case(other.case, parent=first.case, by=first.viewer("dispatcher"))
    return first, other


def reads(walk: Walk) -> str:
    client = Client()
    assert client.post("/track/", {"code": walk.code}).status_code == 303
    return client.get("/track/case/").content.decode()


def withdraw(walk: Walk) -> None:
    actions.withdraw(walk.case, by=walk.resident)


def seal(walk: Walk) -> None:
    actions.seal_case(walk.case, by=walk.viewer("dispatcher"))


@pytest.mark.parametrize("end", [withdraw, seal])
def test_the_other_goes_on_at_the_desk_and_is_told_nothing_of_it(
    pair: tuple[Walk, Walk], end: Callable[[Walk], None]
) -> None:
    first, other = pair
    end(first)
    outbox.drain()
    case = other.case
    assert (case.state, case.parent) == ("triage", None)
    assert clocks.next_due(case.subject, "triage")
    page = reads(other)
    assert "撤回了" not in page and "密封" not in page and "单独" in page
    assert other.until("replied").state == "replied"


def test_whoever_was_joined_takes_back_their_own(pair: tuple[Walk, Walk]) -> None:
    first, other = pair
    actions.withdraw(other.case, by=other.resident)
    assert (other.case.state, other.case.parent) == ("withdrawn", None)
    assert first.case.state == "triage" and not first.case.joined.exists()
    assert not clocks.running(other.case.subject)


def test_what_others_raised_too_is_not_set_aside(pair: tuple[Walk, Walk]) -> None:
    first, _other = pair
    with pytest.raises(Problem):
        actions.ask_aside(
            first.case, ground="empty", text="没有内容。", by=first.viewer("dispatcher")
        )


def test_of_two_proposals_how_it_ends_one_waits(cast: Cast) -> None:
    load_sorting()
    walk = begin(cast)
    walk.until("triage")
    by = walk.viewer("dispatcher")
    actions.ask_aside(walk.case, ground="empty", text="没有内容。", by=by)
    with pytest.raises(Problem):
        actions.ask_refusal(walk.case, ground="secret_or_privacy", text="这是别人的隐私。", by=by)


def test_a_proposal_is_over_once_the_case_is_with_a_unit(cast: Cast) -> None:
    load_sorting()
    walk = begin(cast)
    walk.sort()
    actions.ask_aside(walk.case, ground="empty", text="没有内容。", by=walk.viewer("dispatcher"))
    walk.dispatch()
    assert not queries.waiting(walk.case)
    assert walk.case.applications.get().decision == "declined"
