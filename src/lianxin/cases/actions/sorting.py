"""At the desk: sort, join, seal, dispatch (T4, T8–T10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.access import Viewer
from lianxin.cases import events
from lianxin.cases.actions.conflicts import keep_unit_away, place_outside, settle_found
from lianxin.cases.actions.following import follow, pull_of
from lianxin.cases.actions.leaving import let_go, split
from lianxin.cases.actions.moving import hold_case, move, refresh_due, require_text, rules_of
from lianxin.cases.choices import ApplicationKind
from lianxin.cases.models import Case, CoUnit, Lane, Point
from lianxin.cases.policy import closed_units, is_kept_away
from lianxin.cases.queries import kept_away_from, waiting
from lianxin.cases.states import OPEN
from lianxin.deadlines import queries as clocks
from lianxin.journal.actions import record
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.people import queries as people
from lianxin.sorting import queries as sorting
from lianxin.sorting.kinds import Kind, Urgency

if TYPE_CHECKING:
    from lianxin.sorting.models import CatalogueItem

MOST_POINTS = 10


@dataclass(frozen=True)
class Sorting:
    """What the dispatcher decides about a case. ``points`` are the things the reply must answer.

    ``about``: ids of the conflicts found in the words that are really meant.
    """

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
    about: Sequence[int] = ()
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
    policy_id = clocks.rules(decided.policy).id if decided.policy else case.policy_id
    points = [text.strip()[:300] for text in decided.points if text.strip()]
    with transaction.atomic():
        settle_found(case, decided.about, by=by)
        lane = _lane(decided, about=bool(decided.about) or decided.about_unit_id is not None)
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
            policy_id=policy_id,
        )
        keep_unit_away(case, decided.about_unit_id, by=by)
        case.points.all().delete()
        Point.objects.bulk_create(
            Point(case=case, text=text, position=position)
            for position, text in enumerate(points or [_default_point(case)])
        )


def _lane(decided: Sorting, *, about: bool) -> Lane:
    if decided.kind == Kind.REPORT:
        return Lane.SEALED
    if about or decided.kind == Kind.COMPLAINT_OFFICIAL:
        return Lane.HIGHER
    if decided.kind == Kind.SUGGESTION:
        return Lane.SUGGESTION
    return Lane.FAST if decided.solvability == "now" else Lane.ORDINARY


def _default_point(case: Case) -> str:
    """What the person hopes for is what the reply must answer (M13), else the matter itself."""
    concern = case.concern
    return (concern.wish or concern.title or concern.words)[:300]


def merge_case(case: Case, *, parent: Case, by: Viewer) -> None:
    """Join a case to an open one about the same matter (T8); the earliest start stands."""
    if parent.pk == case.pk or parent.state not in OPEN:
        raise Problem(_("Choose an open case about the same matter."), "parent")
    if not kept_away_from(case) <= kept_away_from(parent):
        raise Problem(
            _("Those this case is about can see the other one: joined, it would show itself."),
            "parent",
        )
    with transaction.atomic():
        hold_case(parent)
        pulled, own = pull_of(parent), pull_of(case)
        children = list(case.joined.order_by("pk"))
        case.joined.update(parent=parent)
        follow(case, own)
        move(case, "merge", by=by, events=[events.Merged(parent.pk)], parent_id=parent.pk)
        if follow(parent, pulled):
            refresh_due(parent)
        record(events.Joined(case.pk), subject=parent.subject, by=by.actor)
        for child in children:
            record(events.Merged(parent.pk), subject=child.subject, by=by.actor)


def split_case(case: Case, *, text: str, by: Viewer) -> None:
    """Take a joined case out again: joined in error, or it turned out to be another matter."""
    text = require_text(text, _("Say why it is another matter; the person reads it."))
    parent = case.parent
    if parent is None:
        raise Problem(_("Somebody has done this already."))
    if ApplicationKind.OBJECTION in waiting(case):
        raise Problem(_("The person has objected already: a supervisor decides on that."))
    with transaction.atomic():
        split(case, reason=text, by=by)


def seal_case(case: Case, *, by: Viewer) -> None:
    """Hand an accusation to the discipline receiver (T9); the desk keeps only the receipt."""
    with transaction.atomic():
        let_go(case)
        move(case, "seal", by=by, events=[events.Sealed()], lane=Lane.SEALED)
        place_outside(case)


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
    closed = closed_units(case)
    if closed(unit):
        raise Problem(_("The case is about this unit: choose the one above it."), "unit")
    if leader_id is not None and is_kept_away(people.viewer_of(leader_id), case):
        raise Problem(_("The case is about this person or their office."), "leader")
    if any(closed(row) for row in people.units_by_id(co_units)):
        raise Problem(_("The case is about one of these units."), "co_units")
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
            leader_id=leader_id or _leader_of(line, case, by_catalogue=by_catalogue),
            handler_id=None,
            catalogue_item_id=line.pk if line and by_catalogue else None,
            dispatch_reason=reason.strip()[:500],
        )


def _leader_of(line: CatalogueItem | None, case: Case, *, by_catalogue: bool) -> int | None:
    """The leader the catalogue names, unless a conflict keeps them away."""
    if line is None or not by_catalogue or line.leader_id is None:
        return None
    return None if is_kept_away(people.viewer_of(line.leader_id), case) else line.leader_id
