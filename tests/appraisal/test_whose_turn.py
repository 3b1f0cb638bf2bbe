"""After a reply it is the caller's turn; a judgement that is not content hands it on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import LazySettings as Settings

from lianxin.appraisal import actions
from lianxin.cases import queries
from lianxin.cases.actions import ask_review, decide_review, register_case
from lianxin.deadlines import queries as clocks
from lianxin.kernel import clock
from tests.walk import Walk, begin

pytestmark = pytest.mark.django_db


def to_do(walk: Walk, part: str) -> list[int]:
    page = queries.worklist(walk.viewer(part), queries.Filter())
    return [case.pk for case in page.cases]


def running(walk: Walk) -> set[str]:
    return {row.kind for row in clocks.running(walk.case.subject)}


def test_the_decision_has_a_date_and_stands_in_its_place(walk: Walk) -> None:
    late = begin(walk.cast)
    for each in (walk, late):
        each.until("replied")
        assert each.case.pk in to_do(each, "follow_up_caller")
        assert each.case.pk not in to_do(each, "supervisor")
        each.rate(result=1, solved="no")
        assert "ruling" in running(each) and each.case.due_at is not None
        assert each.case.pk not in to_do(each, "follow_up_caller")
    assert to_do(walk, "supervisor")[:2] == [walk.case.pk, late.case.pk]


@pytest.mark.parametrize("rule", [actions.order_rework, actions.let_stand])
def test_the_decision_ends_the_clock(walk: Walk, rule: object) -> None:
    walk.until("replied")
    walk.rate(result=1, solved="no")
    assert callable(rule)
    rule(walk.case, text="看过现场，理由如下。", by=walk.viewer("supervisor"))
    assert "ruling" not in running(walk)
    assert walk.case.pk not in to_do(walk, "supervisor")


def test_a_preset_without_a_limit_for_the_call_changes_nothing(
    walk: Walk, settings: Settings
) -> None:
    settings.LIANXIN_POLICY = "hotline_12345_generic"
    other = begin(walk.cast)
    register_case(other.case, by=other.viewer("clerk"))
    other.until("replied")
    caller = other.viewer("follow_up_caller")
    actions.call_back(other.case, way="phone", reached=False, by=caller)
    assert "follow_up" not in running(other)
    assert other.case.pk in to_do(other, "follow_up_caller")
    assert other.case.pk not in to_do(other, "supervisor")
    other.rate(result=1, solved="no")
    assert other.case.pk in to_do(other, "supervisor")


def test_a_reply_that_was_let_stand_stands_after_a_review(walk: Walk, settings: Settings) -> None:
    settings.LIANXIN_POLICY = "xinfang_2022"
    other = begin(walk.cast)
    if other.case.state == "submitted":
        register_case(other.case, by=other.viewer("clerk"))
    other.until("replied")
    other.rate(result=1, solved="no")
    actions.let_stand(other.case, text="理由如下。", by=other.viewer("supervisor"))
    ask_review(other.case, text="请复查。", by=other.resident)
    decide_review(other.case, changed=False, text="维持。", by=other.viewer("review_body"))
    actions.call_back(other.case, way="phone", reached=False, by=other.viewer("follow_up_caller"))
    assert other.case.pk in to_do(other, "follow_up_caller")
    assert other.case.pk not in to_do(other, "supervisor")
    with clock.at(clock.now() + timedelta(days=60)):
        assert actions.close_unrated() == 1
    assert other.case.closing == "explained"
