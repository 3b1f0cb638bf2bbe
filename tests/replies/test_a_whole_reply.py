"""A reply answers every point, says what it rests on, and is approved by another (T27–T29)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lianxin.access import Grant, Refused, Viewer
from lianxin.cases.states import State
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.promises import queries as promises
from lianxin.replies import actions, queries
from tests.cast import Cast
from tests.walk import Walk, begin

pytestmark = pytest.mark.django_db


def problems(walk: Walk, **changes: object) -> set[str]:
    with pytest.raises(Problem) as caught:
        walk.submit(**changes)
    return set(caught.value.messages)


def test_every_point_is_answered(walk: Walk) -> None:
    walk.sort(points=["把路灯修好", "说说为什么拖了三天"])
    for step in (walk.dispatch, walk.sign, walk.start, walk.contact):
        step()
    first, second = walk.case.points.all()
    assert problems(walk, findings={first.pk: "修好了"}) == {f"finding_{second.position}"}
    assert walk.case.state == State.HANDLING


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"verdict": ""}, "verdict"),
        ({"verdict": "maybe"}, "verdict"),
        ({"summary": "  "}, "summary"),
        ({"basis": ""}, "basis"),
        ({"verdict": "not_support"}, "remedy"),
        ({"next_step": "下周再巡一次"}, "next_step_due"),
        ({"summary": "字" * 2_001}, "summary"),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    walk: Walk, changes: dict[str, object], field: str
) -> None:
    walk.until("handling")
    walk.contact()
    assert field in problems(walk, **changes)


def test_no_basis_must_be_said_plainly(walk: Walk) -> None:
    walk.until("handling")
    walk.contact()
    walk.submit(basis="", no_basis=True)
    assert walk.case.state == State.REPLY_REVIEW


def test_somebody_talks_with_the_person_before_an_adverse_reply(cast: Cast, walk: Walk) -> None:
    named = begin(cast, identity="named", contact={"name": "王某", "phone": "13900000000"})
    named.until("handling")
    adverse = {"verdict": "explain", "remedy": "可以要求重办"}
    assert problems(named, **adverse) == {"verdict"}
    named.contact()
    named.submit(**adverse)
    assert named.case.state == State.REPLY_REVIEW


def test_whoever_drafted_or_handles_it_does_not_approve_it(walk: Walk) -> None:
    walk.until("handling")
    walk.contact()
    walk.submit()
    for part in ("handler", "colleague"):
        with pytest.raises(Refused):
            actions.approve_reply(walk.case, by=walk.viewer(part))
    walk.approve()
    assert walk.case.state == State.REPLIED


def test_a_next_step_becomes_a_promise_with_its_date(walk: Walk) -> None:
    walk.until("handling")
    walk.contact()
    due = clock.today() + timedelta(days=7)
    walk.submit(next_step="把整条街的灯巡一遍", next_step_due=due)
    walk.approve()
    row = promises.promises_of(walk.case.subject).get()
    assert (row.text, row.due_on, row.unit) == ("把整条街的灯巡一遍", due, walk.cast.housing)


def test_what_is_sent_back_stays_as_the_next_draft(walk: Walk) -> None:
    walk.until("handling")
    walk.contact()
    walk.submit(summary="修好了。")
    with pytest.raises(Problem):
        actions.send_back(walk.case, text=" ", by=walk.viewer("leader"))
    actions.send_back(walk.case, text="说清换了几盏。", by=walk.viewer("leader"))
    assert walk.case.state == State.HANDLING
    draft = queries.draft_of(walk.case)
    assert draft is not None
    assert (draft.summary, draft.decision_text) == ("修好了。", "说清换了几盏。")


def test_the_resident_asks_back_once(walk: Walk) -> None:
    walk.until("replied")
    actions.ask_back(walk.case, text="换的是多少瓦的？", by=walk.resident)
    with pytest.raises(Problem):
        actions.ask_back(walk.case, text="还有一个问题", by=walk.resident)
    with pytest.raises(Refused):
        actions.answer_back(walk.case, text="60 瓦", by=walk.viewer("handler_of_other_unit"))
    actions.answer_back(walk.case, text="60 瓦", by=walk.viewer("handler"))
    assert queries.open_question(walk.case) is None


def test_a_dispatcher_above_both_does_not_answer_for_the_unit(walk: Walk) -> None:
    walk.until("replied")
    actions.ask_back(walk.case, text="换的是多少瓦的？", by=walk.resident)
    county = Viewer(99, "王", (Grant("dispatcher", walk.cast.county.pk, walk.cast.county.path),))
    assert not queries.may_answer_back(county, walk.case)
    assert queries.may_answer_back(walk.viewer("leader"), walk.case)
