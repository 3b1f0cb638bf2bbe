"""What the first page tells the public: numbers about matters, never about people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import caches
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lianxin.appraisal import queries as appraisal
from lianxin.cases import queries as cases
from lianxin.kernel import clock
from lianxin.people import queries as people

KEPT = 60
"""Seconds for which a process goes on telling the same numbers."""
FEW = 10
"""Below so many ratings a share of a hundred would say more than is known."""
WAYS = ("solved", "accepted", "answered_on_spot", "unrated", "explained", "final")


@dataclass(frozen=True)
class Way:
    """One way in which matters ended: how many, and its share of a hundred."""

    label: str
    count: int
    share: float


@dataclass(frozen=True)
class Figures:
    """The numbers of a month, as they were at most a minute ago."""

    this_month: bool
    ended: dict[str, int]
    solved: int
    rated: int
    met: int
    found: int
    open: int
    overdue: int
    set_aside: int
    phone: str

    @property
    def total(self) -> int:
        """How many matters came to an end."""
        return sum(self.ended.values())

    @property
    def solved_share(self) -> int | None:
        """Of a hundred who judged, how many say it is solved; None when too few did."""
        return round(100 * self.solved / self.rated) if self.rated >= FEW else None

    @property
    def ways(self) -> list[Way]:
        """How they ended, in the order of how good that is."""
        labels = {
            "solved": _("The resident says: solved"),
            "accepted": _("Not wholly solved, explained and accepted"),
            "answered_on_spot": _("A question, answered at once"),
            "unrated": _("Replied, no judgement came"),
            "explained": _("Not satisfied; the reply stands, with reasons"),
            "final": _("Decided finally after a recheck"),
        }
        return [
            Way(labels[name], n, 100 * n / self.total)
            for name in WAYS
            if (n := self.ended.get(name, 0))
        ]

    @property
    def month(self) -> str:
        """Which month the numbers are about."""
        if self.this_month:
            return pgettext("month", "This month")
        return pgettext("month", "Last month")


def figures() -> Figures:
    """The numbers of this month; of the last one while this one has none."""
    found: Figures | None = caches["local"].get("pages.figures")
    if found is None:
        found = _count()
        caches["local"].set("pages.figures", found, KEPT)
    return found


def _count() -> Figures:
    now = clock.now()
    start = now.astimezone(clock.SHANGHAI).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    ended = cases.settled(start, now)
    this_month = bool(ended)
    until: datetime = now
    if not this_month:
        until, start = start, (start - timedelta(days=1)).replace(day=1)
        ended = cases.settled(start, until)
    met, found = cases.settled_near(start, until)
    solved, rated = appraisal.confirmed_solved(start, until)
    return Figures(
        this_month=this_month or not ended,
        ended=ended,
        solved=solved,
        rated=rated,
        met=met,
        found=found,
        open=cases.open_count(),
        overdue=cases.open_overdue(),
        set_aside=cases.set_aside(start, until),
        phone=people.public_phone(),
    )
