"""Is the journal as it was written? Walks the chain and says where it is not.

The chain shows a change, removal, insertion or reordering. A cut or rewritten tail is shown by
the checkpoints: signed, and kept where whoever changed the tail cannot reach (`marks`).
"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import connection

from lianxin.journal import chain, marks, queries
from lianxin.journal.anchors import timestamp
from lianxin.journal.statements import Statement

CHUNK = 5_000
# How far from its place an entry's true number is looked for.
REACH = 1_000
# The first faults tell what happened; a rewritten table need not be listed whole.
MOST_FAULTS = 100

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
    FORGED = "forged"
    STAMP = "stamp"
    ANCHOR_CUT = "anchor_cut"
    NOT_OURS = "not_ours"


@dataclass(frozen=True)
class Fault:
    """What is wrong, from which entry on, and how many entries it touches where that is known.

    REWRITTEN: the chain is whole but no longer the one of the checkpoint at `seq`; the change
    lies at or before it, after the checkpoint before; `count` checkpoints disagree. FORGED: not
    signed by a key of ours. STAMP: the time stamp of this checkpoint is over something else.
    ANCHOR_CUT: the anchor file has lost what was written to it. NOT_OURS: a file brought from
    outside holds no checkpoint of this journal.
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
    places: Sequence[marks.Place]
    faults: tuple[Fault, ...]
    stamps: int
    signatures: bool
    """Whether there was a public key to check the checkpoints with."""
    disowned: tuple[str, ...] = ()
    """The checkpoints (number:hash) that the chain does not agree with."""

    def __bool__(self) -> bool:
        return not self.faults

    @property
    def checkpoints(self) -> int:
        """How many there are in the place that knows most."""
        return max((place.count for place in self.places), default=0)

    @property
    def finding(self) -> str:
        """The same for the same faults, also when honest entries were added since."""
        grows = (Kind.CUT, Kind.REWRITTEN)
        texts = [*(str(f) for f in self.faults if f.kind not in grows), *self.disowned]
        return sha256("\n".join(texts).encode()).hexdigest()[:16] if self.faults else ""


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


def verify(progress: Callable[[int], None] | None = None, outside: Iterable[Path] = ()) -> Verdict:
    """Walk the journal from its first entry and hold it against all that is remembered of it.

    `progress` is told how many entries were read so far; `outside` are copies of anchor files
    brought from elsewhere. Raises OSError when one of them cannot be read.
    """
    remembered = marks.gather(outside)
    wanted = remembered.hashes.keys() | remembered.stamps.keys()
    met: dict[int, str] = {}
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
            if seq in wanted:
                met[seq] = digest
        count += len(chunk)
        if progress:
            progress(count)
        if len(walk.faults) + len(walk.runs) >= MOST_FAULTS:
            return Verdict(count, walk.last, remembered.places, tuple(walk.faults), 0, False)
    walk.end()
    disowned = _compare(walk, remembered.hashes, met)
    stamps, stamped = _stamps(remembered, met)
    walk.faults += [*_forged(remembered), *stamped]
    head = walk.last if count else ""
    return Verdict(
        count, head, remembered.places, tuple(walk.faults), stamps, remembered.signatures, disowned
    )


def glance() -> list[Statement]:
    """The newest checkpoints that the journal disowns: one entry each, however long it is."""
    found = []
    for said in marks.newest():
        entry = queries.entry(said.seq)
        if entry is None or entry.hash != said.hash:
            found.append(said)
    return found


def _compare(walk: _Walk, hashes: dict[int, set[str]], met: dict[int, str]) -> tuple[str, ...]:
    """Add what the checkpoints tell to the faults; the checkpoints that the chain disowns."""
    wrong = sorted((n, text) for n, texts in hashes.items() for text in texts if met.get(n) != text)
    inside = sorted({n for n, _text in wrong if n <= walk.number})
    if inside and not any(fault.seq <= inside[0] for fault in walk.faults):
        walk.faults.append(Fault(Kind.REWRITTEN, inside[0], len(inside)))
    lost = max(hashes, default=0) - walk.number
    if lost > 0:
        walk.faults.append(Fault(Kind.CUT, walk.expected, lost))
    return tuple(f"{seq}:{text}" for seq, text in wrong)


def _forged(remembered: marks.Marks) -> Iterator[Fault]:
    for place in remembered.places:
        forged = place.forged
        if place.kind != marks.OUTSIDE and place.foreign:
            yield Fault(Kind.FORGED, 0, place.foreign)
        if forged:
            yield Fault(Kind.FORGED, min(forged), len(forged))
        if place.kind == marks.OUTSIDE and not place.count:
            yield Fault(Kind.NOT_OURS, 0)
    if remembered.absent:
        yield Fault(Kind.ANCHOR_CUT, remembered.absent[0], len(remembered.absent))


def _stamps(remembered: marks.Marks, met: dict[int, str]) -> tuple[int, list[Fault]]:
    """How many time stamps cover the chain as it is now, and those that do not."""
    if settings.TSA_ROOTS is None:
        return 0, []
    good, faults = 0, []
    newest = max(remembered.statements, default=0)
    for seq, tokens in sorted(remembered.stamps.items()):
        if seq > newest:
            continue  # made while we read; its checkpoint was not there yet
        # What the authority must have seen, put together from the chain and not from the table.
        texts = {
            replace(said, hash=met.get(seq, "")).text()
            for said in remembered.statements.get(seq, ())
        }
        for token in tokens:
            if any(_covers(token, text) for text in texts):
                good += 1
            else:
                faults.append(Fault(Kind.STAMP, seq))
    return good, faults


def _covers(token: str, text: str) -> bool:
    try:
        timestamp.moment(token, text)
    except timestamp.NotStamped:
        return False
    return True


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
