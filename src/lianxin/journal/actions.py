"""Writing to the journal. Every other module's actions call `record` in their transaction."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar
from uuid import UUID, uuid4

from django.db import connection
from django.db.models import Model

from lianxin.database import rows
from lianxin.journal import canonical, chain, outbox
from lianxin.journal.events import Event, is_registered
from lianxin.journal.models import Delivery, Entry
from lianxin.kernel import clock

M = TypeVar("M", bound=Model)
Told = tuple[Event, str, str]
"""An event, its subject, and by whom it happened."""
REFERENCE = re.compile(r"[a-z_]+(:[A-Za-z0-9_.-]+)?\Z")
# Any fixed number will do: it names the chain's lock among this database's advisory locks.
CHAIN_LOCK = 7_205_416_003

COLUMNS = ("seq", "at", "event", "subject", "actor", "act", "data", "prev", "hash")
HEAD = "SELECT seq, hash FROM journal_entry ORDER BY seq DESC LIMIT 1"
HOLD_HEAD = {
    "postgresql": (f"SELECT pg_advisory_xact_lock({CHAIN_LOCK})", HEAD),
    "sqlite": (HEAD,),  # whoever is in a transaction there is the only writer
}
"""Reads the last entry and keeps others from adding one until the transaction ends. Two statements:
the second sees what was committed while the first waited."""

_act: ContextVar[UUID | None] = ContextVar("journal_act", default=None)


@contextmanager
def act() -> Iterator[UUID]:
    """Everything recorded inside shares one act; an act inside an act is the same act."""
    current = _act.get()
    if current is not None:
        yield current
        return
    fresh = uuid4()
    token = _act.set(fresh)
    try:
        yield fresh
    finally:
        _act.reset(token)


def record(event: Event, *, subject: str, by: str) -> Entry:
    """Write one entry in the caller's transaction. See `record_many`."""
    return record_many([(event, subject, by)])[0]


def record_many(items: Sequence[Told]) -> list[Entry]:
    """Write (event, subject, by) entries, chained, with one delivery a handler.

    The chain is locked from here to the caller's commit, so record last. Raises RuntimeError
    outside a transaction, LookupError for an event nobody registered, ValueError for a subject
    or actor that is not like "case:12".
    """
    _inside()
    if not items:
        return []
    prepared = list(map(_prepared, items))
    with connection.cursor() as cursor:
        deque(rows.journey(cursor, HOLD_HEAD[connection.vendor]), maxlen=0)
        head = cursor.fetchone()
    return _chain(prepared, head)


def record_new(
    new: Sequence[M],
    told: Callable[[M], Sequence[Told]],
    beside: Callable[[M], Sequence[Model]] = lambda _row: (),
) -> list[Entry]:
    """Insert new rows of one model with the entries each is told by; answers the first of each.

    ``beside``: rows of other models that belong to a new one, whose own keys nobody needs. Two
    journeys to the database for all of it where the engine takes several statements; errors as
    from `rows.insert` and `record_many`.
    """
    _inside()
    if not new:
        return []
    head = rows.insert(new, then=HOLD_HEAD[connection.vendor])
    items = [[_prepared(item) for item in told(row)] for row in new]
    ordered = [some[0] for some in items] + [item for some in items for item in some[1:]]
    groups: dict[type[Model], list[Model]] = {}
    for row in new:
        for other in beside(row):
            groups.setdefault(type(other), []).append(other)
    return _chain(ordered, head, *groups.values())[: len(new)]


def _inside() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("the journal is written only inside a transaction")


def _prepared(item: Told) -> tuple[str, str, str, str]:
    event, subject, by = item
    if not is_registered(event):
        raise LookupError(f"{type(event).__qualname__} ({event.name!r}) is not registered")
    return event.name, _reference(subject), _reference(by), _data(event)


def _chain(
    prepared: Sequence[tuple[str, str, str, str]],
    head: tuple[int, str] | None,
    *beside: Sequence[Model],
) -> list[Entry]:
    at = clock.now()
    moment = chain.moment_text(at)
    act_id = _act.get() or uuid4()
    seq, prev = head or (0, chain.GENESIS)
    entries = []
    for name, subject, by, data in prepared:
        seq += 1
        digest = chain.link(
            seq=seq, prev=prev, at=moment, event=name, subject=subject, actor=by, act=act_id,
            data=data,
        )  # fmt: skip
        row = (seq, at, name, subject, by, act_id, data, prev, digest)
        entries.append(Entry.from_db(connection.alias, COLUMNS, row))
        prev = digest
    owed = [
        Delivery(entry_id=entry.seq, handler=handler, due_at=at)
        for entry in entries
        for handler in outbox.handlers_of(entry.event)
    ]
    rows.append(entries, owed, *beside)
    return entries


def _data(event: Event) -> str:
    return canonical.dump(event.data())


def _reference(text: str) -> str:
    if len(text) > 64 or not REFERENCE.match(text):
        raise ValueError(f"{text!r} is not a reference like 'case:12'")
    return text
