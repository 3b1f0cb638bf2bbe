"""Rate, call back, decide on rework, close (T30–T34). Silence is never satisfaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lianxin.access import SYSTEM, Denied, Refused, Viewer
from lianxin.appraisal import queries
from lianxin.appraisal.models import Attempt, Rating, Ruling, Score, Solved
from lianxin.cases import actions as cases
from lianxin.cases import events as case_events
from lianxin.cases import queries as case_queries
from lianxin.cases.choices import ApplicationKind, Closing, Way
from lianxin.cases.states import AFTER_REPLY, State
from lianxin.cases.wording import supervision_basis
from lianxin.journal.actions import record
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.replies import queries as replies

if TYPE_CHECKING:
    from lianxin.cases.models import Case
    from lianxin.replies.models import Reply

TEXT = 2_000


@dataclass(frozen=True)
class NewRating:
    """The resident's judgement: three scores of 1–3, whether it is solved, reasons, words."""

    result: int
    speed: int
    attitude: int
    solved: str
    reasons: Sequence[str] = ()
    words: str = ""


def rate(case: Case, new: NewRating, *, by: Viewer) -> Rating:
    """Judge the newest reply, once (T30, T31). Only the holder of the code can.

    Satisfied and not unsolved closes the case; anything else goes to a person who decides. After
    an unrated closing the judgement still counts for as long as the preset allows.
    """
    if by.concern_id is None or not queries.is_filer(case, by.concern_id):
        raise Refused(Denied(_("Only the person who raised the concern can judge the result.")))
    _check(new)
    reply = replies.newest_sent(case)
    if reply is None or not queries.may_rate(case, by.concern_id):
        raise Problem(_("There is nothing to judge at the moment."))
    with transaction.atomic():
        try:
            with transaction.atomic():
                rating = Rating.objects.create(
                    reply=reply,
                    concern_id=by.concern_id,
                    result=new.result,
                    speed=new.speed,
                    attitude=new.attitude,
                    solved=new.solved,
                    reasons=list(new.reasons)[:10],
                    words=new.words.strip(),
                    at=clock.now(),
                )
        except IntegrityError:
            raise Problem(_("You have already judged this reply. Thank you.")) from None
        rated = case_events.Rated(rating.pk, rating.solved, rating.satisfied)
        if by.concern_id != case.concern_id or case.state == State.ANSWERED_ON_SPOT:
            record(rated, subject=case.subject, by=by.actor)
        elif not rating.satisfied:
            cases.move(case, "rate", by=by, events=[rated], start=["ruling"], closing="")
        elif case.state == State.CLOSED:
            closing = _closing(rating)
            cases.move(case, "rate", by=by, events=[rated], to=State.CLOSED, closing=closing)
        else:
            closing = _closing(rating)
            cases.move(
                case,
                "rate",
                by=by,
                events=[rated, case_events.Closed(closing)],
                to=State.CLOSED,
                closing=closing,
            )
    return rating


def _closing(rating: Rating) -> Closing:
    return Closing.SOLVED if rating.solved == Solved.YES else Closing.ACCEPTED


def _check(new: NewRating) -> None:
    problems = {
        name: [_("Please choose one.")]
        for name in ("result", "speed", "attitude")
        if getattr(new, name) not in Score.values
    }
    if new.solved not in Solved.values:
        problems["solved"] = [_("Please choose one.")]
    if len(new.words) > TEXT:
        problems["words"] = [_("This is longer than %(limit)s characters.") % {"limit": TEXT}]
    if problems:
        raise Problem.several(problems)


def call_back(case: Case, *, way: str, reached: bool, note: str = "", by: Viewer) -> Attempt:
    """Keep a try to reach the person (T30). The caller cannot rate; the person is given the way."""
    if way not in Way.values:
        raise Problem(_("Choose how you tried to reach the person."), "way")
    if len(note) > 500:
        raise Problem(_("This is longer than %(limit)s characters.") % {"limit": 500}, "note")
    reply = replies.newest_sent(case)
    if reply is None:
        raise Problem(_("There is no reply to follow up yet."))
    with transaction.atomic():
        attempt = Attempt.objects.create(
            reply=reply,
            at=clock.now(),
            way=way,
            reached=reached,
            note=note.strip(),
            by_id=by.user_id or 0,
        )
        cases.move(case, "call_back", by=by, events=[case_events.CalledBack(attempt.pk, reached)])
    return attempt


def order_rework(case: Case, *, text: str, reason: str = "", by: Viewer) -> Ruling:
    """A supervisor outside the unit has it redone (T32); beyond the preset's number, supervised."""
    text, reply = _ruling_on(case, text)
    rules = queries.rules_of(case)
    with transaction.atomic():
        ruling = Ruling.objects.create(
            reply=reply, redo=True, reason=reason, text=text, at=clock.now(), by_id=by.user_id or 0
        )
        times = queries.reworks(case)
        cases.move(
            case,
            "order_rework",
            by=by,
            events=[case_events.ReworkOrdered(ruling.pk, times)],
        )
        if times > (rules.count("rework.max_times") or 2):
            cases.supervise_for(
                case, trigger=f"reworks:{case.pk}:{times}", basis=supervision_basis("reworks")
            )
        cases.leave_hands(case)
    return ruling


def let_stand(case: Case, *, text: str, by: Viewer) -> Ruling:
    """A supervisor outside the unit lets the reply stand (T33); it still counts as dissatisfied."""
    text, reply = _ruling_on(case, text)
    with transaction.atomic():
        ruling = Ruling.objects.create(
            reply=reply, redo=False, text=text, at=clock.now(), by_id=by.user_id or 0
        )
        cases.move(
            case,
            "let_stand",
            by=by,
            events=[case_events.LetStand(ruling.pk), case_events.Closed(Closing.EXPLAINED)],
            closing=Closing.EXPLAINED,
        )
    return ruling


def _ruling_on(case: Case, text: str) -> tuple[str, Reply]:
    text = text.strip()
    if not 1 <= len(text) <= TEXT:
        raise Problem(_("Write the reason; the person will read it."), "text")
    reply = replies.newest_sent(case)
    if reply is None or not queries.unsatisfied(case):
        raise Problem(_("The person has not said that anything is wrong."))
    return text, reply


def close_unrated() -> int:
    """Close what nobody rated (T34): tries exhausted, or the time for rating over. Never satisfied.

    A reply that was let stand before a review stands: its end is the explanation. Returns how many
    cases were closed.
    """
    closed = 0
    for case in case_queries.each_in_state(*map(State, sorted(AFTER_REPLY))):
        if queries.unsatisfied(case) or not _given_up(case):
            continue
        reply = replies.newest_sent(case)
        stands = reply is not None and queries.ruled_on(reply.pk)
        closing = Closing.EXPLAINED if stands else Closing.UNRATED
        with transaction.atomic():
            cases.move(
                case,
                "close_unrated",
                by=SYSTEM,
                events=[case_events.Closed(closing)],
                closing=closing,
            )
        closed += 1
    return closed


def _given_up(case: Case) -> bool:
    rules = queries.rules_of(case)
    reply = replies.newest_sent(case)
    if reply is None or reply.decided_at is None:
        return False
    # After a review the person has the whole time once more.
    reviewed = [row.decided_at for row in case.applications.filter(kind=ApplicationKind.REVIEW)]
    since = max(moment for moment in (reply.decided_at, *reviewed) if moment is not None)
    tries = list(reply.attempts.filter(at__gte=since))
    days = {row.at.astimezone(clock.SHANGHAI).date() for row in tries}
    exhausted = (
        len(tries) >= (rules.count("follow_up.tries") or 3)
        and len(days) >= (rules.count("follow_up.on_days") or 2)
        and not any(row.reached for row in tries)
    )
    window = rules.span("rate_window")
    over = clock.now() - since > timedelta(days=window.value if window else 30)
    return exhausted or over
