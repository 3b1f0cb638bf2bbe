"""Reads of what was handed over to outside bodies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet
from django.utils.timezone import localdate

from lianxin.access import Viewer, scope
from lianxin.cases.models import Application, ApplicationKind, Case, Decision, Handover
from lianxin.cases.states import State
from lianxin.kernel import clock


def handovers_of(case: Case) -> list[Handover]:
    """What of a case was handed over to whom, the oldest first."""
    return list(case.handovers.select_related("body"))


def standing() -> QuerySet[Handover]:
    """What still holds of what was handed over: to each body the newest.

    Not what went before the person's objection was granted: the case was taken up again.
    """
    rows = Handover.objects.filter(case__state=State.REFERRED_OUT)
    newer = Handover.objects.filter(
        case=OuterRef("case"), body=OuterRef("body"), pk__gt=OuterRef("pk")
    )
    back = Application.objects.filter(
        case=OuterRef("case"), kind=ApplicationKind.OBJECTION, decision=Decision.GRANTED,
        decided_at__date__gt=OuterRef("sent_on"),
    )  # fmt: skip
    return rows.filter(~Exists(newer), ~Exists(back))


def taken_up_on(case: Case) -> date | None:
    """The day on which the person's objection was last granted, if it was."""
    granted = case.applications.filter(kind=ApplicationKind.OBJECTION, decision=Decision.GRANTED)
    last = granted.aggregate(last=Max("decided_at"))["last"]
    return localdate(last) if last else None


def handed_now(case: Case) -> list[Handover]:
    """Which bodies have a case now, in the order in which it went to them."""
    return list(standing().filter(case=case).select_related("body"))


def awaited() -> QuerySet[Handover]:
    """Whose receipt is awaited, of every body."""
    return standing().filter(received_on__isnull=True)


def awaited_receipts(case: Case) -> list[Handover]:
    """The receipts that are awaited in a case, the oldest first."""
    return list(awaited().filter(case=case).select_related("body"))


@dataclass(frozen=True)
class Outstanding:
    """How many receipts of a body are awaited, since which sending, and how many are late."""

    awaited: int
    since: date
    late: int


def outstanding(viewer: Viewer) -> dict[int, Outstanding]:
    """By body (id), over the cases the viewer may see. One query."""
    rows = awaited().filter(case__in=scope(viewer, Case)).order_by().values("body")
    late = Count("pk", filter=Q(due_on__lt=clock.today()))
    found = rows.annotate(n=Count("pk"), since=Min("sent_on"), late=late)
    return {row["body"]: Outstanding(row["n"], row["since"], row["late"]) for row in found}


def awaited_in_sight(viewer: Viewer, *, size: int, skip: int = 0) -> list[Handover]:
    """Whose receipt is awaited in cases the viewer may see, the first due first."""
    rows = awaited().filter(case__in=scope(viewer, Case)).select_related("body", "case__concern")
    return list(rows.order_by("due_on", "pk")[skip : skip + size])


def receipts_overdue() -> QuerySet[Handover]:
    """Those that should have come before today."""
    return awaited().filter(due_on__lt=clock.today())
