"""Reads of the thread between the office and the person."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from lianxin.access import Viewer
from lianxin.cases.models import Case, Message
from lianxin.cases.policy import without_kept_away
from lianxin.cases.sealed import reveal

PAGE = 20


@dataclass(frozen=True)
class Thread:
    """A page of a thread, the oldest of its messages first.

    ``earlier``: how many come before, 0 when there are none, to go on from backwards; ``newest``:
    this is the last page. Not an id: ids run through all threads, and gaps would tell of others.
    """

    messages: tuple[Message, ...] = ()
    earlier: int = 0
    newest: bool = True

    @property
    def for_resident(self) -> bool:
        """Whether the office wrote something that the person has not answered or marked as read."""
        return any(row.by_id is not None and row.noted_at is None for row in self.messages)

    @property
    def for_office(self) -> bool:
        """Whether the person wrote something that the office has not answered or marked as read."""
        return any(row.by_id is None and row.noted_at is None for row in self.messages)


def thread_of(case: Case, *, viewer: Viewer, before: int = 0) -> Thread:
    """The newest messages of a case, or those before the n-th of it. One query, two when long.

    Those of a sealed case have their words as far as the viewer can open them.
    """
    rows = Message.objects.filter(case=case).select_related("by", "unit").order_by("pk")
    if before > 0:
        start = max(before - PAGE, 0)
        return Thread(_opened(rows[start:before], case, viewer), start, newest=False)
    found = list(rows.reverse()[: PAGE + 1])
    earlier = rows.count() - PAGE if len(found) > PAGE else 0
    return Thread(_opened(found[:PAGE][::-1], case, viewer), earlier)


def _opened(rows: Iterable[Message], case: Case, viewer: Viewer) -> tuple[Message, ...]:
    found = tuple(rows)
    for row in found:
        if row.sealed is not None:
            reveal(row, case, unlocked=viewer.unlocked)
    return found


def messages_of(case: Case, *, viewer: Viewer) -> tuple[Message, ...]:
    """All messages of a case, the oldest first, with the office each was written for."""
    return _opened(case.messages.select_related("unit").order_by("pk"), case, viewer)


def from_residents() -> QuerySet[Message]:
    """What residents wrote and no office has answered or marked as read."""
    # In the words of the partial index.
    return Message.objects.filter(noted_at__isnull=True, by__isnull=True)


def written_to(viewer: Viewer, ids: Iterable[int]) -> set[int]:
    """In which of these cases the person, or one who was joined, wrote and waits. One query.

    Not what somebody wrote whose case the viewer is kept away from.
    """
    wanted = set(ids)
    rows = from_residents().filter(Q(case__in=wanted) | Q(case__parent__in=wanted)).order_by()
    pairs = without_kept_away(viewer, rows, "case").values_list("case", "case__parent")
    return {pk for pair in pairs for pk in pair if pk in wanted}


def cases_written_to(viewer: Viewer) -> list[QuerySet[Message, int | None]]:
    """The ids of cases in which a person wrote and waits: their own, and what it was joined to.

    The own are for use where the viewer sees the case; the joined, as far as they may know of them.
    """
    rows = from_residents()
    joined = without_kept_away(viewer, rows.filter(case__parent__isnull=False), "case")
    return [rows.values_list("case", flat=True), joined.values_list("case__parent", flat=True)]


def written_by_joined(ids: Collection[int]) -> dict[int, list[Message]]:
    """The messages of these cases, which were joined to another, by case, the oldest first."""
    found: dict[int, list[Message]] = {}
    rows = Message.objects.filter(case__in=ids).select_related("by", "unit", "case")
    for row in rows.order_by("pk"):
        found.setdefault(row.case_id, []).append(row)
    return found


def from_office(case: Case) -> set[int]:
    """Ids of what the office wrote."""
    return set(case.messages.filter(by__isnull=False).values_list("pk", flat=True))
