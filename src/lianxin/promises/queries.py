"""Reads of promises. Who may see a promise follows from who may see its subject."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from lianxin.kernel import clock
from lianxin.promises.models import Promise


def promises_of(subject: str) -> QuerySet[Promise]:
    """All promises about one subject, by date."""
    return (
        Promise.objects.filter(subject=subject)
        .select_related("unit", "leader")
        .order_by("due_on", "pk")
    )


def open_promises(subjects: Collection[str]) -> QuerySet[Promise]:
    """Promises without an end among these subjects, by date."""
    return Promise.objects.filter(subject__in=subjects, ended_at__isnull=True).order_by("due_on")


def numbered(subject: str, *, open_only: bool = False) -> dict[int, Promise]:
    """The promises about one subject by their number in it, from 1; a number stays what it is.

    For pages: ids run through all subjects, and gaps between them tell of others.
    """
    rows = enumerate(Promise.objects.filter(subject=subject).order_by("pk"), 1)
    return {n: row for n, row in rows if not (open_only and row.ended_at)}


def is_late(promise: Promise) -> bool:
    """Whether a promise is past its date: still open, or ended after it."""
    ended = promise.ended_at
    last = ended.astimezone(clock.SHANGHAI).date() if ended else clock.today()
    return last > promise.due_on
