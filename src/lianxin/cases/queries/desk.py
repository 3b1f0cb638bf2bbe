"""Reads for the desk: what tells a person from another, and what was held back in a flood."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from lianxin.access import Viewer
from lianxin.cases.models import Case
from lianxin.cases.states import DESK
from lianxin.intake import queries as intake
from lianxin.people import queries as people
from lianxin.vault import queries as sealed

HELD_PAGE = 50


def identity_fields(case: Case) -> list[str]:
    """What the person has to say: name and telephone where they left them, else the address."""
    left = sealed.fields(case.concern.uuid)
    asked = [field for field in left if field in ("name", "phone")]
    return asked or [field for field in left if field in ("address", "email")]


@dataclass(frozen=True)
class HeldRow:
    """One concern that waits."""

    pk: int
    number: str
    held_at: datetime
    area: str
    length: int
    files: int
    alike: int


@dataclass(frozen=True)
class Held:
    """A page of what was held back, how much there is, and since when the oldest waits.

    Not a word of anybody is in it: whom a concern is about is not known before it is let through.
    """

    rows: Sequence[HeldRow]
    count: int
    oldest: datetime | None
    after: int


def held(viewer: Viewer, *, after: int = 0) -> Held:
    """What was held back for the desks of a viewer, the oldest first."""
    rows = _held_rows(viewer)
    figures = rows.order_by().aggregate(n=Count("pk"), oldest=Min("held_at"))
    page = rows.filter(pk__gt=after).order_by("pk").select_related("concern__area")
    found = list(page.annotate(files=Count("concern__attachments"))[: HELD_PAGE + 1])
    prints = [row.concern.fingerprint for row in found]
    alike = {
        row["concern__fingerprint"]: row["n"]
        for row in rows.order_by()
        .filter(concern__fingerprint__in=prints)
        .values("concern__fingerprint")
        .annotate(n=Count("pk"))
    }
    shown = [
        HeldRow(
            row.pk,
            row.concern.number,
            row.held_at,
            row.concern.area.name if row.concern.area else "",
            len(row.concern.words),
            row.files,
            alike.get(row.concern.fingerprint, 1) - 1,
        )
        for row in found[:HELD_PAGE]
    ]
    more = len(found) > HELD_PAGE
    return Held(shown, figures["n"], figures["oldest"], shown[-1].pk if more else 0)


def held_ids(viewer: Viewer, wanted: Iterable[int] | None = None) -> list[int]:
    """Those of these (or all) holds that the viewer may let through."""
    rows = _held_rows(viewer)
    if wanted is not None:
        rows = rows.filter(pk__in=list(wanted))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def held_at_desks() -> dict[int, tuple[int, datetime]]:
    """How much waits at each desk, and since when the oldest; by the id of the unit."""
    rows = intake.held_back().order_by().values("concern__area")
    counts = list(rows.annotate(n=Count("pk"), oldest=Min("held_at")))
    around = people.desks_around({row["concern__area"] for row in counts})
    found: dict[int, tuple[int, datetime]] = {}
    for row in counts:
        if not around[row["concern__area"]]:
            continue
        desk = around[row["concern__area"]][0].pk
        n, oldest = found.get(desk, (0, row["oldest"]))
        found[desk] = (n + row["n"], min(oldest, row["oldest"]))
    return found


def _held_rows(viewer: Viewer) -> QuerySet[Any]:
    rows = intake.held_back()
    areas = set(rows.order_by().values_list("concern__area", flat=True).distinct())
    mine = set(people.units_below(viewer, *DESK))
    around = people.desks_around(areas)
    own = [area for area, desks in around.items() if desks and desks[0].pk in mine]
    here = Q(concern__area__in=[area for area in own if area is not None])
    if None in own:
        here |= Q(concern__area__isnull=True)
    return rows.filter(here)
