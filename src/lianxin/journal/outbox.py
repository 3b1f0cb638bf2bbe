"""Effects of entries, delivered once: written with the entry, done with the effect.

A handler lives in a module's `tasks.py`, takes the entries it is owed and writes to the database::

    @handles(CaseDispatched, name="deadlines.start")
    def start_clocks(entries: list[Entry]) -> None: ...

Its writes and the mark that it is done commit together. What reaches outside the database
(mail, webhooks) is not a handler's work: it writes a row, and a periodic chore sends it.
"""

from __future__ import annotations

import logging
import traceback
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from lianxin.journal.events import Event
from lianxin.journal.models import Delivery, Entry
from lianxin.kernel import clock

Handler = Callable[[list[Entry]], None]

LEASE = timedelta(minutes=2)
ATTEMPTS = 10
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=6)

log = logging.getLogger(__name__)

_handlers: dict[str, Handler] = {}
_listening: dict[str, list[str]] = {}


class LeaseLost(Exception):  # noqa: N818 - told apart, never shown
    """Another worker has these deliveries now."""


def handles(*events: type[Event], name: str) -> Callable[[Handler], Handler]:
    """Owe every entry of these events to the function, under a name that never changes."""

    def register(function: Handler) -> Handler:
        if not events or not name or name in _handlers:
            raise TypeError(f"handler {name!r}: a new name and at least one event are needed")
        _handlers[name] = function
        for event in events:
            _listening.setdefault(event.name, []).append(name)
        return function

    return register


def handlers_of(event_name: str) -> Sequence[str]:
    """Names of the handlers an entry of this event is owed to."""
    return _listening.get(event_name, ())


def all_handlers() -> list[str]:
    """Names of every registered handler."""
    return sorted(_handlers)


def drain(limit: int = 500, handlers: Collection[str] | None = None) -> int:
    """Deliver up to `limit` due deliveries; how many were done. Call until it says 0.

    Safe with several workers on both engines. Entries reach a handler in the order of their
    numbers, except one that failed and is tried again later.
    """
    names = set(_handlers) if handlers is None else set(handlers) & set(_handlers)
    lease = uuid4()
    groups: dict[str, list[Delivery]] = defaultdict(list)
    for delivery in _claim(lease, names, limit):
        groups[delivery.handler].append(delivery)
    return sum(_deliver(name, group, lease) for name, group in groups.items())


def _claim(lease: UUID, names: Collection[str], limit: int) -> list[Delivery]:
    # The lease runs by the database's clock: two hosts need not agree on the time.
    free = Q(leased_until=None) | Q(leased_until__lt=Now())
    due = Delivery.objects.filter(
        free, done_at=None, dead_at=None, due_at__lte=clock.now(), handler__in=names
    )
    # Look before taking SQLite's only writer lock: an idle worker disturbs nobody.
    if not names or not due.exists():
        return []
    with transaction.atomic():
        rows = due.order_by("due_at", "id")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        ids = list(rows.values_list("pk", flat=True)[:limit])
        due.filter(pk__in=ids).update(lease=lease, leased_until=Now() + LEASE)
    mine = Delivery.objects.filter(pk__in=ids, lease=lease)
    return list(mine.select_related("entry").order_by("entry_id"))


def _deliver(name: str, group: list[Delivery], lease: UUID) -> int:
    try:
        _handle(name, group, lease)
    except LeaseLost:
        return 0
    except Exception as error:
        if len(group) == 1:
            _failed(group[0], lease, error)
            return 0
        # One poisoned entry must not hold up its neighbours.
        return sum(_deliver(name, [delivery], lease) for delivery in group)
    return len(group)


def _handle(name: str, group: list[Delivery], lease: UUID) -> None:
    with transaction.atomic():
        owned = Delivery.objects.filter(
            pk__in=[delivery.pk for delivery in group], lease=lease, done_at=None
        )
        done = owned.update(done_at=clock.now(), lease=None, leased_until=None, last_error="")
        if done != len(group):
            raise LeaseLost
        _handlers[name]([delivery.entry for delivery in group])


def _failed(delivery: Delivery, lease: UUID, error: Exception) -> None:
    attempts = delivery.attempts + 1
    now = clock.now()
    place = where(error)
    Delivery.objects.filter(pk=delivery.pk, lease=lease).update(
        attempts=attempts,
        due_at=now + min(FIRST_WAIT * 2**attempts, LONGEST_WAIT),
        dead_at=now if attempts >= ATTEMPTS else None,
        last_error=place,
        lease=None,
        leased_until=None,
    )
    log.warning("%s failed on entry %s: %s", delivery.handler, delivery.entry_id, place)


def where(error: BaseException) -> str:
    """Kind and place of an error. Not its message: that may quote a resident."""
    frames = traceback.extract_tb(error.__traceback__)
    last = frames[-1] if frames else None
    place = f" at {last.filename.rpartition('/lianxin/')[2]}:{last.lineno}" if last else ""
    return f"{type(error).__qualname__}{place}"[:300]
