"""Whatever people try, in whatever order, the invariants of a case hold (domain C4).

Random lives: each step is something a person might do through an action, whether or not it is
their turn. What the rules refuse must change nothing; what they allow must leave a lawful case.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lianxin.access import ANONYMOUS, Refused
from lianxin.appraisal import actions as appraisal
from lianxin.appraisal.models import Attempt, Rating
from lianxin.cases import actions as cases
from lianxin.cases.actions.moving import due_of
from lianxin.cases.models import Application, Case
from lianxin.cases.policy import closed_units, is_kept_away
from lianxin.cases.states import ENDED, MOVES, WITH_UNIT, State
from lianxin.deadlines import queries as clocks
from lianxin.intake import actions as intake
from lianxin.journal import outbox, periodic
from lianxin.journal.models import Entry
from lianxin.journal.verify import verify
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.people.queries import viewer_for
from lianxin.promises import actions as promises
from lianxin.promises import queries as promise_queries
from lianxin.replies import actions as replies
from lianxin.replies.models import Reply
from tests.walk import Walk, begin

pytestmark = pytest.mark.django_db

Step = Callable[[Walk], object]


def _decide(name: str, by: str) -> list[tuple[str, Step]]:
    rule: Callable[..., object] = getattr(cases, name)
    return [
        (name, lambda walk: rule(walk.case, grant=True, text="查过了，属实。", by=walk.viewer(by))),
        (name, lambda walk: rule(walk.case, grant=False, text="理由不够。", by=walk.viewer(by))),
    ]


def _defer(walk: Walk) -> object:
    today = clock.today()
    plan = cases.NewDeferral(
        facts="线路老化，要重新排。",
        why="预算要等明年。",
        conditions="列入明年计划，先装临时灯。",
        leader_id=walk.cast.leader.pk,
        next_report_on=today + timedelta(days=20),
        milestones=[cases.Milestone("装临时灯", today + timedelta(days=15))],
    )
    return cases.ask_deferral(walk.case, plan, by=walk.viewer("leader"))


def _keep_a_promise(walk: Walk) -> None:
    row = promise_queries.promises_of(walk.case.subject).filter(ended_at=None).first()
    if row is None:
        raise Problem("none")
    promises.end_promise(row, kept=True, evidence="照片", by=walk.viewer("handler"))


def _answer_supervision(walk: Walk) -> None:
    row = walk.case.supervisions.filter(answered_at=None).first()
    if row is None:
        raise Problem("none")
    cases.answer_supervision(row, text="已派人去修。", by=walk.viewer("leader"))


# Each step with the move it tries; the usual way first.
USUAL: list[tuple[str, Step]] = [
    ("sort", Walk.sort),
    ("dispatch", Walk.dispatch),
    ("sign", Walk.sign),
    ("start_handling", Walk.start),
    ("log_contact", Walk.contact),
    ("submit_reply", Walk.submit),
    ("approve_reply", Walk.approve),
    ("rate", Walk.rate),
]
STEPS: list[tuple[str, Step]] = [
    *USUAL,
    ("sort", lambda walk: walk.sort(policy="xinfang_2022")),
    ("rate", lambda walk: walk.rate(result=1, solved="no")),
    ("submit_reply", lambda walk: walk.submit(history="上次没修好。")),
    ("submit_reply", lambda walk: walk.submit(verdict="not_support", remedy="可以申请复查")),
    ("send_back", lambda walk: replies.send_back(
        walk.case, text="没说依据", by=walk.viewer("leader"))),
    ("approve_reply", lambda walk: replies.approve_reply(walk.case, by=walk.viewer("handler"))),
    ("answer_at_once", lambda walk: replies.answer_at_once(
        walk.case, summary="周一到周五开门。", basis="知识库第 3 条", by=walk.viewer("clerk"))),
    ("refer_out", lambda walk: cases.refer_out(
        walk.case, ground="judicial_or_arbitration", text="请到法院。", by=walk.viewer("clerk"))),
    ("hand_over", lambda walk: cases.hand_over(
        walk.case, cases.NewHandover("court", "原话", "post", clock.today(), clock.today(), "1"),
        ground="judicial_or_arbitration", text="已转法院。", by=walk.viewer("clerk"))),
    ("note_receipt", lambda walk: cases.note_receipt(
        walk.case, receipt="7", received_on=clock.today(), by=walk.viewer("dispatcher"))),
    ("ask_refusal", lambda walk: cases.ask_refusal(
        walk.case, ground="unlawful_or_immoral", text="不能办。", by=walk.viewer("dispatcher"))),
    ("ask_aside", lambda walk: cases.ask_aside(
        walk.case, ground="test_message", text="是测试。", by=walk.viewer("dispatcher"))),
    *_decide("rule_on_aside", "supervisor"),
    ("come_back", lambda walk: cases.object_to(walk.case, text="我是认真的", by=walk.resident)),
    *_decide("rule_on_refusal", "supervisor"),
    *_decide("rule_on_refusal", "dispatcher"),
    ("merge", lambda walk: cases.merge_case(
        walk.case, parent=begin(walk.cast).case, by=walk.viewer("dispatcher"))),
    ("log_contact", lambda walk: begin(walk.cast, words="我家门口也黑。", same_as=walk.number)),
    ("split", lambda walk: cases.split_case(
        walk.case, text="是另一处。", by=walk.viewer("dispatcher"))),
    ("keep_away", lambda walk: cases.name_party(
        walk.case, unit_id=walk.cast.housing.pk, reason="说的就是他们",
        by=walk.viewer("dispatcher"))),
    ("keep_away", lambda walk: cases.name_party(
        walk.case, user_id=walk.cast.leader.pk, reason="点了名", by=walk.viewer("supervisor"))),
    ("lift_conflict", lambda walk: cases.lift_conflict(
        walk.case, walk.case.conflicts.order_by("-pk").values_list("pk", flat=True).first() or 0,
        reason="弄错了", by=walk.viewer("supervisor"))),
    ("log_contact", lambda walk: cases.step_aside(
        walk.case, reason="是我亲戚", by=walk.viewer("handler"))),
    ("ask_recusal", lambda walk: cases.ask_recusal(
        walk.case, text="办事的是对方亲戚", by=walk.resident)),
    ("rule_on_recusal", lambda walk: cases.rule_on_recusal(
        walk.case, grant=True, text="换人。", who=("handler",), by=walk.viewer("supervisor"))),
    ("rule_on_recusal", lambda walk: cases.rule_on_recusal(
        walk.case, grant=False, text="没有根据。", by=walk.viewer("dispatcher"))),
    ("seal", lambda walk: cases.seal_case(walk.case, by=walk.viewer("dispatcher"))),
    ("hand_back", lambda walk: cases.hand_back(
        walk.case, reason="不是违纪", by=walk.viewer("discipline_receiver"))),
    ("ask_return", lambda walk: cases.ask_return(
        walk.case, reason="not_our_duty", text="归交通局", basis="三定方案",
        by=walk.viewer("liaison"))),
    *_decide("rule_on_return", "dispatcher"),
    ("ask_info", lambda walk: cases.ask_info(
        walk.case, text="请拍一张灯杆编号。", by=walk.viewer("handler"))),
    ("resume", lambda walk: cases.resume(walk.case, came=True, by=walk.viewer("handler"))),
    ("resume", lambda walk: intake.add_words(
        walk.case.concern, words="又坏了一盏。", by=walk.resident)),
    ("whistle", lambda walk: cases.whistle(
        walk.case, unit_id=walk.cast.water.pk, task="一起看现场", by=walk.viewer("leader"))),
    ("ask_extension", lambda walk: cases.ask_extension(
        walk.case, days=5, reason="parts", text="等配件", by=walk.viewer("handler"))),
    *_decide("rule_on_extension", "leader"),
    ("ask_deferral", _defer),
    *_decide("rule_on_deferral", "supervisor"),
    *_decide("rule_on_deferral", "leader"),
    ("report_progress", lambda walk: cases.report_progress(
        walk.case, text="临时灯已装。", next_report_on=clock.today() + timedelta(days=10),
        by=walk.viewer("handler"))),
    ("end_deferral", lambda walk: cases.end_deferral(walk.case, by=walk.viewer("leader"))),
    ("end_deferral", _keep_a_promise),
    ("call_back", lambda walk: appraisal.call_back(
        walk.case, way="phone", reached=False, by=walk.viewer("follow_up_caller"))),
    ("call_back", lambda walk: appraisal.call_back(
        walk.case, way="phone", reached=True, by=walk.viewer("leader"))),
    ("order_rework", lambda walk: appraisal.order_rework(
        walk.case, text="没修好", by=walk.viewer("supervisor"))),
    ("let_stand", lambda walk: appraisal.let_stand(
        walk.case, text="已按规定办", by=walk.viewer("supervisor"))),
    ("ask_review", lambda walk: cases.ask_review(walk.case, text="请再看看", by=walk.resident)),
    ("decide_review", lambda walk: cases.decide_review(
        walk.case, changed=False, text="维持", by=walk.viewer("review_body"))),
    ("ask_recheck", lambda walk: cases.ask_recheck(walk.case, text="请再看看", by=walk.resident)),
    ("decide_recheck", lambda walk: cases.decide_recheck(
        walk.case, changed=True, text="改正", by=walk.viewer("review_body"))),
    ("reopen", lambda walk: cases.reopen(walk.case, text="又坏了", by=walk.resident)),
    ("withdraw", lambda walk: cases.withdraw(walk.case, text="不用了", by=walk.resident)),
    ("withdraw", lambda walk: cases.withdraw(walk.case, by=ANONYMOUS)),
    *_decide("rule_on_withdrawal", "follow_up_caller"),
    ("ask_termination", lambda walk: cases.ask_termination(
        walk.case, ground="in_court", text="已起诉。", by=walk.viewer("leader"))),
    *_decide("rule_on_termination", "dispatcher"),
    ("object", lambda walk: cases.object_to(walk.case, text="我不同意", by=walk.resident)),
    *_decide("rule_on_objection", "supervisor"),
    ("urge", lambda walk: cases.supervise(
        walk.case, kind="urge", text="三天没动静", by=walk.viewer("supervisor"))),
    ("answer_supervision", _answer_supervision),
]  # fmt: skip


def check(walk: Walk, before: Case, entries: int) -> None:
    """The invariants of C4, after any step."""
    case = walk.case
    if case.state != before.state:
        assert Entry.objects.count() > entries, "1: a change of state without an entry"
    sent = Reply.objects.filter(case=case, status="approved")
    if case.state == State.CLOSED:
        assert sent.exists(), "2: closed without a reply"
    for reply in sent.exclude(verdict="answered"):
        assert reply.drafted_by_id != reply.decided_by_id, "3: approved by the drafter"
    members = {walk.cast.handler.pk, walk.cast.leader.pk, walk.cast.liaison.pk}
    assert not Attempt.objects.filter(reply__case=case, by__in=members).exists(), "3: own caller"
    assert case.concern.words == before.concern.words, "5: words changed"
    running = clocks.running(case.subject)
    for row in running:
        assert row.paused_at is None or (row.pause_reason and row.pause_until), "7: silent pause"
    if case.state in {State.SET_ASIDE, State.REFERRED_OUT, State.NOT_ACCEPTED, State.TERMINATED}:
        assert case.refusals.exclude(text="").exists(), "8: refused without words"
    if case.state in ENDED - {State.SEALED}:
        assert case.due_at is None, f"an ended case is due: {[row.kind for row in running]}"
    assert case.due_at == due_of(case), "the due date is not that of the clocks"
    if case.closing == "solved" and case.state == State.CLOSED:
        assert Rating.objects.filter(reply__case=case, solved="yes").exists(), "silence counted"
    for person in (case.handler, case.leader):
        assert person is None or not is_kept_away(viewer_for(person), case), (
            "works on it, kept away"
        )
    assert not (case.lead_unit and case.state in WITH_UNIT and closed_units(case)(case.lead_unit))
    same = Application.objects.filter(case=case, asked_by__isnull=False)
    assert not any(row.asked_by_id == row.decided_by_id for row in same), "decided by the asker"


EXAMPLES = {"sqlite": 15, "postgresql": 5}
"""Lives to live: the rules are the same on both engines, the constraints are written twice."""


@settings(
    max_examples=EXAMPLES[connection.vendor],
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data(), ahead=st.integers(0, len(USUAL)), length=st.integers(5, 25))
def test_no_life_breaks_the_rules(walk: Walk, data: st.DataObject, ahead: int, length: int) -> None:
    checkpoints = django_settings.ANCHOR_FILE
    checkpoints.unlink(missing_ok=True)
    point = transaction.savepoint()
    try:
        live(walk, data, ahead, length)
    finally:
        # The next life begins anew, and with it the journal.
        transaction.savepoint_rollback(point)
        checkpoints.unlink(missing_ok=True)


def live(walk: Walk, data: st.DataObject, ahead: int, length: int) -> None:
    """Take the usual way some steps ahead, then live at random; check after each step."""
    for _name, step in USUAL[:ahead]:
        step(walk)
    moment = clock.now()
    for _turn in range(length):
        moment += timedelta(minutes=data.draw(st.sampled_from([0, 1, 30, 60 * 24 * 3])))
        with clock.at(moment):
            before, entries = walk.case, Entry.objects.count()
            # Mostly what could be somebody's turn, now and then anything at all.
            turn = [pair for pair in STEPS if before.state in MOVES[pair[0]].sources]
            anything = data.draw(st.integers(0, 7)) == 0 or not turn
            _name, step = data.draw(st.sampled_from(STEPS if anything else turn))
            try:
                with transaction.atomic():
                    step(walk)
            except (Problem, Refused):
                assert Entry.objects.count() == entries, "what was refused left a trace"
                assert walk.case.state == before.state
            outbox.drain()
            periodic.run_due(clock.now())
            outbox.drain()
            check(walk, before, entries)
    assert verify()
