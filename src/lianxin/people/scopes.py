"""Which units, people and memberships a viewer sees in lists and on pages.

Areas and active units are public knowledge. People are seen by colleagues: somebody with any role
sees who works in the units their roles reach; an administrator also sees those without a unit.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from lianxin.access import Viewer, scoping
from lianxin.people.models import Area, Membership, Unit, User
from lianxin.people.roles import Role

KEEPERS = (Role.SYS_ADMIN, Role.SEC_ADMIN)


def within(field: str, paths: tuple[str, ...]) -> Q:
    """A condition: the path in ``field`` lies in one of these subtrees. No path: no row."""
    condition = Q(pk__in=())
    for path in paths:
        condition |= Q(**{f"{field}__startswith": path})
    return condition


@scoping("people.Area")
def areas(_viewer: Viewer, rows: QuerySet[Area]) -> QuerySet[Area]:
    return rows


@scoping("people.Unit")
def units(viewer: Viewer, rows: QuerySet[Unit]) -> QuerySet[Unit]:
    return rows.filter(Q(active=True) | within("path", viewer.paths(*KEEPERS)))


@scoping("people.Membership")
def memberships(viewer: Viewer, rows: QuerySet[Membership]) -> QuerySet[Membership]:
    return rows.filter(within("unit__path", viewer.paths()))


@scoping("people.User")
def users(viewer: Viewer, rows: QuerySet[User]) -> QuerySet[User]:
    theirs = Membership.objects.filter(user=OuterRef("pk"))
    seen = Exists(theirs.filter(within("unit__path", viewer.paths())))
    condition = Q(seen) | Q(pk=viewer.user_id)
    if viewer.has(*KEEPERS):
        condition |= ~Q(Exists(theirs))
    return rows.filter(condition)
