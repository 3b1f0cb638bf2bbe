"""The worklist: whose turn it is, filters, pages by position, counts with a cap."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from lianxin.access import Viewer, scope
from lianxin.cases.among import Among
from lianxin.cases.models import IS_OPEN, Application, ApplicationKind, Case, CoUnit, SavedView
from lianxin.cases.policy import look_up_conflicts, without_kept_away
from lianxin.cases.queries.handovers import receipts_overdue
from lianxin.cases.queries.messages import cases_written_to
from lianxin.cases.states import ENDED, State
from lianxin.kernel import clock
from lianxin.kernel.ids import parse_number
from lianxin.people import queries as people
from lianxin.people.roles import Role

PAGE = 40
MOST_COUNTED = 1_000
MOST_FOUND = 20
TABS = ("todo", "mine", "unit", "all", "ended")
MARKS = ("overdue", "decision", "supervised", "message", "receipt")

S = State
# Whose turn it is: the states in which somebody with the role has the next step.
TURN: dict[str, frozenset[State]] = {
    Role.INTAKE_CLERK: frozenset({S.SUBMITTED, S.REGISTERED}),
    Role.DISPATCHER: frozenset({S.SUBMITTED, S.REGISTERED, S.TRIAGE, S.RETURN_REVIEW}),
    Role.UNIT_LIAISON: frozenset({S.DISPATCHED, S.ACCEPTED}),
    Role.COMMUNITY_SECRETARY: frozenset(
        {S.DISPATCHED, S.ACCEPTED, S.HANDLING, S.REWORK, S.DEFERRED}
    ),
    Role.HANDLER: frozenset({S.ACCEPTED, S.HANDLING, S.REWORK, S.AWAITING_INFO, S.DEFERRED}),
    Role.UNIT_LEADER: frozenset({S.REPLY_REVIEW}),
    Role.SUPERVISOR: frozenset({S.FOLLOW_UP}),
    Role.FOLLOW_UP_CALLER: frozenset({S.REPLIED, S.FOLLOW_UP}),
    Role.REVIEW_BODY: frozenset({S.REVIEW, S.RECHECK}),
    Role.DISCIPLINE_RECEIVER: frozenset({S.SEALED}),
}
# Who decides what was asked for.
DECIDES: dict[str, tuple[str, ...]] = {
    Role.UNIT_LEADER: (ApplicationKind.EXTENSION,),
    Role.DISPATCHER: (
        ApplicationKind.RETURN,
        ApplicationKind.REFUSAL,
        ApplicationKind.ASIDE,
        ApplicationKind.TERMINATION,
        ApplicationKind.WITHDRAWAL,
        ApplicationKind.RECUSAL,
    ),
    Role.SUPERVISOR: (
        ApplicationKind.DEFERRAL,
        ApplicationKind.OBJECTION,
        ApplicationKind.REFUSAL,
        ApplicationKind.ASIDE,
        ApplicationKind.TERMINATION,
        ApplicationKind.RECUSAL,
    ),
    Role.FOLLOW_UP_CALLER: (ApplicationKind.WITHDRAWAL,),
    Role.REVIEW_BODY: (ApplicationKind.REVIEW, ApplicationKind.RECHECK),
}
FROM_THE_DESK = (Role.INTAKE_CLERK, Role.DISPATCHER)
FROM_BOTH = (
    Role.SUPERVISOR, Role.FOLLOW_UP_CALLER, Role.REVIEW_BODY, Role.DISCIPLINE_RECEIVER,
)  # fmt: skip
HELPERS = (Role.HANDLER, Role.UNIT_LIAISON, Role.UNIT_LEADER, Role.COMMUNITY_SECRETARY)


CaseIds = Callable[[], QuerySet[Any, Any]]
_judged: list[CaseIds] = []


def before_supervisor(ids: CaseIds) -> CaseIds:
    """Register the query of the cases that a judgement has put before a supervisor."""
    _judged[:] = [ids]
    return ids


@dataclass(frozen=True)
class Filter:
    """What a worklist shows: a tab and further narrowing. Unknown values narrow to nothing."""

    tab: str = "todo"
    state: str = ""
    urgency: str = ""
    kind: str = ""
    category: str = ""
    unit: str = ""
    light: str = ""
    words: str = ""

    def as_query(self) -> dict[str, str]:
        """The parts that are set, for a link or a saved view."""
        return {name: value for name, value in vars(self).items() if value}

    @property
    def narrows(self) -> bool:
        """Whether anything besides the tab is set."""
        return self != Filter(tab=self.tab)

    def on(self, tab: str) -> Filter:
        """The same tab without further narrowing."""
        return replace(Filter(), tab=tab)


@dataclass(frozen=True)
class Page:
    """One page of a worklist, with the cursors to both sides."""

    cases: Sequence[Case]
    after: str | None
    before: str | None


def worklist(
    viewer: Viewer,
    wanted: Filter,
    *,
    after: str = "",
    before: str = "",
    among: QuerySet[Any, Any] | None = None,
) -> Page:
    """A page of cases by position and not by offset: the nearest date first; ended, newest first.

    ``among`` narrows further to these ids, for a filter that only a higher module knows.
    """
    rows = narrowed(viewer, wanted, among)
    backwards = bool(before) and not after
    position = _read_cursor(viewer, before if backwards else after)
    ended = wanted.tab == "ended"
    if position is not None:
        rows = rows.filter(_beyond(position, backwards=backwards, ended=ended))
    # The positions first, the rows after: no join is made for a case that is not shown.
    ordered = rows.order_by(*_order(backwards=backwards, ended=ended))
    positions = list(ordered.values_list("pk", flat=True)[: PAGE + 1])
    more = len(positions) > PAGE
    shown = Case.objects.select_related("concern", "concern__area", "category", "lead_unit")
    by_key = shown.in_bulk(positions[:PAGE])
    found = [by_key[pk] for pk in positions[:PAGE]]
    if backwards:
        found.reverse()
    has_next = bool(found) and (more if not backwards else True)
    has_previous = bool(found) and (more if backwards else position is not None)
    return Page(
        found,
        _cursor(found[-1], ended=ended) if has_next else None,
        _cursor(found[0], ended=ended) if has_previous else None,
    )


def _order(*, backwards: bool, ended: bool) -> tuple[Any, ...]:
    if ended:
        return ("moved_at", "pk") if backwards else ("-moved_at", "-pk")
    if backwards:
        return (F("due_at").desc(nulls_first=True), "-pk")
    return (F("due_at").asc(nulls_last=True), "pk")


def prepare(viewer: Viewer) -> None:
    """Look up what every list and count of one page asks about this viewer."""
    look_up_conflicts(viewer, Case.objects.all())


def narrowed(
    viewer: Viewer, wanted: Filter, among: QuerySet[Any, Any] | None = None
) -> QuerySet[Case]:
    """The cases of a filter that the viewer may see."""
    rows = scope(viewer, Case)
    match wanted.tab:
        case "mine":
            rows = rows.filter(IS_OPEN, handler_id=viewer.user_id)
        case "unit":
            rows = rows.filter(
                IS_OPEN, lead_unit_id__in=sorted({grant.unit_id for grant in viewer.grants})
            )
        case "ended":
            rows = rows.filter(state__in=ENDED)
        case "all":
            rows = rows.filter(IS_OPEN)
        case "todo":
            rows = rows.filter(_my_turn(viewer))
        case _:
            rows = rows.none()
    for name in ("state", "urgency", "kind"):
        if value := getattr(wanted, name):
            rows = rows.filter(**{name: value})
    if wanted.category:
        rows = rows.filter(
            Q(category__code=wanted.category) | Q(category__code__startswith=f"{wanted.category}.")
        )
    if wanted.unit:
        known = wanted.unit.isdecimal() and len(wanted.unit) < 10
        rows = rows.filter(lead_unit_id=int(wanted.unit)) if known else rows.none()
    rows = _marked(rows, viewer, wanted.light)
    if among is not None:
        rows = rows.filter(pk__in=among)
    return searched(rows, wanted.words)


def _marked(rows: QuerySet[Case], viewer: Viewer, mark: str) -> QuerySet[Case]:
    match mark:
        case "overdue":
            return rows.filter(due_at__lt=clock.now())
        case "decision":
            return rows.filter(_for_my_decision(viewer))
        case "supervised":
            return rows.filter(supervisions__answered_at__isnull=True, supervisions__isnull=False)
        case "receipt":
            return rows.filter(_without_receipt())
        case "message":
            return rows.filter(_written(viewer))
    return rows


def _my_turn(viewer: Viewer) -> Q:
    """The cases in which the viewer has the next step."""
    turn = _for_my_decision(viewer)
    if desks := people.units_below(viewer, *FROM_THE_DESK):
        turn |= Q(desk_unit__in=desks) & _without_receipt()
    for role, states in TURN.items():
        place = _place(viewer, role)
        if place is None:
            continue
        mine = Q(state__in=states) & place
        if role == Role.HANDLER:
            mine &= Q(handler_id=viewer.user_id) | Q(handler__isnull=True)
        # A judgement that is not content makes the next step the supervisor's, until then it is
        # the caller's.
        for ids in _judged:
            if role == Role.SUPERVISOR:
                mine &= Q(Among("pk", ids()))
            if role == Role.FOLLOW_UP_CALLER:
                mine &= ~Q(Among("pk", ids()))
        turn |= mine
    if units := people.units_below(viewer, *HELPERS):
        called = CoUnit.objects.filter(answered_at=None, unit__in=units)
        turn |= IS_OPEN & Q(Among("pk", called.values("case")))
    return turn | _written_to_me(viewer)


def _written_to_me(viewer: Viewer) -> Q:
    """Where the person wrote and waits: for the handler, else for the unit, else for the desk."""
    place = Q(pk__in=())
    if units := people.units_below(viewer, *HELPERS):
        place |= Q(lead_unit__in=units) & (Q(handler_id=viewer.user_id) | Q(handler__isnull=True))
    if units := people.units_below(viewer, *FROM_THE_DESK):
        place |= Q(desk_unit__in=units, lead_unit__isnull=True)
    return place & _written(viewer)


def _without_receipt() -> Q:
    """Handed over to an outside body, whose receipt should have come by now."""
    return Q(Among("pk", receipts_overdue().values_list("case", flat=True)))


def _written(viewer: Viewer) -> Q:
    """In which a person wrote and waits."""
    own, joined = cases_written_to(viewer)
    return Q(Among("pk", own)) | Q(Among("pk", joined))


def _for_my_decision(viewer: Viewer) -> Q:
    """Where somebody else has asked for what the viewer decides, a draft reply among it."""
    found = Q(pk__in=())
    for role, kinds in DECIDES.items():
        place = _place(viewer, role)
        if place is None:
            continue
        asked = Application.objects.filter(decision="", kind__in=kinds)
        others = asked.exclude(asked_by_id=viewer.user_id)
        found |= place & Q(Among("pk", others.values("case")))
    for role in (Role.UNIT_LEADER, Role.REVIEW_BODY):
        place = _place(viewer, role)
        if place is not None:
            found |= Q(state__in=TURN[role]) & place & ~Q(handler_id=viewer.user_id)
    return found


def _place(viewer: Viewer, role: str) -> Q | None:
    """Where the viewer holds a role, seen from the desk or from the unit; None: nowhere."""
    units = people.units_below(viewer, role)
    if not units:
        return None
    if role in FROM_THE_DESK:
        return Q(desk_unit__in=units)
    if role in FROM_BOTH:
        return Q(desk_unit__in=units) | Q(lead_unit__in=units)
    return Q(lead_unit__in=units)


def searched(rows: QuerySet[Case], words: str) -> QuerySet[Case]:
    """Narrow to a receipt number, or to cases whose words, title or place contain every word."""
    words = words.strip()[:100]
    if not words:
        return rows
    if number := parse_number(words):
        return rows.filter(concern__number=number)
    for word in words.split()[:5]:
        rows = rows.filter(
            Q(concern__words__icontains=word)
            | Q(concern__title__icontains=word)
            | Q(concern__place__icontains=word)
        )
    return rows


def found(viewer: Viewer, words: str) -> list[Case]:
    """The newest cases in sight with this number or these words, at most :data:`MOST_FOUND`."""
    if not words.strip():
        return []
    rows = searched(scope(viewer, Case), words)
    return list(
        rows.select_related("concern", "concern__area", "category", "lead_unit").order_by("-pk")[
            :MOST_FOUND
        ]
    )


def count(viewer: Viewer, wanted: Filter, among: QuerySet[Any, Any] | None = None) -> int:
    """How many cases a filter holds, counted up to :data:`MOST_COUNTED` and no further."""
    return narrowed(viewer, wanted, among).order_by()[: MOST_COUNTED + 1].count()


def joined_counts(viewer: Viewer, ids: Iterable[int]) -> dict[int, int]:
    """How many cases were joined to each of these, for those that have any. One query.

    As far as the viewer may know of them: the case page lists the same.
    """
    rows = without_kept_away(viewer, Case.objects.filter(parent__in=list(ids)))
    rows = rows.order_by().values_list("parent")
    return {parent: n for parent, n in rows.annotate(n=Count("pk")) if parent is not None}


def _beyond(position: tuple[datetime | None, int], *, backwards: bool, ended: bool) -> Q:
    moment, pk = position
    if ended:
        if backwards:
            return Q(moved_at__gt=moment) | Q(moved_at=moment, pk__gt=pk)
        return Q(moved_at__lt=moment) | Q(moved_at=moment, pk__lt=pk)
    if moment is None:
        return (
            Q(due_at__isnull=True, pk__lt=pk) | Q(due_at__isnull=False)
            if backwards
            else Q(due_at__isnull=True, pk__gt=pk)
        )
    if backwards:
        return Q(due_at__lt=moment) | Q(due_at=moment, pk__lt=pk)
    return Q(due_at__gt=moment) | Q(due_at=moment, pk__gt=pk) | Q(due_at__isnull=True)


def _cursor(case: Case, *, ended: bool) -> str:
    # The receipt number and not the id: gaps between ids tell of cases one may not see.
    moment = case.moved_at if ended else case.due_at
    text = moment.isoformat() if moment else ""
    return base64.urlsafe_b64encode(json.dumps([text, case.concern.number]).encode()).decode()


def _read_cursor(viewer: Viewer, text: str) -> tuple[datetime | None, int] | None:
    """A position, or None for anything that is not one: a bad cursor is the first page."""
    try:
        due, number = json.loads(base64.urlsafe_b64decode(text.encode("ascii")))
        moment = datetime.fromisoformat(due) if due else None
        if moment is not None and moment.tzinfo is None:
            return None
        number = parse_number(number) or ""
    except (ValueError, TypeError, UnicodeError, AttributeError):
        return None
    rows = scope(viewer, Case).filter(concern__number=number)
    pk = rows.order_by().values_list("pk", flat=True).first()
    return None if pk is None else (moment, pk)


def saved_views(viewer: Viewer) -> list[SavedView]:
    """The filters somebody keeps, by name."""
    return list(SavedView.objects.filter(owner_id=viewer.user_id))
