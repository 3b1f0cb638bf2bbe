"""What a reply shows besides the answer: plain words, fault, weighing, pictures, earlier ones."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lianxin.cases import actions as cases
from lianxin.deadlines import queries as deadlines
from lianxin.deadlines.models import Clock
from lianxin.intake import actions as intake
from lianxin.intake.queries import attachments_of
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.promises import actions as promises
from lianxin.promises import queries as promise_queries
from lianxin.replies import plain, queries
from tests.intake.paper import copy
from tests.walk import Walk, begin

pytestmark = pytest.mark.django_db


def test_officialese_and_long_sentences_are_remarked_on() -> None:
    stiff = "针对信访人反映的问题，我单位高度重视，将依法依规尽快予以处理。"
    assert len(plain.remarks(stiff)) >= 5
    assert plain.remarks("您说的路灯，我们今晚换好了。") == []
    assert any("…" in remark for remark in plain.remarks("您好，" + "路灯" * 40))


def test_what_was_wrong_weighed_and_lacking_is_kept_and_read(walk: Walk) -> None:
    walk.until("handling")
    walk.contact()
    walk.submit(
        responsibility="巡查漏了这段路，已补上。",
        balance="先装临时灯，明年一起换电缆，省得挖两次路。",
        policy_gap="老旧街巷的路灯没有写明归谁管。",
    )
    walk.approve()
    reply = queries.newest_sent(walk.case)
    assert reply is not None
    assert reply.responsibility and reply.balance and reply.policy_gap


def test_a_second_reply_says_what_was_answered_before(walk: Walk) -> None:
    walk.until("closed")
    cases.reopen(walk.case, text="又不亮了。", by=walk.resident)
    with pytest.raises(Problem) as caught:
        walk.submit()
    assert set(caught.value.messages) == {"history"}


def test_pictures_of_the_result_stand_beside_those_of_the_fault(walk: Walk) -> None:
    walk.until("handling")
    walk.contact()
    photo = intake.store_file(copy())
    walk.submit(attachments=(photo.uuid,))
    assert [row.of_result for row in attachments_of(walk.case.concern_id)] == [True]


def test_how_the_same_kind_was_settled_before_is_shown_within_sight(walk: Walk) -> None:
    walk.until("closed")
    other = begin(walk.cast)
    other.until("handling")
    before = queries.settled_like(other.viewer("handler"), other.case)
    assert [reply.case_id for reply in before] == [walk.case.pk]
    assert queries.settled_like(other.viewer("handler_of_other_unit"), other.case) == []


def test_an_explanation_alone_does_not_end_a_deferred_case(walk: Walk) -> None:
    walk.until("handling")
    walk.contact()
    today = clock.today()
    plan = cases.NewDeferral(
        facts="电缆老了。",
        why="等预算。",
        conditions="先装临时灯。",
        leader_id=walk.cast.leader.pk,
        next_report_on=today + timedelta(days=20),
        milestones=[cases.Milestone("装临时灯", today + timedelta(days=10))],
    )
    cases.ask_deferral(walk.case, plan, by=walk.viewer("leader"))
    cases.rule_on_deferral(walk.case, grant=True, text="同意", by=walk.viewer("supervisor"))
    cases.end_deferral(walk.case, by=walk.viewer("leader"))
    explained = {"verdict": "explain", "remedy": "可以要求重办"}
    with pytest.raises(Problem) as caught:
        walk.submit(**explained)
    assert set(caught.value.messages) == {"verdict"}
    step = promise_queries.promises_of(walk.case.subject).get()
    promises.end_promise(step, kept=True, evidence="照片", by=walk.viewer("handler"))
    walk.submit(**explained)


def test_what_can_be_settled_at_once_has_a_shorter_limit(walk: Walk) -> None:
    slow = begin(walk.cast)
    walk.sort(solvability="now")
    slow.sort(solvability="steps")
    for each in (walk, slow):
        each.dispatch()
    assert walk.case.lane == "fast"
    ends = {each.number: max(row.due_at for row in _handling(each)) for each in (walk, slow)}
    assert ends[walk.number] < ends[slow.number]


def _handling(walk: Walk) -> list[Clock]:
    return [row for row in deadlines.running(walk.case.subject) if row.kind == "handling"]
