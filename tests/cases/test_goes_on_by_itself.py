"""When a case ends for its own person alone, whoever was joined goes on, and learns no why."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from lianxin.cases import actions, queries
from lianxin.cases.queries import Filter
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


def confirm_withdrawal(walk: Walk) -> None:
    """Taken back when a unit has it already: somebody outside it asks the person first."""
    walk.until("handling")
    actions.withdraw(walk.case, text="不用了", by=walk.resident)
    assert walk.case.state == "handling" and walk.case.joined.exists()
    caller = walk.viewer("follow_up_caller")
    actions.rule_on_withdrawal(walk.case, grant=True, text="本人确认，是自愿的。", by=caller)


def turns_out_to_be_about_the_desk(walk: Walk) -> None:
    """Nobody at the desk may look at it any more: it goes to the receiver outside."""
    actions.name_party(
        walk.case, unit_id=walk.cast.desk.pk, reason="说的是窗口的人", by=walk.viewer("supervisor")
    )


ENDS = [withdraw, seal, confirm_withdrawal, turns_out_to_be_about_the_desk]


@pytest.mark.parametrize("end", ENDS)
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
    assert first.case.state in ("withdrawn", "sealed") and not first.case.joined.exists()
    assert other.until("replied").state == "replied"


@pytest.mark.parametrize("end", ENDS)
def test_an_objection_to_being_joined_is_granted_when_it_is_over(
    pair: tuple[Walk, Walk], end: Callable[[Walk], None]
) -> None:
    first, other = pair
    actions.object_to(other.case, text="不是一件事。", by=other.resident)
    end(first)
    outbox.drain()
    assert not queries.waiting(other.case)
    assert other.case.applications.get().decision == "granted"
    assert "您的异议成立" in reads(other)
    # Nobody finds it among what waits for a decision, and what comes later may be objected to.
    by = other.viewer("supervisor")
    assert not queries.worklist(by, Filter(light="decision")).cases
    assert not queries.came_back(other.case)
    dispatcher, supervisor = other.viewer("dispatcher"), other.viewer("supervisor")
    actions.ask_aside(other.case, ground="empty", text="没有内容。", by=dispatcher)
    actions.rule_on_aside(other.case, grant=True, text="是的", by=supervisor)
    actions.object_to(other.case, text="有内容。", by=other.resident)
    assert other.case.state == "triage"


def test_declined_the_withdrawal_leaves_everybody_joined(pair: tuple[Walk, Walk]) -> None:
    first, other = pair
    first.until("handling")
    actions.withdraw(first.case, text="有人劝我撤回", by=first.resident)
    caller = first.viewer("follow_up_caller")
    actions.rule_on_withdrawal(first.case, grant=False, text="不是自愿的。", by=caller)
    assert (first.case.state, other.case.state) == ("handling", "merged")
    assert other.case.parent == first.case


def test_whoever_objected_and_takes_back_their_own_leaves_nothing_to_decide(
    pair: tuple[Walk, Walk],
) -> None:
    _first, other = pair
    actions.object_to(other.case, text="不是一件事。", by=other.resident)
    actions.withdraw(other.case, by=other.resident)
    assert other.case.state == "withdrawn" and not queries.waiting(other.case)


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
