"""The journal: how fast acts are recorded, and how fast the whole chain is checked."""

from __future__ import annotations

import time
from typing import NamedTuple

from bench import places
from bench.table import Row, say

WANTED = 200_000
"""Entries checked a second of processor time."""
BATCH = 500


class Rates(NamedTuple):
    """Entries a second: one a transaction, many a transaction, checked by CPU and by the clock."""

    single: float
    batched: float
    checked_cpu: float
    checked: float


def measure(*, quick: bool) -> list[Row]:
    """Rates on both engines."""
    rows = []
    for engine in places.ENGINES:
        with places.place(engine) as place:
            place.migrate()
            singles, entries = (50, 2_000) if quick else (2_000, 200_000)
            rates = place.inside(_measure, singles, entries, place.database_pid)
        shown = places.SHOWN[engine]
        rows.append(
            Row(
                "journal",
                f"Checking the journal ({entries:,} entries), {shown}",
                f"**{rates.checked_cpu:,.0f}** entries a second of processor time, the database's "
                f"included; {rates.checked:,.0f} by the clock",
                f"≥ {WANTED:,}",
                rates.checked_cpu >= WANTED,
            )
        )
        rows.append(
            Row(
                "journal",
                f"Recording acts, {shown}",
                f"{rates.single:,.0f}/s one a durable transaction; {rates.batched:,.0f}/s "
                f"{BATCH} a transaction",
            )
        )
        for row in rows[-2:]:
            say(f"{row.what}: {row.measured}")
    return rows


def _measure(singles: int, entries: int, database_pid: int | None) -> Rates:
    """In a process of its own: record, then check."""
    from django.db import transaction

    from lianxin.intake.events import WordsAdded
    from lianxin.journal import checkpoints
    from lianxin.journal.actions import record_many
    from lianxin.journal.anchors import sending
    from lianxin.journal.verify import verify

    def act(number: int) -> tuple[WordsAdded, str, str]:
        return WordsAdded(number, 0), f"concern:{number}", "resident"

    started = time.perf_counter()
    for number in range(singles):
        with transaction.atomic():
            record_many([act(number)])
    single = singles / (time.perf_counter() - started)
    took = 0.0
    for first in range(0, entries, BATCH):
        started = time.perf_counter()
        with transaction.atomic():
            record_many([act(number) for number in range(first, first + BATCH)])
        took += time.perf_counter() - started
        if first % checkpoints.EVERY == 0:
            checkpoints.write()
    batched = entries / took
    while sending.send():
        pass
    started, spent = time.perf_counter(), time.process_time() + places.cpu_seconds(database_pid)
    verdict = verify()
    spent = time.process_time() + places.cpu_seconds(database_pid) - spent
    seconds = time.perf_counter() - started
    if not verdict:
        raise RuntimeError(f"the journal is not whole: {verdict.faults[0]}")
    return Rates(single, batched, verdict.entries / spent, verdict.entries / seconds)
