"""Reads of cases: one, what waits in it, what was done in it, what is owed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from lianxin.access import Viewer, get_or_404, scope
from lianxin.cases.models import IS_OPEN, Application, Case, Contact, CoUnit, Lane, Supervision, Way
from lianxin.cases.policy import without_kept_away
from lianxin.cases.states import AFTER_REPLY, ARCHIVE_AFTER, BEFORE_UNIT, ENDED, OPEN, State
from lianxin.deadlines import queries as clocks
from lianxin.intake import queries as intake
from lianxin.intake.choices import Channel
from lianxin.kernel import clock
from lianxin.kernel.ids import parse_number
from lianxin.people.roles import Role
from lianxin.sorting import queries as sorting

if TYPE_CHECKING:
    from lianxin.intake.models import Attachment, Concern

MOST_COUNTED = 1_000
PUBLIC = ~Q(lane__in=[Lane.HIGHER, Lane.SEALED])
"""What the figures for everybody count: a complaint about an office would show in them by one."""


def case_of(viewer: Viewer, number: str) -> Case:
    """One case by its receipt number, with what its page needs; 404 when it is not yours."""
    case = get_or_404(viewer, Case, concern__number=parse_number(number) or "")
    return with_relations(Case.objects.filter(pk=case.pk)).get()


def with_relations(rows: QuerySet[Case]) -> QuerySet[Case]:
    """The joins of a case page in one statement."""
    return rows.select_related(
        "concern",
        "concern__area",
        "category",
        "desk_unit",
        "lead_unit",
        "handler",
        "leader",
        "parent__concern",
    )


def case_by_id(pk: int) -> Case:
    """One case for work in the background, whoever may see it."""
    return with_relations(Case.objects.filter(pk=pk)).get()


def cases_in_sight(viewer: Viewer, subjects: Collection[str]) -> dict[str, Case]:
    """The case that each of these subjects is, or is a file of, where the viewer may see it."""
    ids = _ids(subjects, "case")
    sent_with = intake.concerns_of_files(_ids(subjects, "file"))
    named = Q(pk__in=ids) | Q(concern__in=set(sent_with.values()))
    seen = list(scope(viewer, Case).filter(named).values_list("pk", flat=True))
    cases = list(with_relations(Case.objects.filter(pk__in=seen))) if seen else []
    of = {case.concern_id: case for case in cases}
    files = {f"file:{pk}": of[concern] for pk, concern in sent_with.items() if concern in of}
    return {case.subject: case for case in cases} | files


def _ids(subjects: Collection[str], kind: str) -> list[int]:
    """The ids of those subjects that are of one kind: 5 for `case:5`."""
    return [int(pk) for name, _, pk in (s.partition(":") for s in subjects) if name == kind]


def case_of_concern(concern_id: int) -> Case | None:
    """The case of a concern; None until the worker has opened it."""
    return with_relations(Case.objects.filter(concern_id=concern_id)).first()


def case_of_file(row: Attachment | None) -> Case | None:
    """The case of the concern that a file was sent with."""
    return case_of_concern(row.concern_id) if row and row.concern_id else None


def waiting(case: Case) -> dict[str, Application]:
    """The undecided applications of a case by kind."""
    return {
        row.kind: row
        for row in case.applications.filter(decision="").select_related("asked_by", "unit")
    }


def came_back(case: Case) -> bool:
    """Whether an objection has brought it back into the queue by itself already."""
    at_once = case.applications.filter(kind="objection", decision="granted", decided_by=None)
    # What is granted without anybody later is the objection of somebody who was joined.
    return at_once.filter(decided_at=F("asked_at")).exists()


def open_subjects_overdue(kinds: Sequence[str], limit: int = 500) -> list[tuple[Case, str, str]]:
    """Open cases with a clock past its date: case, kind of clock, a name for this very miss."""
    over = clocks.overdue(clock.now(), kinds).filter(subject__startswith="case:")
    named = over.annotate(trigger=Concat("kind", Value(":"), Cast("pk", CharField())))
    # Those that somebody stepped in for would fill the page before the new ones.
    known = Supervision.objects.filter(trigger=OuterRef("trigger"))
    late = list(named.exclude(Exists(known))[:limit])
    if not late:
        return []
    ids = {int(row.subject.partition(":")[2]) for row in late}
    cases = {case.pk: case for case in with_relations(Case.objects.filter(IS_OPEN, pk__in=ids))}
    found = []
    for row in late:
        case = cases.get(int(row.subject.partition(":")[2]))
        if case is not None:
            found.append((case, row.kind, f"{row.kind}:{row.pk}"))
    return found


def each_in_state(*states: State, at_once: int = 200) -> Iterator[Case]:
    """All cases in one of these states, read some at once: what is done may move them on."""
    rows = Case.objects.filter(state__in=states).order_by("pk")
    last = 0
    while found := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:at_once]):
        # The positions first: mostly there is nothing, and joins cost more than rows.
        yield from with_relations(rows.filter(pk__in=found))
        last = found[-1]


def unsealed(limit: int = 200) -> list[Case]:
    """Cases in the sealed lane whose words are not sealed."""
    rows = Case.objects.filter(state=State.SEALED, concern__sealed__isnull=True).order_by("pk")
    return list(with_relations(rows)[:limit])


def archivable(*, before: datetime, limit: int) -> list[Case]:
    """Ended cases, not sealed, whose end lies before a moment."""
    states = sorted(ENDED - {State.ARCHIVED, State.SEALED})
    # What was joined goes with what it follows: until then its person may add to it.
    free = Q(parent__isnull=True) | Q(parent__state=State.ARCHIVED)
    rows = Case.objects.filter(free, state__in=states, moved_at__lt=before)
    rows = rows.order_by("moved_at", "pk")
    found = list(rows.values_list("pk", flat=True)[:limit])
    return list(with_relations(rows.filter(pk__in=found))) if found else []


def numbers_of(subjects: Collection[str]) -> dict[str, str]:
    """Receipt numbers of what the journal names ``case:5``, ``concern:7`` or ``file:9``."""
    wanted = {"case": "pk", "concern": "concern_id"}
    found: dict[str, str] = {}
    for kind, column in wanted.items():
        ids = _ids(subjects, kind)
        for start in range(0, len(ids), 500):
            rows = Case.objects.filter(**{f"{column}__in": ids[start : start + 500]})
            pairs = rows.values_list(column, "concern__number")
            found |= {f"{kind}:{key}": number for key, number in pairs}
    if sent_with := intake.concerns_of_files(_ids(subjects, "file")):
        numbers = numbers_of([f"concern:{pk}" for pk in sent_with.values()])
        found |= {f"file:{pk}": numbers.get(f"concern:{c}", "") for pk, c in sent_with.items()}
    return found


def ended_before(
    moment: datetime, days: int, *, kind: str = "", category: str = ""
) -> QuerySet[Case]:
    """Cases that came to an end so many days before a moment, not sealed; for use in a query.

    ``kind`` and ``category`` (with all below it) narrow them. An archived case moved once more,
    so long after its end as it waited for that.
    """
    last = moment - timedelta(days=days)
    over = Q(moved_at__lt=last) | Q(state=State.ARCHIVED, moved_at__lt=last + ARCHIVE_AFTER)
    if kind:
        over &= Q(kind=kind)
    if category:
        over &= Q(category__code=category) | Q(category__code__startswith=f"{category}.")
    return Case.objects.filter(over, state__in=sorted(ENDED - {State.SEALED}))


def each_of(rows: QuerySet[Case], at_once: int = 200) -> Iterator[Case]:
    """Each of these cases with what its page needs, the longest at rest first."""
    last: tuple[datetime, int] | None = None
    while True:
        rest = (
            rows
            if last is None
            else rows.filter(Q(moved_at__gt=last[0]) | Q(moved_at=last[0], pk__gt=last[1]))
        )
        some = list(with_relations(rest.order_by("moved_at", "pk"))[:at_once])
        yield from some
        if len(some) < at_once:
            return
        last = some[-1].moved_at, some[-1].pk


def joined_cases(viewer: Viewer, case: Case, *, limit: int | None = None) -> list[Case]:
    """The cases joined to this one as far as the viewer may know of them, the newest first."""
    rows = without_kept_away(viewer, case.joined.select_related("concern"))
    return list(rows.order_by("-pk")[:limit])


def hidden_from(viewer: Viewer, ids: Collection[int]) -> set[int]:
    """Which of these cases a conflict keeps the viewer away from. One query, or none."""
    if not ids:
        return set()
    seen = without_kept_away(viewer, Case.objects.filter(pk__in=ids))
    return set(ids) - set(seen.values_list("pk", flat=True))


def joined_with(viewer: Viewer, case: Case, typed: str) -> Case | None:
    """The one of them with a typed number."""
    rows = without_kept_away(viewer, case.joined.select_related("concern"))
    return rows.filter(concern__number=parse_number(typed) or "").first()


def joined_to(subjects: Collection[str]) -> list[str]:
    """The subjects of the cases joined to these."""
    rows = Case.objects.filter(parent__in=_ids(subjects, "case")).order_by("pk")
    return [f"case:{pk}" for pk in rows.values_list("pk", flat=True)]


def wishing_news(subjects: Collection[str]) -> list[str]:
    """Those of these cases whose person wishes to be told of news, each once."""
    rows = Case.objects.filter(
        pk__in=_ids(subjects, "case"), concern__notice_choice__isnull=False
    ).order_by("pk")
    return [f"case:{pk}" for pk in rows.values_list("pk", flat=True)]


def people_counted(case: Case) -> int:
    """How many concerns this case answers: its own and those joined to it."""
    return 1 + case.joined.count()


def settled(since: datetime, until: datetime) -> dict[str, int]:
    """How cases ended in a span of time, for the public: a count for each way. No person in it."""
    rows = _settled(since, until).values("state", "closing").annotate(n=Count("pk"))
    return {row["closing"] or row["state"]: row["n"] for row in rows}


def met_in_person() -> Q:
    """The cases in which somebody met the person (M12)."""
    met = Contact.objects.filter(
        case=OuterRef("pk"), reached=True, way__in=[Way.IN_PERSON, Way.ON_SITE]
    )
    face_to_face = [Channel.WALK_IN, Channel.RECEPTION, Channel.OUTREACH]
    return Q(Exists(met)) | Q(concern__channel__in=face_to_face)


def settled_near(since: datetime, until: datetime) -> tuple[int, int]:
    """Of the cases that ended: in how many somebody met the person, how many staff found.

    M12 and M82. Met: at a counter, on a visit, a reception day, or in a contact face to face.
    """
    found = _settled(since, until).aggregate(
        met=Count("pk", filter=met_in_person()),
        found=Count("pk", filter=Q(concern__channel=Channel.FOUND)),
    )
    return found["met"], found["found"]


def _settled(since: datetime, until: datetime) -> QuerySet[Case]:
    ended = [State.CLOSED, State.ANSWERED_ON_SPOT]
    rows = Case.objects.filter(PUBLIC, moved_at__gte=since, moved_at__lt=until, state__in=ended)
    return rows.order_by()


def set_aside(since: datetime, until: datetime) -> int:
    """How much was set aside in a span of time as no concern, for the public."""
    rows = Case.objects.filter(state=State.SET_ASIDE, moved_at__gte=since, moved_at__lt=until)
    return rows.filter(PUBLIC).count()


def open_overdue() -> int:
    """How many open cases are past their date, for the public; capped."""
    rows = Case.objects.filter(IS_OPEN, PUBLIC, due_at__lt=clock.now()).order_by()
    return rows[:MOST_COUNTED].count()


def open_count() -> int:
    """How many cases are open, for the public; capped."""
    return Case.objects.filter(IS_OPEN, PUBLIC).order_by()[:MOST_COUNTED].count()


def is_open(case: Case) -> bool:
    """Whether a case is still on its way."""
    return case.state in OPEN


def stage(case: Case) -> str:
    """Where a case stands in the words of the loop: desk, unit, judged, ended."""
    if case.state in BEFORE_UNIT or case.state == State.RETURN_REVIEW:
        return "desk"
    if case.state in AFTER_REPLY:
        return "judged"
    return "ended" if case.state in ENDED else "unit"


def was_talked_with(case: Case) -> bool:
    """Whether somebody has really talked with the person (M67)."""
    return case.contacts.filter(reached=True, asks_info=False).exists()


@dataclass(frozen=True)
class Work:
    """The rows that a case's journal entries point at, by id."""

    contacts: dict[int, Contact]
    applications: dict[int, Application]
    co_units: dict[int, CoUnit]
    supervisions: dict[int, Supervision]
    refusals: dict[int, str]
    reports: dict[int, str]


def work_of(case: Case) -> Work:
    """Everything done in a case, in six queries."""
    return Work(
        contacts={row.pk: row for row in case.contacts.all()},
        applications={row.pk: row for row in case.applications.select_related("unit", "deferral")},
        co_units={row.pk: row for row in case.co_units.select_related("unit")},
        supervisions={row.pk: row for row in case.supervisions.all()},
        refusals=dict(case.refusals.values_list("pk", "text")),
        reports=dict(case.reports.values_list("pk", "text")),
    )


def points_of(case: Case) -> list[str]:
    """What the reply must answer."""
    return list(case.points.values_list("text", flat=True))


def case_numbered(viewer: Viewer, typed: str) -> Case | None:
    """The case with a typed number, among those the viewer may see."""
    number = parse_number(typed)
    if number is None:
        return None
    return with_relations(scope(viewer, Case).filter(concern__number=number)).first()


@dataclass(frozen=True)
class Same:
    """Another open case that may be about the same matter, and what speaks for it."""

    case: Case
    same_place: bool
    same_area: bool
    percent: int


def same_matter(viewer: Viewer, case: Case) -> list[Same]:
    """Open cases in sight that may be the same matter, the likest first. A person decides."""
    return alike(viewer, case.concern)


def alike(viewer: Viewer, concern: Concern) -> list[Same]:
    """The same for a concern, filed or not."""
    near = scope(viewer, Case).filter(IS_OPEN)
    if concern.pk:
        near = near.exclude(concern=concern)
    found = sorting.same_matter(concern, among=near.values_list("concern_id", flat=True))
    rows = {
        row.concern_id: row
        for row in with_relations(near.filter(concern__in=[like.concern.pk for like in found]))
    }
    return [
        Same(rows[like.concern.pk], like.same_place, like.same_area, round(like.shared * 100))
        for like in found
        if like.concern.pk in rows
    ]


def open_supervisions(case: Case) -> dict[int, Supervision]:
    """What a supervisor asked and the unit has not answered, by its number in the case from 1."""
    rows = enumerate(case.supervisions.order_by("pk"), 1)
    return {n: row for n, row in rows if row.answered_at is None}


def calls_on(viewer: Viewer, case: Case) -> list[CoUnit]:
    """Calls for help in this case that wait for an answer of the viewer's own units."""
    roles = (Role.HANDLER, Role.UNIT_LIAISON, Role.UNIT_LEADER, Role.COMMUNITY_SECRETARY)
    rows = case.co_units.filter(answered_at=None).select_related("unit")
    return [row for row in rows if viewer.covers(roles, row.unit.path)]


def settled_in(viewer: Viewer, category_id: int) -> QuerySet[Case]:
    """Closed cases of a category that the viewer may see; for use inside another query."""
    ended = (State.CLOSED, State.ARCHIVED)
    return scope(viewer, Case).filter(category_id=category_id, state__in=ended)
