"""Synced before acknowledged (P3): every answer leaves after the sync of what it acknowledges.

strace follows one real worker and the database server. For each answer the writes that carry the
very words of the request are looked up in the database's log, and the sync after them, between the
moment the request was read and the moment the answer was sent.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bench import places
from bench.trust import recording
from bench.trust.calls import Call
from bench.trust.recording import Build, Exchange, Recording
from tests.trust import storm

FILINGS = 500
TWIN_FILINGS = 12
TWINS = (
    recording.SYNC_OFF,
    recording.FILES_UNSYNCED,
    recording.COMMIT_OFF,
    recording.FSYNC_OFF,
)
WRITES = ("write", "pwrite64", "writev", "pwritev", "pwritev2")
LOGS = (".sqlite3-wal", ".sqlite3")
SYNCS = ("fsync", "fdatasync")


@dataclass
class Order:
    """How many answers there were, and how many left only after their sync."""

    concerns: int = 0
    concerns_synced: int = 0
    photos: int = 0
    photos_synced: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def kept(self) -> bool:
        """All of them."""
        return bool(self.concerns) and not self.faults


def run(*, seed: int, scale: float = 1.0) -> dict[str, object]:
    """500 concerns on each of our settings, every third with a photo; the known-bad builds."""
    if reason := recording.may_trace():
        raise RuntimeError(reason)
    counts: dict[str, object] = {}
    twins: dict[str, str] = {}
    passed = True
    for engine in places.ENGINES:
        with recording.prepared(engine) as template:
            for build in (*recording.GOOD_BUILDS, *TWINS):
                if build.engine != engine:
                    continue
                good = build in recording.GOOD_BUILDS
                found = watched(
                    build,
                    template,
                    max(TWIN_FILINGS, round(FILINGS * scale)) if good else TWIN_FILINGS,
                )
                print(f"   {build.name}: {found.concerns_synced} of {found.concerns}", flush=True)
                counts[build.name if good else f"known-bad: {build.name}"] = asdict(found)
                if good:
                    passed &= found.kept
                else:
                    twins[build.name] = "missed" if found.kept else "caught"
    return {"passed": passed and "missed" not in twins.values(), "twins": twins, **counts}


def watched(build: Build, template: Path, filings: int) -> Order:
    """File so many concerns and look at the order of things."""
    with recording.recorded(build, template, filings=filings) as taken:
        return order(taken)


def order(taken: Recording) -> Order:
    """Look at every acknowledgement of a recording."""
    made = taken.calls()
    seen, found = _Disk(taken, made), Order()
    for exchange in recording.exchanges(made):
        if exchange.path == "/report/" and exchange.status == 303 and exchange.key:
            found.concerns += 1
            fault = seen.row_fault(exchange, [storm.words(exchange.key).encode()])
            found.concerns_synced += not fault
        elif exchange.path == "/report/file/" and exchange.status == 200:
            found.photos += 1
            body = exchange.answer.partition(b"\r\n\r\n")[2]
            name = uuid.UUID(json.loads(body[body.index(b"{") : body.rindex(b"}") + 1])["name"])
            fault = seen.row_fault(exchange, [name.hex.encode(), name.bytes])
            fault = fault or seen.file_fault(exchange, name.hex)
            found.photos_synced += not fault
        else:
            continue
        if fault:
            found.faults.append(f"{exchange.path}: {fault}")
    if found.concerns != len(taken.seen.acknowledged) or found.photos < len(taken.seen.photos):
        raise RuntimeError("the recording does not hold every answer that was given")
    return found


class _Disk:
    """The calls of a recording that touch its files, by what they do."""

    def __init__(self, taken: Recording, made: list[Call]) -> None:
        roots = (f"{taken.data}/", f"{taken.cluster}/")
        folders = (str(taken.data), str(taken.cluster))
        touching = [
            (call, path)
            for call in made
            if call.name in (*WRITES, *SYNCS)
            and ((path := call.fd()[1]).startswith(roots) or path in folders)
        ]
        self.syncs = [(call, path) for call, path in touching if call.name in SYNCS]
        self.writes = [(call, path, call.bytes()) for call, path in touching if call.name in WRITES]
        self.removed = [c for c in made if c.name == "unlink" and "-journal" in c.path(0)]
        self.renamed = [(c, c.path(1)) for c in made if c.name == "rename"]
        self.data = str(taken.data)

    def row_fault(self, exchange: Exchange, marks: Iterable[bytes]) -> str:
        """Why a row that carries one of these marks was not certain when the answer left."""
        # In PostgreSQL's log a page may end in the middle of the words.
        halves = [half for mark in marks for half in (mark[: len(mark) // 2], mark[-12:])]
        carrying = [
            (call, path)
            for call, path, data in self.writes
            if exchange.read_at <= call.end <= exchange.sent_at
            and (path.endswith(LOGS) or "/pg_wal/" in path)
            and any(half in data for half in halves)
        ]
        if not carrying:
            return "the answer left before anything was written"
        call, path = carrying[-1]
        if not self._synced(path, call.end, exchange.sent_at):
            return f"{Path(path).suffix or 'the log'} was written and not synced"
        if path.endswith(".sqlite3"):
            # With a rollback journal the commit is that the journal is gone from its folder.
            gone = [c for c in self.removed if call.end <= c.end <= exchange.sent_at]
            if not gone or not self._synced(self.data, gone[-1].end, exchange.sent_at):
                return "the journal's folder was not synced after it was removed"
        return ""

    def file_fault(self, exchange: Exchange, name: str) -> str:
        """Why the file of this name was not certain when the answer left."""
        written = [(call, path) for call, path, _data in self.writes if name in Path(path).name]
        placed = [(call, path) for call, path in self.renamed if name in Path(path).name]
        if not written or not placed:
            return "no file was written"
        (last, part), (moved, path) = written[-1], placed[-1]
        if not self._synced(part, last.end, moved.start):
            return "the file was not synced before it got its name"
        for folder in list(Path(path).parents)[:3]:
            if not self._synced(str(folder), moved.end, exchange.sent_at):
                return f"the folder {folder.name} was not synced"
        return ""

    def _synced(self, path: str, after: float, before: float) -> bool:
        return any(
            where == path and after <= call.start and call.end <= before
            for call, where in self.syncs
        )
