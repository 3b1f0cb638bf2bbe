"""Reads of what was handed over to outside bodies."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from lianxin.cases.models import Case, Handover
from lianxin.cases.states import State
from lianxin.kernel import clock


def handovers_of(case: Case) -> list[Handover]:
    """What of a case was handed over to whom, the oldest first."""
    return list(case.handovers.select_related("body"))


def awaited() -> QuerySet[Handover]:
    """Whose receipt is awaited: the newest of a case that was not taken up again meanwhile."""
    newer = Handover.objects.filter(case=OuterRef("case"), pk__gt=OuterRef("pk"))
    rows = Handover.objects.filter(received_on__isnull=True, case__state=State.REFERRED_OUT)
    return rows.filter(~Exists(newer))


def awaited_receipt(case: Case) -> Handover | None:
    """The receipt that is awaited in a case."""
    return awaited().filter(case=case).select_related("body").first()


def receipts_overdue() -> QuerySet[Handover]:
    """Those that should have come before today."""
    return awaited().filter(due_on__lt=clock.today())
