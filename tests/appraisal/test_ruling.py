"""What did not satisfy goes to a supervisor outside the unit: redo, or stand with reasons."""

from __future__ import annotations

import pytest

from lianxin.access import Refused
from lianxin.appraisal import actions
from lianxin.cases.states import State
from lianxin.kernel.problems import Problem
from lianxin.pages import story
from tests.walk import Walk

pytestmark = pytest.mark.django_db


def unsatisfied(walk: Walk) -> None:
    walk.until("replied")
    walk.rate(result=1, solved="no")


def test_a_rework_has_its_own_limit_and_says_why(walk: Walk) -> None:
    unsatisfied(walk)
    with pytest.raises(Refused):
        actions.order_rework(walk.case, text="没修好", by=walk.viewer("leader"))
    with pytest.raises(Problem):
        actions.order_rework(walk.case, text=" ", by=walk.viewer("supervisor"))
    actions.order_rework(walk.case, text="灯还是不亮。", by=walk.viewer("supervisor"))
    assert walk.case.state == State.REWORK
    assert walk.case.due_at is not None
    assert "灯还是不亮。" in [line.text for line in story.lines(walk.case, audience="resident")]


def test_a_reply_that_stands_closes_as_explained(walk: Walk) -> None:
    unsatisfied(walk)
    actions.let_stand(walk.case, text="已到现场，灯亮。", by=walk.viewer("supervisor"))
    assert (walk.case.state, walk.case.closing) == (State.CLOSED, "explained")


def test_reworks_beyond_the_number_of_the_preset_are_supervised(walk: Walk) -> None:
    unsatisfied(walk)
    for turn in range(3):
        actions.order_rework(walk.case, text="没修好", by=walk.viewer("supervisor"))
        walk.submit(history=f"第 {turn} 次没修好。")
        walk.approve()
        walk.rate(result=1, solved="no")
    assert walk.case.supervisions.filter(trigger__startswith="reworks:").count() == 1


def test_a_satisfied_person_is_not_overruled(walk: Walk) -> None:
    walk.until("replied")
    caller = walk.viewer("follow_up_caller")
    actions.call_back(walk.case, way="phone", reached=True, by=caller)
    with pytest.raises(Problem):
        actions.order_rework(walk.case, text="没修好", by=walk.viewer("supervisor"))
