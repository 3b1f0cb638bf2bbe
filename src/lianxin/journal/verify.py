"""Is the journal as it was written? Walks the chain and says where it is not.

The chain shows a change, removal, insertion or reordering. A cut or rewritten tail is shown by
the checkpoints: lines `seq hash at` in a file of their own, written by the worker.
"""

from __future__ import annotations

import itertools
import os
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import connection

from lianxin.journal import chain, queries
from lianxin.kernel import clock

CHUNK = 5_000
# How far from its place an entry's true number is looked for.
REACH = 1_000
# The first faults tell what happened; a rewritten table need not be listed whole.
MOST_FAULTS = 100
LINE = re.compile(r"([1-9][0-9]*) ([0-9a-f]{64}) \S+\Z")

# Moment and act as they were hashed. A zero fraction of a second is not stored by SQLite; nothing
# is cut off, so nothing can be hidden behind what is expected.
SPELT = {
    "sqlite": ("CASE length(at) WHEN 19 THEN at || '.000000' ELSE at || '' END", "act"),
    "postgresql": (
        "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
        "replace(act::text, '-', '')",
    ),
}

Row = tuple[int, str, str, str]


class Kind(StrEnum):
    CHANGED = "changed"
    MISSING = "missing"
    INSERTED = "inserted"
    REORDERED = "reordered"
    CUT = "cut"
    REWRITTEN = "rewritten"


@dataclass(frozen=True)
class Fault:
    """What is wrong, from which entry on, and how many entries it touches where that is known.

    REWRITTEN: the chain is whole but no longer the one of the checkpoint at `seq`; the change
    lies at or before it, after the checkpoint before.
    """

    kind: Kind
    seq: int
    count: int = 1

    def __str__(self) -> str:
        return f"{self.kind} at entry {self.seq}" + (f" ({self.count})" if self.count > 1 else "")


@dataclass(frozen=True)
class Verdict:
    """Outcome of one walk over the whole journal."""

    entries: int
    head: str
    checkpoints: int
    faults: tuple[Fault, ...]

    def __bool__(self) -> bool:
        return not self.faults


@dataclass
class _Run:
    """Entries `first` to `last`, which stand `offset` places after their true numbers."""

    first: int
    last: int
    offset: int


@dataclass
class _Walk:
    last: str = chain.GENESIS
    expected: int = 1
    offset: int = 0
    runs: list[_Run] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def odd(self, row: Row) -> None:
        """Take a row that is not simply the next one."""
        seq, prev, digest, _ = row
        if seq < 1:
            self._fault(Kind.INSERTED, seq)
            return
        adjoining = seq == self.expected
        if not adjoining:
            self._fault(Kind.MISSING, self.expected, seq - self.expected)
        number = self._true_number(row)
        offset = self.offset if number is None else seq - number
        if number is None:
            self._fault(Kind.CHANGED, seq)
        elif adjoining and offset == self.offset and prev != self.last:
            # This entry is whole but follows another one: its neighbour was hashed anew.
            self._fault(Kind.CHANGED, max(seq - 1, 1))
        if offset:
            self._moved(seq, offset)
        self.offset, self.last, self.expected = offset, digest, seq + 1

    def end(self) -> None:
        """Say what moved entries mean, now that all are known.

        Those that stay moved to the end were pushed there by an insertion or a removal before
        them; others changed places among themselves.
        """
        pushed = self._pushed()
        before = 0
        for run in pushed:
            moved = run.offset - before
            before = run.offset
            if moved < 0:
                self._fault(Kind.MISSING, run.first, -moved)
                continue
            inserted = range(run.first - moved, run.first)
            self.faults = [
                fault
                for fault in self.faults
                if fault.kind is not Kind.CHANGED or fault.seq not in inserted
            ]
            self._fault(Kind.INSERTED, inserted.start, moved)
        reach = 0
        for run in self.runs[: len(self.runs) - len(pushed)]:
            low = min(run.first, run.first - run.offset)
            high = max(run.last, run.last - run.offset)
            if low > reach:
                self._fault(Kind.REORDERED, low, high - low + 1)
            reach = max(reach, high)
        self.faults.sort(key=lambda fault: fault.seq)

    @property
    def number(self) -> int:
        """The true number of the last entry."""
        return self.expected - 1 - self.offset

    def _pushed(self) -> list[_Run]:
        pushed: list[_Run] = []
        edge, step = self.expected, 0
        for run in reversed(self.runs):
            if edge - run.last > step + 1:
                break
            pushed.insert(0, run)
            edge, step = run.first, abs(run.offset)
        return pushed

    def _moved(self, seq: int, offset: int) -> None:
        if self.runs and (self.runs[-1].last, self.runs[-1].offset) == (seq - 1, offset):
            self.runs[-1].last = seq
        else:
            self.runs.append(_Run(seq, seq, offset))

    def _fault(self, kind: Kind, seq: int, count: int = 1) -> None:
        fault = Fault(kind, seq, count)
        if fault not in self.faults[-1:]:
            self.faults.append(fault)

    def _true_number(self, row: Row) -> int | None:
        seq, prev, digest, rest = row
        near = (number for step in range(1, REACH) for number in (seq - step, seq + step))
        for number in itertools.chain((seq - self.offset, seq), near):
            if number > 0 and _hash(number, prev, rest) == digest:
                return number
        return None


def verify(progress: Callable[[int], None] | None = None) -> Verdict:
    """Walk the journal from its first entry; `progress` is told how many were read so far."""
    marks = checkpoints()
    left = dict(marks)
    walk = _Walk()
    count = 0
    suite = chain.SUITE
    for chunk in _chunks():
        for row in chunk:
            seq, prev, digest, rest = row
            if (
                seq == walk.expected
                and prev == walk.last
                and sha256(f"{suite}|{seq}|{prev}|{rest}".encode()).hexdigest() == digest
            ):
                walk.expected = seq + 1
                walk.last = digest
            else:
                walk.odd(row)
            if seq in left and left.pop(seq) != digest and not (walk.faults or walk.runs):
                walk.faults.append(Fault(Kind.REWRITTEN, seq))
        count += len(chunk)
        if progress:
            progress(count)
        if len(walk.faults) + len(walk.runs) >= MOST_FAULTS:
            break
    else:
        lost = max(marks, default=0) - walk.number
        walk.end()
        if lost > 0:
            walk.faults.append(Fault(Kind.CUT, walk.expected, lost))
    head = walk.last if count else ""
    return Verdict(count, head, len(marks), tuple(walk.faults))


def checkpoint_file() -> Path:
    """Where the checkpoints are kept."""
    return Path(settings.DATA) / "journal.checkpoints"


def checkpoints() -> dict[int, str]:
    """Hash by number of the entry. A line torn by a power cut is passed over."""
    try:
        text = checkpoint_file().read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        return {}
    return {int(found[1]): found[2] for line in text.splitlines() if (found := LINE.match(line))}


def checkpoint() -> bool:
    """Write down the head of the chain, durably; False when it is written down already."""
    seq, digest = queries.head()
    if not seq or seq in checkpoints():
        return False
    path = checkpoint_file()
    new = not path.exists()
    line = f"{seq} {digest} {clock.now().isoformat(timespec='seconds')}\n"
    with path.open("ab+", buffering=0) as file:
        if file.seek(0, os.SEEK_END) and not _ends_in_newline(path):
            line = "\n" + line
        file.write(line.encode())
        os.fsync(file.fileno())
    if new:
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    return True


def _ends_in_newline(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _hash(seq: int, prev: str, rest: str) -> str:
    return sha256(f"{chain.SUITE}|{seq}|{prev}|{rest}".encode()).hexdigest()


def _chunks() -> Iterator[Sequence[Row]]:
    # The database puts together what was hashed after `suite|seq|prev|`: quicker than Python.
    at, act = SPELT[connection.vendor]
    parts = (at, "event", "subject", "actor", act, "data")
    old = connection.vendor == "sqlite" and sqlite3.sqlite_version_info < (3, 44)
    rest = " || '|' || ".join(parts) if old else f"concat_ws('|', {', '.join(parts)})"
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT seq, prev, hash, {rest} FROM journal_entry ORDER BY seq")
        while chunk := cursor.fetchmany(CHUNK):
            yield chunk
