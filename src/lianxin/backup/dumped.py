"""Reading a dump of PostgreSQL without a server: rows of each table, the journal's chain, files.

`pg_restore` writes the dump as text; every byte of it is read, so that what it finds damaged is
found here.
"""

from __future__ import annotations

import re
import subprocess
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from lianxin.backup.archive import Progress
from lianxin.backup.snapshot import CannotRun, binary
from lianxin.intake import stored
from lianxin.journal import chain

COPY = re.compile(r"COPY public\.\"?(\w+)\"? \(([^)]*)\) FROM stdin;\n\Z")
ESCAPE = re.compile(r"\\(.)")
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}
OFTEN = 50_000


@dataclass
class Dump:
    """What a dump holds."""

    counts: dict[str, int] = field(default_factory=dict)
    head: tuple[int, str] = (0, "")
    faults: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    """Files of the rows whose form was sent."""


@dataclass
class _Chain:
    """Walks the chain although rows do not always lie in the order of their numbers."""

    seq: int = 0
    last: str = chain.GENESIS
    ahead: dict[int, tuple[str, str]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def take(self, row: dict[str, str]) -> None:
        seq, prev, digest = int(row["seq"]), row["prev"], row["hash"]
        expected = chain.link(
            seq=seq,
            prev=prev,
            at=chain.moment_text(datetime.fromisoformat(row["at"])),
            event=row["event"],
            subject=row["subject"],
            actor=row["actor"],
            act=uuid.UUID(row["act"]),
            data=row["data"],
        )
        if expected != digest:
            self.wrong.append(f"changed at entry {seq}")
        self.ahead[seq] = (prev, digest)
        while (following := self.ahead.pop(self.seq + 1, None)) is not None:
            self.seq += 1
            if following[0] != self.last:
                self.wrong.append(f"does not follow at entry {self.seq}")
            self.last = following[1]


def read(path: Path, progress: Progress, total: int) -> Dump:
    """Read a whole dump of about `total` rows; CannotRun when pg_restore is missing or refuses."""
    found, walk, done = Dump(), _Chain(), 0
    for table, columns, line in _rows(path):
        found.counts[table] = found.counts.get(table, 0) + (line is not None)
        if line is None:
            continue
        if table == "journal_entry":
            walk.take(_row(columns, line))
        elif table == stored.TABLE:
            row = _row(columns, line)
            if row["concern_id"] != "\\N":
                sealed, authority = row["sealed"] == "t", row["authority"] == "t"
                name, suffix = uuid.UUID(row["uuid"]), row["suffix"]
                found.sent += stored.names_of(name, suffix, row["original"], sealed, authority)
        done += 1
        if done % OFTEN == 0:
            progress(done, max(total, done))
    if walk.ahead:
        walk.wrong.append(f"missing at entry {walk.seq + 1}")
    found.head = (walk.seq, walk.last if walk.seq else "")
    found.faults = walk.wrong[:100]
    return found


def _rows(path: Path) -> Iterator[tuple[str, Sequence[str], str | None]]:
    """Table, columns and line of every row; a line None where a table begins."""
    words = [binary("pg_restore"), "--file=-", str(path)]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stdout and process.stderr
        table, columns = "", list[str]()
        for line in process.stdout:
            if table:
                if line == "\\.\n":
                    table = ""
                else:
                    yield table, columns, line[:-1]
            elif begins := COPY.match(line):
                table = begins[1]
                columns = [name.strip().strip('"') for name in begins[2].split(",")]
                yield table, columns, None
        said = process.stderr.read().strip()
        process.wait()
    if process.returncode:
        raise CannotRun(f"pg_restore cannot read the dump: {said}")


def _row(columns: Sequence[str], line: str) -> dict[str, str]:
    cells = line.split("\t")
    if "\\" in line:
        cells = [cell if cell == "\\N" else ESCAPE.sub(_unescape, cell) for cell in cells]
    return dict(zip(columns, cells, strict=True))


def _unescape(found: re.Match[str]) -> str:
    return ESCAPES.get(found[1], found[1])
