"""At the desk: sort, join, seal, dispatch (T4, T8–T10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.access import Viewer
from lianxin.cases import events
from lianxin.cases.actions.moving import move, rules_of
from lianxin.cases.models import Case, CoUnit, Lane, Point
from lianxin.cases.states import OPEN
from lianxin.deadlines import queries as clocks
from lianxin.journal.actions import record
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.people import queries as people
from lianxin.sorting import queries as sorting
from lianxin.sorting.kinds import Kind, Urgency

MOST_POINTS = 10


@dataclass(frozen=True)
class Sorting:
    """What the dispatcher decides about a case. ``points`` are the things the reply must answer."""

    kind: str
    category: str
    urgency: str
    solvability: str
    points: Sequence[str] = ()
    cared_about: bool = False
    direct: bool = False
    pressing: bool = False
    priority_reason: str = ""
    about_unit_id: int | None = None
    policy: str = ""


def sort_case(case: Case, decided: Sorting, *, by: Viewer) -> None:
    """Set kind, category, urgency, solvability, lane and the points to answer (T4)."""
    category = sorting.category(decided.category)
    problems = {}
    if decided.kind not in Kind.values:
        problems["kind"] = _("Choose what sort of concern it is.")
    if category is None:
        problems["category"] = _("Choose a category from the tree.")
    if decided.urgency not in Urgency.values:
        problems["urgency"] = _("Choose how urgent it is.")
    if not decided.solvability:
        problems["solvability"] = _("Say whether it can be solved now.")
    if len(decided.points) > MOST_POINTS:
        problems["points"] = _("At most %(most)s points, please.") % {"most": MOST_POINTS}
    if (decided.cared_about or decided.direct or decided.pressing) and not (
        decided.priority_reason.strip()
    ):
        problems["priority_reason"] = _("Say in one sentence why it comes first.")
    if problems or category is None:
        raise Problem.several({name: [text] for name, text in problems.items()})
    lane = _lane(decided)
    policy_id = clocks.rules(decided.policy).id if decided.policy else case.policy_id
    points = [text.strip()[:300] for text in decided.points if text.strip()]
    with transaction.atomic():
        move(
            case,
            "sort",
            by=by,
            events=[
                events.Sorted(
                    decided.kind, category.code, decided.urgency, decided.solvability, lane
                )
            ],
            kind=decided.kind,
            category_id=category.pk,
            urgency=decided.urgency,
            solvability=decided.solvability,
            lane=lane,
            cared_about=decided.cared_about,
            direct=decided.direct,
            pressing=decided.pressing,
            priority_reason=decided.priority_reason.strip(),
            hard_urgent=category.hard_urgent,
            about_unit_id=decided.about_unit_id,
            policy_id=policy_id,
        )
        case.points.all().delete()
        Point.objects.bulk_create(
            Point(case=case, text=text, position=position)
            for position, text in enumerate(points or [_default_point(case)])
        )


def _lane(decided: Sorting) -> Lane:
    if decided.kind == Kind.SUGGESTION:
        return Lane.SUGGESTION
    if decided.kind == Kind.COMPLAINT_OFFICIAL:
        return Lane.HIGHER
    if decided.kind == Kind.REPORT:
        return Lane.SEALED
    return Lane.FAST if decided.solvability == "now" else Lane.ORDINARY


def _default_point(case: Case) -> str:
    """What the person hopes for is what the reply must answer (M13), else the matter itself."""
    concern = case.concern
    return (concern.wish or concern.title or concern.words)[:300]


def merge_case(case: Case, *, parent: Case, by: Viewer) -> None:
    """Join a case to an open one about the same matter (T8); the earliest start stands."""
    if parent.pk == case.pk or parent.state not in OPEN:
        raise Problem(_("Choose an open case about the same matter."), "parent")
    with transaction.atomic():
        move(case, "merge", by=by, events=[events.Merged(parent.pk)], parent_id=parent.pk)
        record(events.Joined(case.pk), subject=parent.subject, by=by.actor)
        for child in case.joined.all():
            Case.objects.filter(pk=child.pk).update(parent=parent)
            record(events.Merged(parent.pk), subject=child.subject, by=by.actor)


def seal_case(case: Case, *, by: Viewer) -> None:
    """Hand an accusation to the discipline receiver (T9); the desk keeps only the receipt."""
    with transaction.atomic():
        move(case, "seal", by=by, events=[events.Sealed()], lane=Lane.SEALED)


def dispatch_case(
    case: Case,
    *,
    unit_id: int,
    leader_id: int | None = None,
    co_units: Sequence[int] = (),
    reason: str = "",
    by: Viewer,
) -> None:
    """Give a sorted case to a unit (T10), by the catalogue or by a decision with its reason.

    The unit a case is about, and what lies below it, cannot receive it (recusal, law of petitions
    art. 28). Hard kinds need a responsible leader (M25, M54).
    """
    unit = people.unit(unit_id)
    if unit is None:
        raise Problem(_("Choose a unit."), "unit")
    if not case.kind or case.category is None:
        raise Problem(_("Sort the case first: kind, category, urgency."))
    if case.about_unit and unit.path.startswith(case.about_unit.path):
        raise Problem(_("The case is about this unit: choose the one above it."), "unit")
    if case.category.needs_leader and leader_id is None:
        raise Problem(_("This kind of case needs a responsible leader."), "leader")
    line = sorting.catalogue_for(case.category, case.concern.area_id)
    by_catalogue = line is not None and line.unit_id == unit.pk
    if not by_catalogue and not reason.strip():
        raise Problem(_("Say why this unit and not the one in the catalogue."), "reason")
    waits = rules_of(case).handling_starts == "acceptance"
    with transaction.atomic():
        for co_unit in dict.fromkeys(co_units):
            if co_unit != unit.pk:
                CoUnit.objects.get_or_create(
                    case=case,
                    unit_id=co_unit,
                    defaults={"task": reason.strip()[:500], "asked_at": clock.now()},
                )
        case.lead_unit = unit
        move(
            case,
            "dispatch",
            by=by,
            events=[events.Dispatched(unit.pk, by_catalogue)],
            start=("acceptance_notice",) if waits else ("handling",),
            lead_unit_id=unit.pk,
            leader_id=leader_id or (line.leader_id if line and by_catalogue else None),
            handler_id=None,
            catalogue_item_id=line.pk if line and by_catalogue else None,
            dispatch_reason=reason.strip()[:500],
        )
