"""Every refusal has a ground, words, a second person where it ends the case, an objection."""

from __future__ import annotations

import pytest

from lianxin.access import Refused
from lianxin.cases import actions
from lianxin.cases.states import State
from lianxin.kernel.problems import Problem
from tests.walk import Walk

pytestmark = pytest.mark.django_db


def ask(walk: Walk, ground: str = "unlawful_or_immoral", text: str = "这件事法律不允许。") -> None:
    actions.ask_refusal(walk.case, ground=ground, text=text, by=walk.viewer("dispatcher"))


def test_not_accepting_needs_a_second_person(walk: Walk) -> None:
    walk.sort()
    ask(walk)
    assert walk.case.state == State.TRIAGE
    with pytest.raises(Problem):
        actions.rule_on_refusal(walk.case, grant=True, text="同意", by=walk.viewer("dispatcher"))
    actions.rule_on_refusal(walk.case, grant=True, text="同意", by=walk.viewer("supervisor"))
    assert walk.case.state == State.NOT_ACCEPTED
    assert walk.case.refusals.get().text == "这件事法律不允许。"


@pytest.mark.parametrize(
    ("ground", "text"),
    [("no_such_ground", "x"), ("emergency", "x"), ("unlawful_or_immoral", "  ")],
)
def test_a_refusal_without_ground_or_words_is_not_taken(walk: Walk, ground: str, text: str) -> None:
    walk.sort()
    with pytest.raises(Problem):
        ask(walk, ground, text)


def test_the_resident_objects_and_a_supervisor_sends_it_back(walk: Walk) -> None:
    walk.sort()
    by = walk.viewer("clerk")
    actions.refer_out(walk.case, ground="judicial_or_arbitration", text="请到法院立案。", by=by)
    assert walk.case.state == State.REFERRED_OUT
    actions.object_to(walk.case, text="法院说归你们管。", by=walk.resident)
    with pytest.raises(Refused):
        actions.rule_on_objection(walk.case, grant=True, text="对", by=walk.viewer("dispatcher"))
    actions.rule_on_objection(walk.case, grant=True, text="您说得对", by=walk.viewer("supervisor"))
    assert walk.case.state == State.TRIAGE
    assert walk.case.due_at is not None
