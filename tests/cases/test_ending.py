"""Withdrawal of free will, reopening in time, archiving in the end (T40, T41, T43)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lianxin.access import Refused
from lianxin.cases import actions
from lianxin.cases.states import ARCHIVE_AFTER, State
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from tests.walk import Walk

pytestmark = pytest.mark.django_db


def test_before_a_unit_has_it_a_concern_is_withdrawn_at_once(walk: Walk) -> None:
    actions.withdraw(walk.case, by=walk.resident)
    assert walk.case.state == State.WITHDRAWN


def test_later_somebody_outside_the_unit_asks_whether_it_is_free_will(walk: Walk) -> None:
    walk.until("handling")
    actions.withdraw(walk.case, text="不反映了", by=walk.resident)
    assert walk.case.state == State.HANDLING
    with pytest.raises(Refused):
        actions.rule_on_withdrawal(walk.case, grant=True, text="本人同意", by=walk.viewer("leader"))
    caller = walk.viewer("follow_up_caller")
    actions.rule_on_withdrawal(walk.case, grant=False, text="有人让他撤，他不愿意", by=caller)
    assert walk.case.state == State.HANDLING


def test_the_same_fault_reopens_the_case_with_a_short_limit(walk: Walk) -> None:
    walk.until("closed")
    actions.reopen(walk.case, text="又不亮了。", by=walk.resident)
    assert walk.case.state == State.HANDLING
    assert walk.case.closing == ""
    assert walk.case.due_at is not None


def test_after_the_window_it_is_a_new_concern(walk: Walk) -> None:
    walk.until("closed")
    with clock.at(clock.now() + timedelta(days=101)), pytest.raises(Problem):
        actions.reopen(walk.case, text="又不亮了。", by=walk.resident)


def test_what_ended_long_ago_is_archived(walk: Walk) -> None:
    walk.until("closed")
    assert actions.archive_old() == 0
    with clock.at(clock.now() + ARCHIVE_AFTER + timedelta(days=1)):
        assert actions.archive_old() == 1
    assert walk.case.state == State.ARCHIVED


def test_handling_ends_only_on_a_ground_of_its_list_approved_outside_the_unit(walk: Walk) -> None:
    walk.until("handling")
    leader = walk.viewer("leader")
    with pytest.raises(Problem):
        actions.ask_termination(walk.case, ground="outside_area", text="不在本县", by=leader)
    actions.ask_termination(walk.case, ground="matter_gone", text="灯已经拆了。", by=leader)
    with pytest.raises(Refused):
        actions.rule_on_termination(walk.case, grant=True, text="同意", by=leader)
    actions.rule_on_termination(walk.case, grant=True, text="属实", by=walk.viewer("supervisor"))
    assert walk.case.state == State.TERMINATED
    assert walk.case.refusals.get().text == "灯已经拆了。"
