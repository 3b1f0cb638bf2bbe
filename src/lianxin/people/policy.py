"""Who may change units, people and roles. Pure of requests."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from lianxin.access import Allowed, Answer, Denied, Viewer
from lianxin.people.roles import Role


def may_manage_people(viewer: Viewer) -> Answer:
    """May open the pages of people and units at all."""
    if viewer.has(Role.SYS_ADMIN):
        return Allowed()
    return Denied(_("Only a system administrator changes people and units."))


def may_manage_unit(viewer: Viewer, path: str) -> Answer:
    """May add below, rename, move, close this unit and its memberships. ``""``: a new root."""
    if viewer.covers(Role.SYS_ADMIN, path):
        return Allowed()
    if not viewer.has(Role.SYS_ADMIN):
        return may_manage_people(viewer)
    return Denied(_("This unit is outside the part of the tree you administer."))


def may_give_role(viewer: Viewer, path: str, user_id: int) -> Answer:
    """Nobody gives a role to themselves, whatever else they may do."""
    if viewer.user_id == user_id:
        return Denied(_("Nobody gives a role to themselves. Ask another administrator."))
    return may_manage_unit(viewer, path)


def may_manage_user(viewer: Viewer, paths: Iterable[str]) -> Answer:
    """May set the password or details of somebody whose memberships lie at these paths.

    Covering only some of them is not enough: a town's administrator must not be able to sign in
    as a person who also works for the county.
    """
    answer = may_manage_people(viewer)
    if answer and not all(viewer.covers(Role.SYS_ADMIN, path) for path in paths):
        return Denied(_("This person also works in a unit that you do not administer."))
    return answer


def may_lift_alarm(viewer: Viewer) -> Answer:
    """May let staff work again although the journal is not as it was written."""
    if viewer.has(Role.AUDITOR):
        return Allowed()
    return Denied(_("Only the auditor decides that work can go on."))
