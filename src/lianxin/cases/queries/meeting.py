"""How often the units met the person, for whoever leads or oversees them (M12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from lianxin.access import Viewer, scope
from lianxin.cases.models import Case
from lianxin.cases.queries.reading import met_in_person
from lianxin.cases.states import State
from lianxin.people import queries as people
from lianxin.people.roles import Role

SHOWN_TO = (Role.SUPERVISOR, Role.UNIT_LEADER, Role.COMMUNITY_SECRETARY)
FEW = 10
"""Below so many ended matters a unit's share says more of single people than of the unit."""


@dataclass(frozen=True)
class Met:
    """A unit's matters that ended and in how many somebody met the person; None: too few to say."""

    unit: str
    ended: int | None
    met: int | None

    @property
    def share(self) -> int | None:
        """Of a hundred."""
        if not self.ended or self.met is None:
            return None
        return round(100 * self.met / self.ended)


def met_by_unit(viewer: Viewer, since: datetime, until: datetime) -> list[Met]:
    """By unit in the order of the tree, never by share: nobody is ranked. Two queries or so.

    Counted are the cases the viewer may see, of units they lead or oversee; there is no sum, from
    which the few could be told.
    """
    rows = scope(viewer, Case).filter(
        lead_unit__in=people.units_below(viewer, *SHOWN_TO), moved_at__gte=since,
        moved_at__lt=until, state__in=[State.CLOSED, State.ANSWERED_ON_SPOT],
    )  # fmt: skip
    counted = rows.order_by("lead_unit__path").values("lead_unit__path", "lead_unit__name")
    return [
        Met(row["lead_unit__name"], row["n"], row["met"])
        if row["n"] >= FEW
        else Met(row["lead_unit__name"], None, None)
        for row in counted.annotate(n=Count("pk"), met=Count("pk", filter=met_in_person()))
    ]
