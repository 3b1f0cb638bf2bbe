"""Write, submit, approve replies (T3, T27–T29, T35)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lianxin.access import Denied, Refused, Viewer, require
from lianxin.cases import actions as cases
from lianxin.cases import events as case_events
from lianxin.cases import queries as case_queries
from lianxin.cases.policy import may_move
from lianxin.cases.states import State
from lianxin.deadlines import queries as clocks
from lianxin.intake import actions as intake
from lianxin.intake.choices import Identity
from lianxin.journal import queries as journal
from lianxin.journal.actions import record
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.promises import actions as promises
from lianxin.promises import queries as promise_queries
from lianxin.promises.choices import PromiseKind
from lianxin.replies import events, queries
from lianxin.replies.models import Finding, QuestionBack, Reply, Status, Verdict

if TYPE_CHECKING:
    from lianxin.cases.models import Case

TEXT = 2_000


@dataclass(frozen=True)
class Draft:
    """The content of a reply. ``findings`` maps the id of each point of the case to its answer."""

    verdict: str = ""
    summary: str = ""
    findings: Mapping[int, str] = field(default_factory=dict)
    basis: str = ""
    no_basis: bool = False
    history: str = ""
    policy_gap: str = ""
    responsibility: str = ""
    balance: str = ""
    next_step: str = ""
    next_step_due: date | None = None
    remedy: str = ""
    claims_solved: bool = False
    attachments: tuple[UUID, ...] = ()


def save_draft(case: Case, draft: Draft, *, by: Viewer) -> Reply:
    """Keep a draft as it is, whole or not, so that nothing typed is lost. Handlers only."""
    require(may_move(by, case, "submit_reply"))
    _check_lengths(case, draft)
    points = list(case.points.all())
    with transaction.atomic():
        reply = Reply.objects.filter(case=case, status=Status.DRAFT).first() or Reply(
            case=case, round=queries.rounds(case) + 1
        )
        reply.verdict = draft.verdict if draft.verdict in Verdict.values else ""
        for name in (
            "summary", "basis", "no_basis", "history", "policy_gap", "responsibility", "balance",
            "next_step", "next_step_due", "remedy", "claims_solved",
        ):  # fmt: skip
            value = getattr(draft, name)
            setattr(reply, name, value.strip() if isinstance(value, str) else value)
        reply.drafted_by_id = by.user_id or 0
        reply.drafted_at = clock.now()
        try:
            with transaction.atomic():
                reply.save()
        except IntegrityError:
            raise Problem(_("A reply to this case already waits for approval.")) from None
        intake.show_result(case.concern, draft.attachments)
        reply.findings.all().delete()
        Finding.objects.bulk_create(
            Finding(
                reply=reply,
                point=point.text,
                text=draft.findings.get(point.pk, "").strip(),
                position=position,
            )
            for position, point in enumerate(points)
        )
    return reply


def submit_reply(case: Case, draft: Draft, *, by: Viewer) -> Reply:
    """Send a whole draft for approval by another person (T27, T35).

    Whole means: every point answered, a verdict, a basis or the plain word that there is none, a
    date for each next step, and the way to a remedy when the claim is not fully met. Before an
    adverse reply somebody must have talked with the person (M67).
    """
    with transaction.atomic():
        reply = save_draft(case, draft, by=by)
        _check_whole(case, draft, reply)
        Reply.objects.filter(pk=reply.pk).update(status=Status.SUBMITTED)
        cases.move(case, "submit_reply", by=by, events=[case_events.ReplySubmitted(reply.pk)])
    return reply


def _check_lengths(case: Case, draft: Draft) -> None:
    limits = {"summary": 2_000, "basis": 1_000, "history": 1_000, "policy_gap": 1_000}
    limits |= {"responsibility": 1_000, "balance": 1_000, "next_step": 500, "remedy": 1_000}
    problems = {
        name: [_("This is longer than %(limit)s characters.") % {"limit": limit}]
        for name, limit in limits.items()
        if len(getattr(draft, name)) > limit
    }
    for point in case.points.all():
        if len(draft.findings.get(point.pk, "")) > TEXT:
            problems[f"finding_{point.position}"] = [
                _("This is longer than %(limit)s characters.") % {"limit": TEXT}
            ]
    if problems:
        raise Problem.several(problems)


def _check_whole(case: Case, draft: Draft, reply: Reply) -> None:
    problems: dict[str, list[str]] = {}

    def need(name: str, ok: object, message: str) -> None:
        if not ok:
            problems[name] = [message]

    need("verdict", draft.verdict in Verdict.values, _("Choose what you decide."))
    need("summary", draft.summary.strip(), _("Sum up the answer in words anyone understands."))
    for point in case.points.all():
        need(
            f"finding_{point.position}",
            draft.findings.get(point.pk, "").strip(),
            _("Answer this point too."),
        )
    need(
        "basis",
        draft.basis.strip() or draft.no_basis,
        _("Name the rule this rests on, or tick that there is none and explain it."),
    )
    adverse = draft.verdict in (Verdict.EXPLAIN, Verdict.NOT_SUPPORT, Verdict.PARTLY)
    need("remedy", draft.remedy.strip() or not adverse, _("Say what the person can do against it."))
    if adverse:
        need(
            "verdict",
            case.concern.identity == Identity.ANONYMOUS or case_queries.was_talked_with(case),
            _("Talk with the person before you decide against them, and record it."),
        )
    if draft.next_step.strip():
        due = draft.next_step_due
        need("next_step_due", due and due >= clock.today(), _("Give the date by which it is done."))
    if draft.verdict == Verdict.EXPLAIN and _owes_steps(case):
        problems["verdict"] = [
            _(
                "This case was deferred with a timetable: an explanation alone does not end it. "
                "Keep the promised steps first."
            )
        ]
    if reply.round > 1:
        need("history", draft.history.strip(), _("Say what was answered before and what changed."))
    if problems:
        raise Problem.several(problems)


def _owes_steps(case: Case) -> bool:
    """Whether steps promised when the case was deferred have not been kept (M38, C9 rule 18)."""
    steps = promise_queries.promises_of(case.subject).filter(kind=PromiseKind.MILESTONE)
    return any(step.outcome != "kept" for step in steps)


def approve_reply(case: Case, *, by: Viewer) -> Reply:
    """Another person approves and the reply goes out (T29); a next step becomes a promise."""
    reply = queries.submitted(case)
    if reply.drafted_by_id == by.user_id or case.handler_id == by.user_id:
        raise Refused(Denied(_("Whoever handles the case cannot approve its reply.")))
    handling = [row for row in clocks.running(case.subject) if row.kind in ("handling", "rework")]
    on_time = all(clock.now() <= row.due_at for row in handling)
    with transaction.atomic():
        _decide(reply, Status.APPROVED, "", by)
        cases.move(
            case,
            "approve_reply",
            by=by,
            events=[case_events.ReplyApproved(reply.pk, on_time)],
        )
        if reply.next_step and reply.next_step_due:
            promises.make_promises(
                [
                    promises.NewPromise(
                        text=reply.next_step,
                        due_on=max(reply.next_step_due, clock.today()),
                        unit_id=case.lead_unit_id or 0,
                        leader_id=by.user_id,
                    )
                ],
                subject=case.subject,
                kind=PromiseKind.NEXT_STEP,
                by=by,
            )
    return reply


def send_back(case: Case, *, text: str, by: Viewer) -> None:
    """Send the draft back with the reason (T28); what was written stays as the next draft."""
    if not text.strip():
        raise Problem(_("Say what is missing."), "text")
    reply = queries.submitted(case)
    with transaction.atomic():
        _decide(reply, Status.SENT_BACK, text.strip()[:TEXT], by)
        cases.move(
            case,
            "send_back",
            by=by,
            events=[case_events.ReplySentBack(reply.pk)],
            to=State.REWORK if queries.was_rework(case) else State.HANDLING,
        )


def _decide(reply: Reply, status: Status, text: str, by: Viewer) -> None:
    changed = Reply.objects.filter(pk=reply.pk, status=Status.SUBMITTED).update(
        status=status, decided_by_id=by.user_id, decided_at=clock.now(), decision_text=text
    )
    if changed != 1:
        raise Problem(_("Somebody else has just decided this."))


def answer_at_once(case: Case, *, summary: str, basis: str, by: Viewer) -> Reply:
    """The desk answers an enquiry on the spot (T3), naming the article or rule it rests on."""
    problems = {}
    if not 1 <= len(summary.strip()) <= TEXT:
        problems["summary"] = [_("Write the answer, at most 2,000 characters.")]
    if not 1 <= len(basis.strip()) <= 1_000:
        problems["basis"] = [_("Name the article or the rule you answer from.")]
    if problems:
        raise Problem.several(problems)
    with transaction.atomic():
        reply = Reply.objects.create(
            case=case,
            round=queries.rounds(case) + 1,
            status=Status.APPROVED,
            verdict=Verdict.ANSWERED,
            summary=summary.strip(),
            basis=basis.strip(),
            drafted_by_id=by.user_id or 0,
            drafted_at=clock.now(),
            decided_by_id=by.user_id,
            decided_at=clock.now(),
        )
        cases.move(case, "answer_at_once", by=by, events=[case_events.AnsweredAtOnce(reply.pk)])
    return reply


def ask_back(case: Case, *, text: str, by: Viewer) -> None:
    """The resident asks back, once, about the newest reply (M66)."""
    text = text.strip()
    if not 1 <= len(text) <= TEXT:
        raise Problem(_("Please write your question, at most 2,000 characters."), "text")
    reply = queries.newest_sent(case)
    if by.concern_id != case.concern_id or reply is None or case.state == State.ARCHIVED:
        raise Refused(Denied(_("There is no reply to ask about yet.")))
    with transaction.atomic():
        try:
            with transaction.atomic():
                question = QuestionBack.objects.create(reply=reply, text=text, asked_at=clock.now())
        except IntegrityError:
            raise Problem(_("You have already asked about this reply."), "text") from None
        record(events.AskedBack(question.pk), subject=case.subject, by=by.actor)


def answer_back(case: Case, *, text: str, by: Viewer) -> None:
    """The unit answers what the resident asked back."""
    text = text.strip()
    if not 1 <= len(text) <= TEXT:
        raise Problem(_("Write the answer, at most 2,000 characters."), "text")
    question = queries.open_question(case)
    if question is None:
        raise Problem(_("There is no open question."))
    require(queries.may_answer_back(by, case))
    with transaction.atomic():
        changed = QuestionBack.objects.filter(pk=question.pk, answered_at__isnull=True).update(
            answer=text, answered_at=clock.now()
        )
        if changed != 1:
            raise Problem(_("This has already been answered."))
        record(events.AnsweredBack(question.pk), subject=case.subject, by=by.actor)


def post_letter(case: Case, *, sent_on: date, reference: str = "", by: Viewer) -> None:
    """The reply was given to the post on paper: the person reads when, and its register number.

    Of whoever was joined, the reply to the case that theirs follows. The same once more is nothing
    new; another day or number is another letter.
    """
    require(queries.may_post_letter(by, case))
    with transaction.atomic():
        reply = queries.newest_sent(case.parent or case)
        if reply is None or reply.decided_at is None:
            raise Problem(_("There is no reply to send yet."))
        list(Reply.objects.filter(pk=reply.pk).select_for_update().values_list("pk"))
        if not timezone.localdate(reply.decided_at) <= sent_on <= clock.today():
            raise Problem(_("Choose a day between the reply and today."), "sent_on")
        posted = events.LetterPosted(reply.pk, sent_on.isoformat(), reference.strip()[:80])
        if posted not in [entry.event_object() for entry in journal.story([case.subject])]:
            record(posted, subject=case.subject, by=by.actor)
