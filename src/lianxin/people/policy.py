"""Who may change units, people and roles: three administrators, none of whom can do it alone.

三员分立: the system administrator keeps units and accounts, and gives nobody a right; the security
administrator gives rights and takes away lost second steps, and can sign in as nobody; the auditor
reads what both did, and changes nothing. Pure of requests.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from lianxin.access import Allowed, Answer, Denied, Viewer
from lianxin.people.roles import Role


def may_manage_people(viewer: Viewer) -> Answer:
    """May add units, and people who may sign in."""
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


def may_see_people(viewer: Viewer) -> Answer:
    """May open the pages of people and units: to change the one or the other."""
    if viewer.has(Role.SYS_ADMIN, Role.SEC_ADMIN):
        return Allowed()
    return Denied(_("Only administrators see the people of all units."))


def may_see_unit(viewer: Viewer, path: str) -> Answer:
    """May open the page of this unit with the people who work there."""
    if viewer.covers((Role.SYS_ADMIN, Role.SEC_ADMIN), path):
        return Allowed()
    return Denied(_("This unit is outside the part of the tree you administer."))


def may_change_roles(viewer: Viewer, path: str) -> Answer:
    """May end roles at this unit, and give them to others."""
    if viewer.covers(Role.SEC_ADMIN, path):
        return Allowed()
    return Denied(_("Only the security administrator gives and ends roles."))


def may_give_role(viewer: Viewer, path: str, user_id: int) -> Answer:
    """Nobody gives a role to themselves, whatever else they may do."""
    if viewer.user_id == user_id:
        return Denied(_("Nobody gives a role to themselves. Ask another administrator."))
    return may_change_roles(viewer, path)


def may_reset_second_factor(viewer: Viewer, user_id: int, paths: Iterable[str]) -> Answer:
    """May take away the second steps of somebody whose memberships lie at these paths."""
    if viewer.user_id == user_id:
        return Denied(_("Nobody resets their own second step. Ask another administrator."))
    if not viewer.has(Role.SEC_ADMIN):
        return Denied(_("Only the security administrator resets a second step."))
    if not all(viewer.covers(Role.SEC_ADMIN, path) for path in paths):
        return Denied(_("This person also works in a unit that you do not administer."))
    return Allowed()


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
