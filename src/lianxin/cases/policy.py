"""May this person do this to that case: the one answer for pages, actions and tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from lianxin.access import Allowed, Answer, Denied, Viewer, scoping
from lianxin.cases.among import Among
from lianxin.cases.states import DESK, MOVES, Side, State
from lianxin.people import queries as people
from lianxin.people.roles import Role

if TYPE_CHECKING:
    from lianxin.cases.models import Case

UNIT_ROLES = (Role.UNIT_LIAISON, Role.HANDLER, Role.UNIT_LEADER, Role.COMMUNITY_SECRETARY)
OVERSEERS = (Role.SUPERVISOR, Role.FOLLOW_UP_CALLER, Role.REVIEW_BODY, Role.AUDITOR)
READERS = (*DESK, *UNIT_ROLES, *OVERSEERS, Role.DISCIPLINE_RECEIVER)


def may_move(viewer: Viewer, case: Case, name: str) -> Answer:
    """Whether the viewer may make a move now, else why not in words for the screen."""
    move = MOVES[name]
    if case.state not in move.sources:
        return Denied(_("This is not possible while the case is: %s.") % State(case.state).label)
    if viewer.is_system:
        return Allowed()
    lead = case.lead_unit.path if case.lead_unit else ""
    match move.side:
        case Side.RESIDENT if viewer.concern_id is not None:
            ok = viewer.concern_id == case.concern_id
        case Side.RESIDENT if move.roles:
            ok = viewer.covers(move.roles, case.desk_unit.path) and not _inside(viewer, lead)
        case Side.RESIDENT:
            return Denied(_("Only the person who raised the concern can do this."))
        case Side.SYSTEM:
            return Denied(_("This happens by itself when its time comes."))
        case Side.DESK:
            ok = viewer.covers(move.roles, case.desk_unit.path)
        case Side.LEAD:
            ok = bool(lead) and viewer.covers(move.roles, lead)
        case Side.INDEPENDENT | Side.REVIEWER:
            ok = bool(lead) and any(
                viewer.covers(move.roles, path) for path in (lead, case.desk_unit.path)
            )
            if ok and _inside(viewer, lead):
                return Denied(_("Somebody outside the handling unit must do this."))
    if not ok:
        return Denied(
            _("This is for: %s.") % ", ".join(str(Role(role).label) for role in move.roles)
            if move.roles
            else _("Only the person who raised the concern can do this.")
        )
    return Allowed()


def may_see_contact(viewer: Viewer, case: Case) -> Answer:
    """Whether the viewer may open name and number: the desk, and for a named person the unit."""
    if viewer.covers(DESK, case.desk_unit.path):
        return Allowed()
    if case.concern.identity == "confidential":
        return Denied(_("The person asked that only the intake desk knows who they are."))
    lead = case.lead_unit
    if lead and viewer.covers((Role.HANDLER, Role.UNIT_LEADER, Role.FOLLOW_UP_CALLER), lead.path):
        return Allowed()
    return Denied(_("Only those who handle this case may see the contact."))


def _inside(viewer: Viewer, path: str) -> bool:
    """Whether the viewer belongs to the unit with this path or to a part of it."""
    return any(grant.path.startswith(path) for grant in viewer.grants)


@scoping("cases.Case")
def visible_cases(viewer: Viewer, rows: QuerySet[Any]) -> QuerySet[Any]:
    """The cases a viewer may see.

    The desk sees what came to it, a unit what it leads or helps with, overseers what lies under
    them. A sealed case is seen by the discipline receiver alone. Whoever belongs to the unit a
    case is about sees nothing of it.
    """
    if viewer.concern_id is not None:
        return rows.filter(concern_id=viewer.concern_id)
    seen = Q(pk__in=())
    if units := people.units_below(viewer, *DESK, *OVERSEERS):
        seen |= Q(desk_unit__in=units)
    if units := people.units_below(viewer, *UNIT_ROLES, *OVERSEERS):
        seen |= Q(lead_unit__in=units)
    if units := people.units_below(viewer, *UNIT_ROLES):
        co_units = rows.model._meta.get_field("co_units").related_model
        helped = co_units._default_manager.filter(unit__in=units)
        seen |= Q(Among("pk", helped.values("case")))
    seen &= ~Q(state=State.SEALED)
    if units := people.units_below(viewer, Role.DISCIPLINE_RECEIVER):
        seen |= Q(state=State.SEALED, desk_unit__in=units)
    own = {path for grant in viewer.grants for path in _lineage(grant.path)}
    about = rows.model._meta.get_field("about_unit").related_model
    theirs = about._default_manager.filter(path__in=sorted(own)).order_by().values("pk")
    return rows.filter(seen).exclude(about_unit__in=theirs)


def _lineage(path: str) -> list[str]:
    """A unit's path and those of all units above it."""
    parts = path.split(".")[:-1]
    return [".".join(parts[:end]) + "." for end in range(1, len(parts) + 1)]


@scoping("intake.Concern")
def visible_concerns(viewer: Viewer, rows: QuerySet[Any]) -> QuerySet[Any]:
    """The concerns of the cases a viewer may see; the desk also sees those not opened yet."""
    if viewer.concern_id is not None:
        return rows.filter(pk=viewer.concern_id)
    cases = rows.model._meta.get_field("case").related_model
    return rows.filter(case__in=visible_cases(viewer, cases._default_manager.all()))
