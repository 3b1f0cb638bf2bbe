"""Reads of what was handed over to outside bodies."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

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


def handed_now(case: Case) -> list[Handover]:
    """Which bodies have a case now, in the order in which it went to them."""
    return list(standing().filter(case=case).select_related("body"))


def awaited() -> QuerySet[Handover]:
    """Whose receipt is awaited, of every body."""
    return standing().filter(received_on__isnull=True)


def awaited_receipts(case: Case) -> list[Handover]:
    """The receipts that are awaited in a case, the oldest first."""
    return list(awaited().filter(case=case).select_related("body"))


def receipts_overdue() -> QuerySet[Handover]:
    """Those that should have come before today."""
    return awaited().filter(due_on__lt=clock.today())
