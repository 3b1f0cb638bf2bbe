"""Reads of conflicts of interest: who is kept away, and which case nobody may look at."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from lianxin.cases.models import IS_OPEN, Case, Conflict, Standing
from lianxin.cases.policy import is_kept_away
from lianxin.cases.queries.reading import with_relations
from lianxin.people import queries as people
from lianxin.people.roles import Role

MOST_UNSEEN = 100


def conflicts_of(case: Case) -> list[Conflict]:
    """Who is kept away from the case now, and what a dispatcher has yet to look at."""
    rows = case.conflicts.exclude(standing=Standing.LIFTED)
    return list(rows.select_related("unit", "user"))


def kept_away_from(case: Case) -> set[tuple[int | None, int | None, str]]:
    """The parties kept away, for comparing two cases."""
    return {(row.unit_id, row.user_id, row.ground) for row in conflicts_of(case)}


def seen_by_nobody() -> list[Case]:
    """Open cases whose conflicts leave nobody at their desk: a receiver outside is missing."""
    holding = Conflict.objects.filter(case=OuterRef("pk")).exclude(standing=Standing.LIFTED)
    rows = Case.objects.filter(IS_OPEN, Exists(holding)).order_by("pk")
    return [
        case
        for case in with_relations(rows)[:MOST_UNSEEN]
        if all(
            is_kept_away(viewer, case)
            for viewer in people.viewers_with(case.desk_unit.path, Role.DISPATCHER)
        )
    ]
