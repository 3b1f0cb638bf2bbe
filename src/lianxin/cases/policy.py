"""May this person do this to that case: the one answer for pages, actions and tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.lookups import StartsWith
from django.utils.translation import gettext_lazy as _

from lianxin.access import Allowed, Answer, Denied, Viewer, scoping
from lianxin.cases.among import Among
from lianxin.cases.states import BEFORE_UNIT, DESK, MOVES, Side, State
from lianxin.people import queries as people
from lianxin.people.roles import Role
from lianxin.sorting.kinds import Kind

if TYPE_CHECKING:
    from lianxin.cases.models import Case
    from lianxin.people.models import Unit

UNIT_ROLES = (Role.UNIT_LIAISON, Role.HANDLER, Role.UNIT_LEADER, Role.COMMUNITY_SECRETARY)
OVERSEERS = (Role.SUPERVISOR, Role.FOLLOW_UP_CALLER, Role.REVIEW_BODY, Role.AUDITOR)
SEALED_BY = (Role.DISCIPLINE_RECEIVER,)
NOT_YOURS = _("Only the person who raised the concern can do this.")
READERS = (*DESK, *UNIT_ROLES, *OVERSEERS, Role.DISCIPLINE_RECEIVER)
HELD = Q(lane="higher", state__in=sorted(BEFORE_UNIT), kind="")
"""About conduct and sorted by nobody yet. What one of those it is about has seen cannot be unseen,
so a dispatcher looks before anybody else does (petitions regulation art. 30)."""


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
    """Whether the viewer may open name and number: the desk, and for a named person the unit.

    In the sealed lane the discipline receiver alone. See `identity` for the second person.
    """
    if case.state == State.SEALED:
        if viewer.covers(Role.DISCIPLINE_RECEIVER, case.desk_unit.path):
            return Allowed()
        return Denied(_("Only the discipline receiver may see the contact."))
    if viewer.covers(DESK, case.desk_unit.path):
        return Allowed()
    if case.concern.identity == "confidential":
        return Denied(_("The person asked that only the intake desk knows who they are."))
    lead = case.lead_unit
    if lead and viewer.covers((Role.HANDLER, Role.UNIT_LEADER, Role.FOLLOW_UP_CALLER), lead.path):
        return Allowed()
    return Denied(_("Only those who handle this case may see the contact."))


def may_write(viewer: Viewer, case: Case) -> Answer:
    """Whether the viewer may write in the thread: the person, the desk, whoever handles it.

    Of a sealed case, its receiver alone. No contact is needed, so staying anonymous or asking for
    confidence keeps nobody from being asked something.
    """
    if case.state == State.ARCHIVED:
        return Denied(_("It is archived; nothing can be added any more."))
    if viewer.concern_id is not None:
        return Allowed() if viewer.concern_id == case.concern_id else Denied(NOT_YOURS)
    if office_of(viewer, case) is None:
        return Denied(_("Only those who handle this case may write to the person."))
    return Allowed()


def office_of(viewer: Viewer, case: Case) -> Unit | None:
    """For which office the viewer writes to the person; None when they may not.

    To whoever was joined, for the office of the case that theirs follows.
    """
    case = case.parent or case
    if case.state == State.SEALED:
        return case.desk_unit if viewer.covers(SEALED_BY, case.desk_unit.path) else None
    roles = MOVES["log_contact"].roles
    if case.lead_unit and viewer.covers(roles, case.lead_unit.path):
        return case.lead_unit
    return case.desk_unit if viewer.covers(DESK, case.desk_unit.path) else None


def may_give_code(viewer: Viewer, case: Case) -> Answer:
    """Whether the viewer may give the person a new query code: the desk, outside the unit.

    Of a sealed case, its receiver. Nobody can, where no name and number were left.
    """
    roles = SEALED_BY if case.state == State.SEALED else DESK
    if not viewer.covers(roles, case.desk_unit.path):
        return Denied(_("Only the desk that took the concern can give a new code."))
    if case.lead_unit and _inside(viewer, case.lead_unit.path):
        return Denied(_("Somebody outside the handling unit must do this."))
    if case.concern.identity == "anonymous":
        return Denied(
            _("Nobody left a name or number here, so nobody can be told from another. The proof of "
              "filing still shows that the concern exists and what it said; the person can also "
              "report anew and mention this number.")
        )  # fmt: skip
    return Allowed()


def _inside(viewer: Viewer, path: str) -> bool:
    """Whether the viewer belongs to the unit with this path or to a part of it."""
    return any(grant.path.startswith(path) for grant in viewer.grants)


KEPT_AWAY = ("cases.kept_away",)
MOST_NAMED = 500


@scoping("cases.Case")
def visible_cases(viewer: Viewer, rows: QuerySet[Any]) -> QuerySet[Any]:
    """The cases a viewer may see.

    The desk sees what came to it, a unit what it leads or helps with, overseers what lies under
    them. Until a dispatcher has looked at a complaint about conduct nobody else sees it; a sealed
    case is seen by the discipline receiver alone. Whoever a conflict keeps away sees nothing,
    whatever else they may.
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
    seen &= ~(HELD | Q(state=State.SEALED))
    if units := people.units_below(viewer, Role.DISPATCHER):
        seen |= HELD & Q(desk_unit__in=units)
    if units := people.units_below(viewer, Role.DISCIPLINE_RECEIVER):
        seen |= Q(state=State.SEALED, desk_unit__in=units)
    kept = viewer.reach.get(KEPT_AWAY)
    if kept is None or len(kept) > MOST_NAMED:
        away = Q(Exists(_holding(viewer, rows).filter(case=OuterRef("pk"))))
    else:
        away = Q(pk__in=kept)
    return rows.filter(seen).exclude(away)


def look_up_conflicts(viewer: Viewer, cases: QuerySet[Any]) -> None:
    """Look up once, for as long as this viewer lasts, which cases they are kept away from.

    For a page that only reads and asks for its cases in eight ways: the rule is longer than all
    else they ask. Of more than :data:`MOST_NAMED` cases each asks the rule itself.
    """
    ids = _holding(viewer, cases).order_by().values_list("case", flat=True).distinct()
    viewer.reach[KEPT_AWAY] = list(ids[: MOST_NAMED + 1])


def _holding(viewer: Viewer, cases: QuerySet[Any], of: str = "pk") -> QuerySet[Any]:
    """The conflicts that keep a viewer away; ``cases``: rows of cases, or ``of`` a case."""
    model: Any = cases.model if of == "pk" else cases.model._meta.get_field(of).related_model
    conflicts = model._meta.get_field("conflicts").related_model._default_manager
    found: QuerySet[Any] = conflicts.exclude(standing="lifted").filter(keeps_away(viewer))
    return found


def keeps_away(viewer: Viewer) -> Q:
    """Which conflicts keep a viewer away; deny overrides every allow.

    Their own; one about a unit they belong to, however far below it; one about somebody who heads
    such a unit; one about a colleague or a unit they have declared an interest in.
    """
    if viewer.user_id is None:
        # Nobody of the staff. The column is also empty where a unit is meant.
        return Q(pk__in=())
    paths = [grant.path for grant in viewer.grants]
    declared = people.interests_of(viewer).order_by()
    tied = declared.filter(unit__path__startswith=OuterRef("unit__path")).values("pk")
    above = declared.filter(StartsWith(OuterRef("unit__path"), F("unit__path"))).values("pk")
    return Q(user=viewer.user_id) | Q(ground="about") & (
        Q(unit__path__in=people.lineage(paths))
        | Q(user__in=people.heads_over(paths).values("user"))
        | Q(user__in=declared.filter(person__isnull=False).values("person"))
        | Exists(tied)
        | Exists(above)
    )


def without_kept_away(viewer: Viewer, rows: QuerySet[Any], of: str = "pk") -> QuerySet[Any]:
    """These cases without those that a conflict keeps the viewer from; or rows ``of`` a case."""
    kept = viewer.reach.get(KEPT_AWAY)
    if kept is not None and len(kept) <= MOST_NAMED:
        return rows.exclude(**{f"{of}__in": kept})
    return rows.exclude(Exists(_holding(viewer, rows, of).filter(case=OuterRef(of))))


def is_kept_away(viewer: Viewer, case: Case) -> bool:
    """Whether a conflict keeps this viewer from the case."""
    rows = case.conflicts.exclude(standing="lifted").filter(keeps_away(viewer))
    return not viewer.is_system and rows.exists()


def can_look(case: Case, path: str, *roles: str) -> bool:
    """Whether somebody with one of the roles over a unit is not kept away from the case."""
    return any(not is_kept_away(viewer, case) for viewer in people.viewers_with(path, *roles))


def closed_units(case: Case) -> Callable[[Unit], bool]:
    """Tells of a unit whether it may not deal with the case: it is about the unit or one above.

    About a person: what they head, and the very units where they work. Constant queries.
    """
    about = case.conflicts.exclude(standing="lifted").filter(ground="about")
    rows = list(about.values_list("unit__path", "user_id"))
    tops = {path for path, _user in rows if path}
    exact: set[str] = set()
    for _path, user in rows:
        if user is not None:
            tops |= {unit.path for unit in people.units_of(user, *people.LEADING)}
            exact |= {unit.path for unit in people.units_of(user)}
    return lambda unit: unit.path in exact or unit.path.startswith(tuple(tops))


def is_about_conduct(case: Case) -> bool:
    """Whether a case is a complaint about a unit or an official, as far as anybody knows."""
    by_kind = case.kind == Kind.COMPLAINT_OFFICIAL or case.lane == "higher"
    return by_kind or case.concern.about_official


def names_about(case: Case) -> list[str]:
    """The names of the units a case is about, with those above, and of where its people work."""
    about = case.conflicts.exclude(standing="lifted").filter(ground="about")
    paths: set[str] = set()
    for path, user in about.values_list("unit__path", "user_id"):
        paths |= {path} if path else {unit.path for unit in people.units_of(user)}
    return people.names_along(paths)


@scoping("intake.Concern")
def visible_concerns(viewer: Viewer, rows: QuerySet[Any]) -> QuerySet[Any]:
    """The concerns of the cases a viewer may see; the desk also sees those not opened yet."""
    if viewer.concern_id is not None:
        return rows.filter(pk=viewer.concern_id)
    cases = rows.model._meta.get_field("case").related_model
    return rows.filter(case__in=visible_cases(viewer, cases._default_manager.all()))
