"""Chores of the worker: functions that run every so many seconds, one worker at a time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.db.models.functions import Now

from lianxin.journal.models import Chore
from lianxin.journal.outbox import where
from lianxin.kernel import clock

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Registered:
    """A chore: how often it runs, and after how long a run is given up as killed."""

    name: str
    seconds: int
    at_most: int
    function: Callable[[], object]


_chores: dict[str, Registered] = {}


def every(
    *, seconds: int, name: str, at_most: int = 900
) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Run the function every `seconds`, in one worker only.

    `at_most`: seconds after which another worker may take over from one that was killed; longer
    than the chore can ever take.
    """

    def register(function: Callable[[], object]) -> Callable[[], object]:
        if name in _chores:
            raise TypeError(f"chore {name!r} is already registered")
        _chores[name] = Registered(name, seconds, at_most, function)
        return function

    return register


def all_chores() -> list[Registered]:
    """Every registered chore, by name."""
    return [_chores[name] for name in sorted(_chores)]


def run_due(now: datetime | None = None) -> list[str]:
    """Run the chores that are due; names of those that ran, failed ones among them."""
    now = now or clock.now()
    known = set(Chore.objects.values_list("name", flat=True))
    missing = [Chore(name=name) for name in _chores if name not in known]
    if missing:
        Chore.objects.bulk_create(missing, ignore_conflicts=True)
    return [chore.name for chore in all_chores() if _run(chore, now)]


def _run(chore: Registered, now: datetime) -> bool:
    every_so_often = timedelta(seconds=chore.seconds)
    due = (
        Q(started_at=None)
        | Q(started_at__lte=now - every_so_often)
        # A start that lies days ahead was written by a clock that has been set right since.
        | Q(started_at__gt=now + timedelta(days=1))
    )
    free = Q(running_until=None) | Q(running_until__lt=Now())
    row = Chore.objects.filter(due, free, name=chore.name)
    if not row.exists():
        return False
    if not row.update(started_at=now, running_until=Now() + timedelta(seconds=chore.at_most)):
        return False
    error = ""
    try:
        chore.function()
    except Exception as problem:
        error = where(problem)
        log.warning("chore %s failed: %s", chore.name, error)
    Chore.objects.filter(name=chore.name, started_at=now).update(
        finished_at=clock.now(), running_until=None, last_error=error
    )
    return True
