"""Reads of calls: what is on the line, who waits to be called back, how well calls are answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Avg, Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from lianxin.access import Viewer, scope, scoping
from lianxin.intake.channels.call.models import Call
from lianxin.intake.channels.call.policy import answers_calls
from lianxin.kernel import clock
from lianxin.vault.queries import entries_of

if TYPE_CHECKING:
    from lianxin.intake.models import Concern

PROMPT = timedelta(seconds=15)
"""Within which a call should be answered: GB/T 33358-2016 政府热线服务规范."""
CONNECTED = 95
"""Per cent of the calls of 24 hours that should be answered: the same."""
RINGS_FOR = timedelta(minutes=10)
"""After which a call counts as missed though the telephone system never told of its end."""
ON_THE_LINE = timedelta(hours=3)
"""How long a call that was answered is offered for taking down."""
NUMBER_KEPT = timedelta(days=7)
"""How long the number of a call that led to nothing is kept."""


@scoping("intake.Call")
def calls_in_sight(viewer: Viewer, rows: QuerySet[Call]) -> QuerySet[Call]:
    """All calls for those who answer them, none for others."""
    return rows if answers_calls(viewer) else rows.none()


def open_calls() -> QuerySet[Call]:
    """The calls that led to nothing yet."""
    return Call.objects.filter(concern__isnull=True, settled_at__isnull=True)


def missed() -> QuerySet[Call]:
    """Calls nobody answered, with a number to call back; those tried the least often first."""
    over = Q(ended_at__isnull=False) | Q(rang_at__lt=clock.now() - RINGS_FOR)
    rows = open_calls().filter(over, Exists(entries_of(OuterRef("uuid"))), answered_at=None)
    return rows.order_by("tries", "rang_at", "pk")


def is_missed(call: Call) -> bool:
    """Whether somebody should call back."""
    return missed().filter(pk=call.pk).exists()


def to_call_back(viewer: Viewer, *, size: int, skip: int = 0) -> list[Call]:
    """Who waits to be called back, as far as the viewer answers calls."""
    return list((missed() & scope(viewer, Call))[skip : skip + size])


def on_the_line(viewer: Viewer, limit: int = 20) -> list[Call]:
    """The calls this person answered and has not taken down, the newest first."""
    since = clock.now() - ON_THE_LINE
    # Who answered may have a name there that nobody has here.
    mine = Q(answered_by=viewer.user_id) | Q(answered_by=None, answered_at__isnull=False)
    rows = open_calls().filter(mine, rang_at__gte=since)
    return list((rows & scope(viewer, Call)).order_by("-rang_at", "-pk")[:limit])


def call_named(viewer: Viewer, name: str) -> Call | None:
    """The call that a form names, taken down already or not; None when there is none in sight."""
    return scope(viewer, Call).filter(uuid=name).first()


def has_number(call: Call) -> bool:
    """Whether the number of a call is sealed."""
    return entries_of(call.uuid).exists()


def told(concern: Concern) -> str:
    """Who put the caller through, where somebody did."""
    by = Call.objects.filter(concern=concern).values_list("put_through_by", flat=True).first()
    return _("put through by %(body)s") % {"body": by} if by else ""


@dataclass(frozen=True)
class Day:
    """How the calls of a day, or of some days, were answered. Waits in seconds."""

    day: date | None
    rang: int
    answered: int
    prompt: int
    called_back: int
    wait: float | None

    @property
    def rate(self) -> float | None:
        """Connect rate 接通率 in per cent; None without calls."""
        return 100 * self.answered / self.rang if self.rang else None

    @property
    def enough(self) -> bool:
        """Whether as many were answered as the standard asks for."""
        return self.rate is None or self.rate >= CONNECTED

    @property
    def prompt_rate(self) -> float | None:
        """Of those answered, per cent answered in time; None when none was."""
        return 100 * self.prompt / self.answered if self.answered else None


_FIGURES: dict[str, Any] = {
    "rang": Count("pk"),
    "answered": Count("answered_at"),
    "prompt": Count("pk", filter=Q(answered_at__lte=F("rang_at") + PROMPT)),
    "called_back": Count(
        "pk", filter=Q(answered_at=None) & (Q(reached=True) | Q(concern__isnull=False))
    ),
    "wait": Avg(F("answered_at") - F("rang_at")),
}


def figures(days: int) -> tuple[list[Day], Day]:
    """The last days with calls in Shanghai, today's first, and all of them together."""
    first = clock.today() - timedelta(days=days - 1)
    since = datetime.combine(first, time(), clock.SHANGHAI)
    # What a clerk took without a telephone system says nothing of calls that were missed.
    rows = Call.objects.filter(ref__isnull=False, rang_at__gte=since)
    by_day = rows.values(day=TruncDate("rang_at", tzinfo=clock.SHANGHAI)).annotate(**_FIGURES)
    found = {row["day"]: _day(dict(row)) for row in by_day.order_by()}
    everything = rows.aggregate(**_FIGURES) | {"day": None}
    return sorted(found.values(), key=lambda day: str(day.day), reverse=True), _day(everything)


def _day(row: dict[str, Any]) -> Day:
    wait = row.pop("wait")
    return Day(**row, wait=wait.total_seconds() if wait is not None else None)
