"""Reads of boxes, their openings and the letters that are still to be typed in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from django.db.models import Count, F, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from lianxin.access import Viewer, scope, scoping
from lianxin.intake.channels.box.models import Box, Deposit, Opening
from lianxin.intake.channels.box.policy import OPENERS
from lianxin.intake.channels.box.slips import BOX_CODE
from lianxin.kernel import clock
from lianxin.kernel.ids import bare_characters
from lianxin.people import queries as people

if TYPE_CHECKING:
    from lianxin.intake.models import Concern

MOST = 200
"""Letters in a list."""


@scoping("intake.Box")
def boxes_in_sight(viewer: Viewer, rows: QuerySet[Box]) -> QuerySet[Box]:
    """The boxes of the units where somebody opens boxes, and of those below."""
    return rows.filter(unit__in=people.units_below(viewer, *OPENERS))


@dataclass(frozen=True)
class Seen:
    """A box in the list, with what there is to do about it."""

    box: Box
    opened_at: datetime | None
    waiting: int
    """Letters not typed in. What was scanned at its poster is not counted: whom a complaint is
    about would see by one that it came."""

    @property
    def overdue(self) -> bool:
        """Whether it should have been opened by now. Days count from when it was put up."""
        since = self.opened_at or self.box.put_up_at
        days = timedelta(days=self.box.every_days)
        return self.box.paper and clock.now() - since > days


def boxes(viewer: Viewer, *, size: int, skip: int = 0) -> list[Seen]:
    """The boxes that hang, in sight of the viewer, by name."""
    rows = scope(viewer, Box).filter(taken_down_at=None).select_related("area", "unit")
    return seen(rows.order_by("name", "pk")[skip : skip + size])


def overdue() -> list[Seen]:
    """All boxes, whoever looks, that should have been opened by now."""
    rows = Box.objects.filter(paper=True, taken_down_at=None).select_related("unit")
    return [row for row in seen(rows.order_by("pk")) if row.overdue]


def seen(boxes: Iterable[Box]) -> list[Seen]:
    """These boxes with what there is to do about each. Three queries."""
    found = {box.pk: box for box in boxes}
    openings = Opening.objects.filter(box__in=found).order_by().values_list("box")
    opened = {box: (at, last) for box, at, last in openings.annotate(Max("at"), Max("last"))}
    letters = Deposit.objects.filter(box__in=found, number__isnull=False).order_by()
    typed = dict(letters.values_list("box").annotate(Count("pk")))
    none: tuple[datetime | None, int] = (None, 0)
    return [
        Seen(box, at, last - typed.get(pk, 0))
        for pk, box in found.items()
        for at, last in [opened.get(pk, none)]
    ]


def box_at(code: str) -> Box | None:
    """The box that hangs under this code, whoever asks: its poster says the same."""
    bare = bare_characters(code) or ""
    if len(bare) != BOX_CODE:
        return None
    return Box.objects.filter(code=bare, taken_down_at=None).select_related("area").first()


def openings(box: Box, *, size: int, skip: int = 0) -> list[Opening]:
    """The openings of a box, the newest first."""
    rows = Opening.objects.filter(box=box).select_related("by", "second").order_by("-pk")
    return list(rows[skip : skip + size])


def next_number(box: Box) -> int:
    """The number that the next letter of a box gets."""
    last: int | None = Opening.objects.filter(box=box).aggregate(last=Max("last"))["last"]
    return (last or 0) + 1


@dataclass(frozen=True)
class Waiting:
    """A letter that lay in a box and is not typed in yet."""

    box: Box
    number: int
    opening: Opening

    def __str__(self) -> str:
        return _letter(self.box, self.number)

    @property
    def name(self) -> str:
        """As a form names it."""
        return f"{self.box.code}-{self.number}"


def waiting_letters(viewer: Viewer, box: Box | None = None) -> list[Waiting]:
    """The letters in sight that are not typed in, of the oldest opening first; at most MOST.

    Two queries.
    """
    typed = (
        Deposit.objects.filter(
            box=OuterRef("box"), number__range=(OuterRef("first"), OuterRef("last"))
        )
        .order_by()
        .values("box")
        .annotate(n=Count("pk"))
        .values("n")
    )
    rows = (
        Opening.objects.filter(box__in=[box] if box else scope(viewer, Box))
        .annotate(typed=Coalesce(Subquery(typed), 0))
        .filter(typed__lt=F("last") - F("first") + 1)
        .select_related("box__unit", "box__area")
        .order_by("at", "pk")[:MOST]
    )
    found = list(rows)
    done = set(
        Deposit.objects.filter(box__in={row.box_id for row in found}).values_list("box", "number")
    )
    letters = (
        Waiting(row.box, number, row)
        for row in found
        for number in range(row.first, row.last + 1)
        if (row.box_id, number) not in done
    )
    return list(islice(letters, MOST))


def letter_called(viewer: Viewer, name: str) -> Waiting | None:
    """The letter in sight that a form names so, typed in or not."""
    code, _dash, number = name.partition("-")
    if not number.isascii() or not number.isdecimal() or len(number) > 9:
        return None
    lies_in = Opening.objects.filter(
        box__in=scope(viewer, Box), box__code=code, first__lte=int(number), last__gte=int(number)
    )
    opening = lies_in.select_related("box__unit", "box__area").first()
    return Waiting(opening.box, int(number), opening) if opening else None


def told(concern: Concern) -> str:
    """By which box it came, and as which letter."""
    row = Deposit.objects.filter(concern=concern).select_related("box").first()
    if row is None:
        return ""
    if row.number is None:
        return _("poster at %(box)s") % {"box": row.box.name}
    return _letter(row.box, row.number)


def _letter(box: Box, number: int) -> str:
    return _("%(box)s, letter %(number)d") % {"box": box.name, "number": number}
