"""Reads of judgements."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from lianxin.appraisal.models import Rating, Ruling, Score, Solved
from lianxin.cases.choices import Closing
from lianxin.cases.queries import before_supervisor
from lianxin.cases.states import AFTER_REPLY, State
from lianxin.deadlines import queries as clocks
from lianxin.deadlines.policies import Rules
from lianxin.kernel import clock
from lianxin.replies import queries as replies

if TYPE_CHECKING:
    from lianxin.cases.models import Case


SILENT = (Closing.UNRATED,)
BY_ANOTHER = (*SILENT, Closing.SOLVED, Closing.ACCEPTED)


def rules_of(case: Case) -> Rules:
    """The limits the case lives by."""
    return clocks.rules_by_id(case.policy_id)


def is_filer(case: Case, concern_id: int) -> bool:
    """Whether this concern is answered by this case: its own, or one joined to it."""
    return case.concern_id == concern_id or case.joined.filter(concern_id=concern_id).exists()


def may_rate(case: Case, concern_id: int) -> bool:
    """Whether the newest reply can be judged now: after it came, and 30 days after a silent end.

    For whoever was joined an end by the judgement of another is a silent one.
    """
    if case.state in AFTER_REPLY or case.state == State.ANSWERED_ON_SPOT:
        return True
    span = rules_of(case).span("rate_window")
    window = timedelta(days=span.value if span else 30)
    return (
        case.state == State.CLOSED
        and case.closing in (BY_ANOTHER if concern_id != case.concern_id else SILENT)
        and clock.now() - case.moved_at <= window
    )


def ratings_of(case: Case) -> list[Rating]:
    """All judgements of a case's replies, oldest first."""
    return list(Rating.objects.filter(reply__case=case).select_related("reply").order_by("at"))


def my_rating(case: Case, concern_id: int) -> Rating | None:
    """What this person said about the newest reply."""
    reply = replies.newest_sent(case)
    return Rating.objects.filter(reply=reply, concern_id=concern_id).first() if reply else None


def unsatisfied(case: Case) -> bool:
    """Whether the newest reply did not satisfy the person, and nobody has decided on that yet."""
    rating = my_rating(case, case.concern_id)
    return rating is not None and not rating.satisfied and not ruled_on(rating.reply_id)


def ruled_on(reply_id: int) -> bool:
    """Whether a supervisor has decided what a judgement of this reply leads to."""
    return Ruling.objects.filter(reply=reply_id).exists()


def reworks(case: Case) -> int:
    """How often a supervisor had it redone."""
    return Ruling.objects.filter(reply__case=case, redo=True).count()


def rulings_of(case: Case) -> list[Ruling]:
    """The supervisors' decisions on a case, oldest first."""
    return list(Ruling.objects.filter(reply__case=case).order_by("at", "pk"))


def confirmed_solved(since: datetime, until: datetime) -> tuple[int, int]:
    """(said "solved", rated) of the judgements in a span of time: for the public, no person."""
    counts = Rating.objects.filter(at__gte=since, at__lt=until).aggregate(
        solved=Count("pk", filter=Q(solved=Solved.YES)), rated=Count("pk")
    )
    return counts["solved"], counts["rated"]


@before_supervisor
def unsatisfied_cases() -> QuerySet[Rating, int]:
    """The ids of cases whose newest reply did not satisfy, and nobody has decided yet."""
    bad = Q(result__lt=Score.FAIR) | Q(solved=Solved.NO)
    rows = Rating.objects.filter(bad, reply__case__state=State.FOLLOW_UP)
    own = rows.filter(concern=F("reply__case__concern"))
    newest = ~Exists(replies.sent_after(OuterRef("reply__case"), OuterRef("reply__round")))
    undecided = ~Exists(Ruling.objects.filter(reply=OuterRef("reply")))
    return own.filter(newest, undecided).values_list("reply__case_id", flat=True)
