"""Reads of the calendar, of a day's queue, of one turn by its code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Avg, Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from lianxin.access import Viewer, scope, scoping
from lianxin.intake.channels.reception.codes import LENGTH, mac_of
from lianxin.intake.channels.reception.models import Outcome, ReceptionDay, Turn
from lianxin.intake.channels.reception.policy import RUNNERS
from lianxin.kernel import clock
from lianxin.kernel.ids import bare_characters
from lianxin.people import queries as people
from lianxin.vault.queries import entries_of

if TYPE_CHECKING:
    from lianxin.intake.models import Concern

FEWEST_RATED = 3
"""Ratings below which none is shown: with fewer everybody would know whose it was."""
STILL_OPEN = timedelta(days=2)
"""How long after a day its turns can be taken down."""
_TAKEN = Count("turns", filter=~Q(turns__outcome=Outcome.CANCELLED))


@scoping("intake.ReceptionDay")
def days_in_sight(viewer: Viewer, rows: QuerySet[ReceptionDay]) -> QuerySet[ReceptionDay]:
    """The days of the units where somebody takes down what is said, and of those below."""
    return rows.filter(unit__in=people.units_below(viewer, *RUNNERS))


@dataclass(frozen=True)
class Seen:
    """A day in a calendar, with how many places of it are free."""

    day: ReceptionDay
    free: int

    @property
    def bookable(self) -> bool:
        """Whether a turn can be booked now."""
        return self.free > 0 and not self.day.cancelled_at and self.day.starts_at > clock.now()


def calendar(*, size: int, skip: int = 0) -> list[Seen]:
    """The days to come, the next first, for everybody; those called off say so."""
    rows = ReceptionDay.objects.filter(ends_at__gt=clock.now()).order_by("starts_at", "pk")
    return _seen(rows[skip : skip + size])


def days(viewer: Viewer, *, past: bool, size: int, skip: int = 0) -> list[Seen]:
    """The days in sight that are to come, or those that are over, the nearest first."""
    now = clock.now()
    rows = scope(viewer, ReceptionDay)
    rows = (
        rows.filter(ends_at__lte=now).order_by("-starts_at", "-pk")
        if past
        else rows.filter(ends_at__gt=now).order_by("starts_at", "pk")
    )
    return _seen(rows[skip : skip + size])


def _seen(rows: QuerySet[ReceptionDay]) -> list[Seen]:
    found = rows.select_related("unit").annotate(taken=_TAKEN)
    return [Seen(row, max(row.places - row.taken, 0)) for row in found]


def published(code: str) -> Seen | None:
    """The day of the calendar under this code, for everybody."""
    rows = ReceptionDay.objects.filter(code=bare_characters(code) or "", ends_at__gt=clock.now())
    return next(iter(_seen(rows)), None)


def turns(day: ReceptionDay) -> list[Turn]:
    """The turns of a day in the order of their numbers; at most twice its places and a few."""
    rows = Turn.objects.filter(day=day).select_related("day").order_by("number")
    return list(rows[: 2 * day.places + 200])


def open_turns(viewer: Viewer) -> list[Turn]:
    """Whose turn it can be now: of the days in sight that have begun and are not long over."""
    now = clock.now()
    rows = scope(viewer, ReceptionDay).filter(
        starts_at__lte=now + timedelta(hours=12), ends_at__gte=now - STILL_OPEN, cancelled_at=None
    )
    found = Turn.objects.filter(day__in=rows, concern=None).filter(
        Q(outcome="") | Q(outcome=Outcome.MET)
    )
    return list(found.select_related("day").order_by("day__starts_at", "number")[:400])


def turn_of(day: ReceptionDay, number: int) -> Turn | None:
    """The turn with this number."""
    return Turn.objects.filter(day=day, number=number).select_related("day__unit").first()


def next_number(day: ReceptionDay) -> int:
    """The number that the next turn of a day gets."""
    last: int | None = Turn.objects.filter(day=day).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def by_code(typed: str) -> Turn | None:
    """The turn of a slip."""
    code = "".join(char for char in typed if char.isdecimal())
    if len(code) != LENGTH:
        return None
    digits = "".join(str(int(char)) for char in code)
    return Turn.objects.filter(mac=mac_of(digits)).select_related("day").first()


def before(turn: Turn) -> int:
    """How many are still to be heard before this turn."""
    return Turn.objects.filter(day=turn.day_id, number__lt=turn.number, outcome="").count()


def ratings(day: ReceptionDay) -> tuple[int, float] | None:
    """How many visitors rated a day that is over, and how on average.

    None below the fewest that are shown, and while it lasts: the next mean would tell the next one.
    """
    if day.ends_at > clock.now():
        return None
    found = Turn.objects.filter(day=day).aggregate(n=Count("attitude"), mean=Avg("attitude"))
    return (found["n"], found["mean"]) if found["n"] >= FEWEST_RATED else None


def to_tell() -> list[Turn]:
    """Turns whose visitors wish to be told of what happened to their day, and were not yet."""
    changed = Q(day__cancelled_at__isnull=False) & (
        Q(told_at=None) | Q(told_at__lt=F("day__cancelled_at"))
    ) | Q(taken_at__lt=F("day__moved_at")) & (Q(told_at=None) | Q(told_at__lt=F("day__moved_at")))
    rows = Turn.objects.filter(changed, outcome="", day__ends_at__gt=clock.now()).exclude(way="")
    return list(rows.select_related("day").order_by("day__starts_at", "number")[:200])


def to_forget() -> QuerySet[Turn]:
    """Turns whose time is over, that led to no concern, with an address still sealed."""
    over = clock.now() - STILL_OPEN
    sealed = Exists(entries_of(OuterRef("uuid")))
    rows = Turn.objects.filter(sealed, concern=None, day__ends_at__lt=over).exclude(way="")
    return rows.order_by("pk")[:500]


def told(concern: Concern) -> str:
    """On which day and as which turn it was said."""
    turn = Turn.objects.filter(concern=concern).select_related("day").first()
    if turn is None:
        return ""
    return _("%(leader)s, %(post)s, on %(day)s, turn %(number)d") % {
        "leader": turn.day.leader, "post": turn.day.post, "number": turn.number,
        "day": turn.day.starts_at.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d"),
    }  # fmt: skip


def turn(viewer: Viewer, name: str) -> Turn | None:
    """The turn in sight with this uuid."""
    try:
        rows = Turn.objects.filter(uuid=UUID(name), day__in=scope(viewer, ReceptionDay))
    except ValueError:
        return None
    return rows.select_related("day").first()
