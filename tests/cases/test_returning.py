"""A unit may hand a case back: in time, with a basis, once (T12–T14)."""

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


def ask(walk: Walk, **changes: str) -> None:
    wanted = {"reason": "not_our_duty", "text": "这段路归交通局管。", "basis": "县三定方案第 7 条"}
    actions.ask_return(walk.case, **(wanted | changes), by=walk.viewer("liaison"))  # type: ignore[arg-type]


def test_an_upheld_return_goes_back_to_the_desk_and_the_total_limit_runs_on(walk: Walk) -> None:
    walk.until("dispatched")
    due = {row.kind: row.due_at for row in clocks.running(walk.case.subject)}
    ask(walk)
    actions.rule_on_return(walk.case, grant=True, text="归交通局", by=walk.viewer("dispatcher"))
    assert walk.case.state == State.TRIAGE
    walk.dispatch()
    running = {row.kind: row.due_at for row in clocks.running(walk.case.subject)}
    assert running["handling"] == due["handling"]
    assert "sign" in running


def test_after_a_decision_the_unit_cannot_return_it_again(walk: Walk) -> None:
    walk.until("dispatched")
    ask(walk)
    actions.rule_on_return(walk.case, grant=False, text="目录归你们", by=walk.viewer("dispatcher"))
    assert walk.case.state == State.ACCEPTED
    with pytest.raises(Problem):
        ask(walk)


def test_a_late_objection_is_refused(walk: Walk) -> None:
    walk.until("dispatched")
    with clock.at(clock.now() + timedelta(days=9)), pytest.raises(Problem):
        ask(walk)


def test_a_return_needs_its_basis(walk: Walk) -> None:
    walk.until("dispatched")
    with pytest.raises(Problem) as caught:
        ask(walk, basis=" ")
    assert list(caught.value.messages) == ["basis"]
    assert walk.case.state == State.DISPATCHED
