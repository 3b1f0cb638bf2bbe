"""Of which cases everybody may know that they are there.

Never more of them than category, area, state and dates: nothing here publishes words.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet

from lianxin.cases.models import Case, Conflict, Standing
from lianxin.cases.queries.reading import PUBLIC
from lianxin.cases.states import AFTER_REPLY, BEFORE_UNIT, ENDED, OPEN, State
from lianxin.deadlines import queries as clocks
from lianxin.intake import queries as intake
from lianxin.journal import queries as journal
from lianxin.kernel import clock
from lianxin.sorting.kinds import Kind

HIDDEN = (*(BEFORE_UNIT - {State.TRIAGE}), State.SEALED, State.WITHDRAWN, State.SET_ASIDE)
JOINABLE = OPEN - {State.SUBMITTED, State.REGISTERED, State.REVIEW, State.RECHECK} - AFTER_REPLY
"""Where the reply is still to come: whoever joins gets one, and nobody else's from before."""
CONDUCT = (Kind.COMPLAINT_OFFICIAL, Kind.REPORT)
NAMED_UP_TO = ("province", "city", "county", "street", "community")
"""Smaller places, an estate or a road, are not told: there one household can be meant."""

FEW = 3
"""So many categories are looked up by their index; a list of more is read from the newest on."""


@dataclass(frozen=True, slots=True)
class PublicCase:
    """What everybody may know of a case."""

    number: str
    state: State
    category: str
    area: str
    requested_at: datetime
    moved_at: datetime

    @property
    def is_open(self) -> bool:
        """Whether it is still on its way."""
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class PublicNews:
    """A step of a public case: which of its steps it is, and the state that began with it."""

    number: str
    step: int
    state: State
    at: datetime


def published(category_ids: Collection[int], *, by_index: bool = True) -> QuerySet[Case]:
    """Cases of these categories that may be listed for everybody.

    ``by_index``: whether they may be looked for by their category at all.

    A person has sorted them; they are not about an official or an office, of nobody's conduct,
    not sealed, not taken back, and nobody is kept away from them: what one viewer may not see
    is public to none.
    """
    # What lies in the archive and ended without a reply may have been taken back or set aside.
    unanswered = Q(state=State.ARCHIVED, closing="")
    rows = of_nobody().filter(~Q(state__in=HIDDEN), ~unanswered)
    if by_index:
        return rows.filter(category__in=list(category_ids))
    return rows.alias(sort=_NotByIndex(F("category_id"))).filter(sort__in=list(category_ids))


def of_nobody() -> QuerySet[Case]:
    """Cases that are about no office and nobody's conduct, and nobody is kept away from them."""
    holding = Conflict.objects.filter(~Q(standing=Standing.LIFTED), case=OuterRef("pk"))
    return Case.objects.filter(
        PUBLIC,
        ~Q(kind__in=CONDUCT),
        ~Exists(holding),
        concern__about_official=False,
        concern__sealed__isnull=True,
    )


def told_to_senders(**narrowed: Any) -> dict[int, tuple[str, int]]:
    """Of some cases those whose sender may hear that they moved: number and concern by id."""
    rows = of_nobody().filter(**narrowed).exclude(state=State.SEALED)
    return {
        pk: (number, concern)
        for pk, number, concern in rows.values_list("pk", "concern__number", "concern_id")
    }


class _NotByIndex(Func):
    """A column as SQLite finds no index for it; others decide by what they have counted.

    SQLite knows nothing of how many rows have a value: for many values it would read every row
    they have and sort them, for one page of the newest.
    """

    template = "%(expressions)s"
    arity = 1

    def as_sqlite(self, *words: Any, **names: Any) -> tuple[str, Any]:
        """With a plus before it (sqlite.org/optoverview.html, section 9.2)."""
        return super().as_sql(*words, template="+%(expressions)s", **names)  # type: ignore[misc]


def public_cases(
    categories: Mapping[int, str],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    numbers: Collection[str] | None = None,
    open_: bool | None = None,
    limit: int,
    skip: int = 0,
) -> list[PublicCase]:
    """Public cases by when they were raised, the newest first. One query.

    ``categories`` are their codes by id; ``numbers`` overrides everything else that narrows.
    """
    rows = published(categories, by_index=len(categories) <= FEW)
    narrowed: dict[str, Any] = {}
    if numbers is not None:
        narrowed["concern__number__in"] = list(numbers)
    else:
        narrowed |= {"concern__received_at__gte": since} if since else {}
        narrowed |= {"concern__received_at__lte": until} if until else {}
        narrowed |= {"state__in": sorted(OPEN if open_ else ENDED)} if open_ is not None else {}
    if narrowed:
        rows = rows.filter(**narrowed)
    return _read(rows, categories, slice(skip, skip + limit))


def _read(rows: QuerySet[Case], categories: Mapping[int, str], part: slice) -> list[PublicCase]:
    rows = rows.order_by("-concern__received_at", "concern__number")
    return [
        PublicCase(
            number, State(state), categories[category], area if level in NAMED_UP_TO else "", at,
            moved,
        )
        for number, state, category, area, level, at, moved in rows.values_list(
            "concern__number", "state", "category_id", "concern__area__name",
            "concern__area__level", "concern__received_at", "moved_at",
        )[part]
    ]  # fmt: skip


def joinable(category_ids: Collection[int]) -> QuerySet[Case]:
    """Public cases of these categories that others may join by themselves."""
    return published(category_ids).filter(state__in=sorted(JOINABLE))


def joinable_cases(
    categories: Mapping[int, str],
    *,
    areas: Collection[int] = (),
    since: datetime | None = None,
    numbers: Collection[str] = (),
    limit: int,
) -> list[PublicCase]:
    """Those in these areas since a moment, or with these numbers; the newest first. One query."""
    rows = joinable(categories)
    if numbers:
        rows = rows.filter(concern__number__in=list(numbers))
    else:
        # Begins at the concerns of the place: however many cases there are, a few are read.
        rows = rows.filter(concern__in=intake.newest_in(areas, since=since or clock.now()))
    return _read(rows, categories, slice(limit))


def to_be_joined(numbers: Collection[str], category_ids: Collection[int]) -> dict[str, Case]:
    """The cases with these receipt numbers, or what they were joined to, held until the commit.

    By the number asked for; only those that can be joined at this moment. Of a case that nobody
    may know of, its number leads nowhere, whatever it was joined to.
    """
    asked = of_nobody().filter(concern__number__in=list(numbers))
    meant = {
        number: parent or pk
        for number, pk, parent in asked.values_list("concern__number", "pk", "parent")
    }
    # Held first, asked then: whatever another is just doing to them is done by now.
    clocks.hold(f"case:{pk}" for pk in meant.values())
    held = Case.objects.filter(pk__in=set(meant.values())).order_by("pk")
    list(held.select_for_update().values_list("pk"))
    rows = joinable(category_ids).filter(pk__in=set(meant.values())).in_bulk()
    return {number: rows[pk] for number, pk in meant.items() if pk in rows}


STEPS = {
    "cases.sorted": State.TRIAGE,
    "cases.dispatched": State.DISPATCHED,
    "cases.signed": State.ACCEPTED,
    "cases.handling_started": State.HANDLING,
    "cases.deferral_ended": State.HANDLING,
    "cases.reply_approved": State.REPLIED,
    "cases.rework_ordered": State.REWORK,
    "cases.closed": State.CLOSED,
    "cases.let_stand": State.CLOSED,
    "cases.reopened": State.HANDLING,
    "cases.answered_at_once": State.ANSWERED_ON_SPOT,
    "cases.referred_out": State.REFERRED_OUT,
    "cases.handed_over": State.REFERRED_OUT,
    "cases.not_accepted": State.NOT_ACCEPTED,
    "cases.merged": State.MERGED,
    "cases.terminated": State.TERMINATED,
}
"""The entries of the journal that are news for everybody, and the state that they begin."""


MOST = 2_000
"""Cases whose news are read at once."""


class TooMany(Exception):  # noqa: N818 - reads as what was found
    """More than `MOST` public cases have moved since the beginning of the span."""


def public_news(
    category_ids: Collection[int],
    *,
    since: datetime,
    until: datetime,
    numbers: Sequence[str] | None = None,
    limit: int,
    skip: int = 0,
) -> list[PublicNews]:
    """Steps of public cases in a span of time, the oldest first. Two queries. Raises TooMany.

    A step keeps its number for ever: it counts the news within its own case.
    """
    rows = published(category_ids).filter(moved_at__gte=since)
    if numbers is not None:
        rows = rows.filter(concern__number__in=list(numbers))
    found = dict(rows.order_by().values_list("pk", "concern__number")[: MOST + 1])
    if len(found) > MOST:
        raise TooMany
    steps: dict[str, list[State]] = {number: [] for number in found.values()}
    news = []
    for subject, event, at in journal.moments([f"case:{pk}" for pk in found], list(STEPS)):
        number = found[int(subject.partition(":")[2])]
        if steps[number][-1:] == [STEPS[event]]:
            continue
        steps[number].append(STEPS[event])
        if since <= at <= until:
            news.append(PublicNews(number, len(steps[number]), STEPS[event], at))
    news.sort(key=lambda one: (one.at, one.number, one.step))
    return news[skip : skip + limit]
