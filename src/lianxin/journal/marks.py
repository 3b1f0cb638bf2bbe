"""What is remembered of the chain outside its table: checkpoints and time stamps, from every place.

A mark is believed for its signature, wherever it was found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from lianxin.journal import signing
from lianxin.journal.anchors import file, timestamp
from lianxin.journal.models import Anchoring, Checkpoint
from lianxin.journal.statements import Signed, Statement, read

DATABASE, FILE, WEBHOOK, STAMPS, OUTSIDE = "database", "file", "webhook", "timestamp", "outside"


@dataclass
class Place:
    """What one place remembers; `foreign`: signed by a key that is not ours."""

    kind: str
    where: str
    count: int = 0
    newest: int = 0
    newest_at: str = ""
    forged: list[int] = field(default_factory=list)
    foreign: int = 0

    def saw(self, seq: int, at: str) -> None:
        """Count one mark."""
        self.count += 1
        if seq >= self.newest:
            self.newest, self.newest_at = seq, at


@dataclass
class Marks:
    """All that is remembered: hashes and statements by number, stamps by number."""

    places: list[Place] = field(default_factory=list)
    hashes: dict[int, set[str]] = field(default_factory=dict)
    statements: dict[int, list[Statement]] = field(default_factory=dict)
    stamps: dict[int, set[str]] = field(default_factory=dict)
    signatures: bool = True
    """Whether there was a public key to check them with."""
    absent: list[int] = field(default_factory=list)
    """Checkpoints that were written to the anchor file and are no longer in it."""


class _Reader:
    """Checks each distinct line once, however many places hold it."""

    def __init__(self, marks: Marks) -> None:
        self.marks = marks
        self.keys = signing.public_keys()
        marks.signatures = bool(self.keys)
        self.known: dict[str, bool] = {}

    def take(self, line: str, place: Place) -> Signed | None:
        """Read a line of a place; the checkpoint when it is one of ours."""
        if stamp := timestamp.LINE.match(line):
            self.marks.stamps.setdefault(int(stamp[1]), set()).add(stamp[2])
            return None
        signed = read(line)
        if signed is None:
            return None
        statement = signed.statement
        # Without any key (a backup looked at elsewhere) a mark is taken at its word: it can still
        # contradict the chain.
        if self.keys and statement.key not in self.keys:
            place.foreign += 1
            return None
        if line not in self.known:
            self.known[line] = not self.keys or signed.is_by(self.keys)
            if self.known[line]:
                self.marks.hashes.setdefault(statement.seq, set()).add(statement.hash)
                self.marks.statements.setdefault(statement.seq, []).append(statement)
        if not self.known[line]:
            place.forged.append(statement.seq)
            return None
        place.saw(statement.seq, statement.at)
        return signed


def gather(outside: Iterable[Path] = ()) -> Marks:
    """Read every place. Raises OSError when a file from `outside` cannot be read."""
    marks = Marks()
    reader = _Reader(marks)
    # Before the file is read: the other way round, what is just being written seems to be missing.
    written = set(_written_to(settings.ANCHOR_FILE))
    table = Place(DATABASE, "")
    for line in Checkpoint.objects.order_by("seq").values_list("line", flat=True).iterator():
        if reader.take(line, table) is None and read(line) is None:
            # The product writes nothing else here.
            table.forged.append(0)
    marks.places.append(table)
    own = Place(FILE, str(settings.ANCHOR_FILE))
    held = {signed.statement.seq for signed in _file(reader, settings.ANCHOR_FILE, own)}
    marks.places.append(own)
    marks.absent = sorted(written - held)
    marks.places.append(_acknowledged())
    for path in outside:
        place = Place(OUTSIDE, str(path))
        for _ in _lines(reader, path, place):
            pass
        marks.places.append(place)
    stored = Anchoring.objects.filter(anchor=STAMPS).exclude(done_at=None)
    for seq, token in stored.values_list("checkpoint_id", "receipt").iterator():
        marks.stamps.setdefault(seq, set()).add(token)
    return marks


def newest() -> list[Statement]:
    """The newest mark of the database and of the anchor file, for a quick look."""
    lines = list(Checkpoint.objects.order_by("-seq").values_list("line", flat=True)[:1])
    if settings.ANCHOR_FILE.exists():
        lines.append(file.last_line(settings.ANCHOR_FILE))
    keys = signing.public_keys()
    found = [signed for line in lines if (signed := read(line)) and signed.is_by(keys)]
    return [signed.statement for signed in found]


def _file(reader: _Reader, path: Path, place: Place) -> Iterator[Signed]:
    return _lines(reader, path, place) if path.exists() else iter(())


def _lines(reader: _Reader, path: Path, place: Place) -> Iterator[Signed]:
    for line in file.lines(path):
        if signed := reader.take(line, place):
            yield signed


def _written_to(path: Path) -> Iterator[int]:
    # A file that was moved elsewhere on purpose is another place from then on.
    rows = Anchoring.objects.filter(anchor=FILE, receipt=str(path)).exclude(done_at=None)
    return rows.values_list("checkpoint_id", flat=True).iterator()


def _acknowledged() -> Place:
    place = Place(WEBHOOK, settings.ANCHOR_URL)
    rows = Anchoring.objects.filter(anchor=WEBHOOK).exclude(done_at=None)
    for row in rows.select_related("checkpoint").order_by("checkpoint_id").iterator():
        signed = read(row.checkpoint.line)
        place.saw(row.checkpoint_id, signed.statement.at if signed else "")
    return place
