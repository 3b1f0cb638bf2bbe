"""Carrying checkpoints to the anchors, again and again until they are kept there."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, QuerySet

from lianxin.journal import statements
from lianxin.journal.anchors import Anchor, configured
from lianxin.journal.models import Anchoring
from lianxin.kernel import clock

ATTEMPTS = 20
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=15), timedelta(hours=1)
BATCH = 50

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class State:
    """How one anchor does: what it keeps, what waits, what was given up, and why."""

    name: str
    where: str
    kept: int
    newest: int
    last_done: datetime | None
    waiting: int
    waits_since: datetime | None
    dead: int
    last_error: str
    apart: timedelta

    @property
    def troubled(self) -> bool:
        """Whether something was given up, or has waited for an hour longer than it should."""
        late = self.waits_since and self.waits_since + self.apart + LONGEST_WAIT < clock.now()
        return bool(self.dead or late)


def send(now: datetime | None = None) -> int:
    """Send what is due; how many checkpoints were kept somewhere.

    An anchor that fails once is left alone until its time has come again: a place that does not
    answer costs the worker one time-out, not one for each checkpoint.
    """
    now = now or clock.now()
    return sum(_send(anchor, now) for anchor in configured())


def revive() -> int:
    """Give the checkpoints that were given up another try; how many."""
    dead = Anchoring.objects.exclude(dead_at=None)
    return dead.update(dead_at=None, attempts=0, due_at=clock.now())


def states() -> list[State]:
    """How each anchor of this installation does."""
    return [_state(anchor) for anchor in configured()]


def _send(anchor: Anchor, now: datetime) -> int:
    rows = Anchoring.objects.filter(anchor=anchor.name)
    waiting = rows.filter(done_at=None, dead_at=None)
    if anchor.apart:
        last = rows.aggregate(last=Max("done_at"))["last"]
        if last and last > now - anchor.apart:
            return 0
        _only_newest(waiting)
    sent = 0
    due = waiting.filter(due_at__lte=now).select_related("checkpoint").order_by("checkpoint_id")
    for row in due[:BATCH]:
        try:
            receipt = anchor.keep(row.checkpoint.line)
        except (OSError, ValueError) as error:
            _failed(row, waiting, error, now)
            break
        rows.filter(pk=row.pk).update(done_at=clock.now(), receipt=receipt, last_error="")
        sent += 1
    return sent


def _only_newest(waiting: QuerySet[Anchoring]) -> None:
    newest = waiting.order_by("-checkpoint_id").first()
    older = waiting.filter(checkpoint_id__lt=newest.checkpoint_id) if newest else waiting.none()
    if newest and older.exists():
        first = older.order_by("checkpoint_id")[0]
        waiting.filter(pk=newest.pk).update(
            attempts=first.attempts, due_at=first.due_at, last_error=first.last_error
        )
        older.delete()


def _failed(row: Anchoring, waiting: QuerySet[Anchoring], error: Exception, now: datetime) -> None:
    attempts = row.attempts + 1
    later = now + min(FIRST_WAIT * 2 ** min(attempts, 10), LONGEST_WAIT)
    # Its own words: neither anchors nor addresses know anything of residents.
    reason = f"{type(error).__name__}: {error}"[:300].replace("\0", "")
    waiting.filter(due_at__lt=later).update(due_at=later)
    Anchoring.objects.filter(pk=row.pk).update(
        attempts=attempts,
        last_error=reason,
        dead_at=now if attempts >= ATTEMPTS else None,
    )
    log.warning("checkpoint %s is not kept by %s: %s", row.checkpoint_id, row.anchor, reason)


def _state(anchor: Anchor) -> State:
    rows = Anchoring.objects.filter(anchor=anchor.name)
    done = rows.exclude(done_at=None)
    waiting = rows.filter(done_at=None, dead_at=None).select_related("checkpoint")
    oldest = waiting.order_by("checkpoint_id").first()
    troubled = rows.filter(done_at=None).exclude(last_error="").order_by("-checkpoint_id").first()
    about = done.aggregate(newest=Max("checkpoint_id"), last=Max("done_at"))
    return State(
        name=anchor.name,
        where=anchor.where,
        kept=done.count(),
        newest=about["newest"] or 0,
        last_done=about["last"],
        waiting=waiting.count(),
        waits_since=_written(oldest) if oldest else None,
        dead=rows.exclude(dead_at=None).count(),
        last_error=troubled.last_error if troubled else "",
        apart=anchor.apart,
    )


def _written(row: Anchoring) -> datetime | None:
    signed = statements.read(row.checkpoint.line)
    return datetime.fromisoformat(signed.statement.at) if signed else None
