"""Reading an archive: who signed it, what is in it, and whether all of it agrees."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import IO

import pyrage
from django.conf import settings

from lianxin.backup import archive, dumped, keys, look, snapshot
from lianxin.backup.archive import PIECE, Bars, Checked, Unfit
from lianxin.backup.making import ABOUT, FILES, MANIFEST
from lianxin.intake import stored
from lianxin.vault.keys import KeysUnusable

WORK = ".restore-"
MOST_NAMED = 20


@dataclass(frozen=True)
class Unpacked:
    """An archive laid out in a folder: its database, its list, and how many files it has."""

    facts: snapshot.Facts
    database: Path
    manifest: Path
    files: int
    bytes: int


@dataclass
class Findings:
    """What a look into an archive found; `wrong` is empty when all of it agrees."""

    facts: snapshot.Facts
    files: int
    spare: int
    head: tuple[int, str]
    wrong: list[str] = field(default_factory=list)


def signed_by(checked: Checked, *, trusted: str = "") -> None:
    """Unfit unless the archive was signed by this installation, or by the signer named."""
    if not trusted:
        try:
            trusted = archive.signer_of(keys.signing())
        except KeysUnusable:
            trusted = "nobody"
    if checked.signer != trusted.strip().lower():
        raise Unfit(
            f"The archive is whole, but it was signed by {checked.signer}, which is not the key "
            f"of this installation. If that is the signer you wrote down when you set up the "
            f"backup, say so: --signer {checked.signer}"
        )


@contextmanager
def workplace(beside: Path) -> Iterator[Path]:
    """A folder for a while, closed to others: what lies in it is not sealed."""
    folder = Path(tempfile.mkdtemp(prefix=WORK, dir=beside))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def unpack(
    path: Path,
    identities: Sequence[pyrage.x25519.Identity],
    folder: Path,
    bars: Bars,
    *,
    keep: bool,
    accept: Callable[[snapshot.Facts], None] = lambda _facts: None,
) -> Unpacked:
    """Read a checked archive to its end and lay out its database; its files only to `keep` them.

    Every member is held against the manifest. `accept` may refuse before anything is laid out.
    Raises CannotOpen, Unfit, OSError.
    """
    facts, database, files, whole, total = None, None, 0, False, 0
    manifest = folder / "list"
    (folder / FILES).mkdir(mode=0o700)
    with (
        bars("Opening the archive") as progress,
        manifest.open("wb") as lines,
        archive.opened(path, identities) as members,
    ):
        for member, content in members:
            if member.name == MANIFEST:
                lines.flush()
                whole = content.read() == manifest.read_bytes()
                continue
            if member.name == ABOUT:
                text = content.read()
                facts = snapshot.Facts.of_json(json.loads(text))
                accept(facts)
                digest = sha256(text).hexdigest()
            else:
                target = _place(member.name, folder)
                if member.name.startswith(FILES):
                    files += 1
                    alone = target.parent.name == FILES.strip("/")  # small: the checkpoints
                    digest = _copy(content, target if keep or alone else None)
                else:
                    database = target
                    digest = _copy(content, target)
            lines.write(f"{digest}  {member.name}\n".encode())
            total += member.size
            progress(total, max(total, path.stat().st_size))
    if facts is None or database is None or database.name != snapshot.NAMES.get(facts.engine):
        raise Unfit(f"{path} has no database in it.")
    if not whole:
        raise Unfit(f"{path} does not hold what its own list says.")
    return Unpacked(facts, database, manifest, files, total)


def _place(name: str, folder: Path) -> Path:
    parts = PurePosixPath(name).parts
    if not parts or any(part in ("", ".", "..", "/") for part in parts):
        raise Unfit(f"A name in the archive leads elsewhere: {name!r}.")
    return folder.joinpath(*parts)


def _copy(content: IO[bytes], target: Path | None) -> str:
    digest = sha256()
    if target is None:
        while piece := content.read(PIECE):
            digest.update(piece)
        return digest.hexdigest()
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while piece := content.read(PIECE):
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()


def inspect(unpacked: Unpacked, folder: Path, bars: Bars) -> Findings:
    """Read the unpacked database as a whole: its own integrity, the chain, counts, files."""
    facts = unpacked.facts
    if facts.engine == "sqlite":
        database = plain_sqlite(unpacked.database, bars)
        environment = surroundings(folder / FILES, f"sqlite:///{database}")
        with bars("Looking through the database"):
            seen = look.at(environment, unpacked.manifest)
        return compare(unpacked, seen)
    total = sum(facts.counts.values())
    with bars("Looking through the database") as progress:
        dump = dumped.read(unpacked.database, progress, total)
    there = set(look.names(unpacked.manifest))
    photos = {name for name in there if name.startswith(f"{stored.FOLDER}/")}
    return compare(
        unpacked,
        look.Seen(
            dump.counts, dump.head, dump.faults,
            sorted(set(dump.sent) - there), len(photos - set(dump.sent)),
        ),
    )  # fmt: skip


def plain_sqlite(packed: Path, bars: Bars) -> Path:
    """Unpack a SQLite database beside its packed form, and ask SQLite whether it is sound."""
    import sqlite3

    plain = packed.with_suffix("")
    with gzip.open(packed, "rb") as small, plain.open("xb") as file:
        shutil.copyfileobj(small, file, PIECE)
    with bars("Checking the database"):
        database = sqlite3.connect(plain)
        try:
            said = [row[0] for row in database.execute("PRAGMA integrity_check(5)")]
            # As the product keeps it; the copy was made as a single file.
            database.execute("PRAGMA journal_mode=WAL")
        except sqlite3.DatabaseError as error:
            said = [str(error)]
        finally:
            database.close()
    if said != ["ok"]:
        raise Unfit(f"The database in the archive is damaged: {'; '.join(said)}.")
    return plain


def surroundings(data: Path, url: str = "") -> dict[str, str]:
    """The environment in which the product sees other data, with our keys."""
    wanted = {
        "LIANXIN_DATA": str(data),
        "LIANXIN_KEYS": str(settings.KEYS),
        "LIANXIN_SECRET_KEY": settings.SECRET_KEY,
        # Checkpoints kept outside tell of entries after the backup; those in it belong to it.
        "LIANXIN_ANCHOR_FILE": "",
    }
    return wanted | ({"LIANXIN_DATABASE_URL": url} if url else {})


def compare(unpacked: Unpacked, seen: look.Seen) -> Findings:
    """Hold what was found against what the archive says of itself."""
    facts = unpacked.facts
    wrong = [f"The journal: {fault}." for fault in seen.faults]
    if seen.head != facts.head:
        wrong.append(
            f"The journal ends at entry {seen.head[0]} ({seen.head[1]}), the archive says "
            f"{facts.head[0]} ({facts.head[1]})."
        )
    for table in sorted(facts.counts.keys() | seen.counts.keys()):
        wanted, there = facts.counts.get(table, 0), seen.counts.get(table, 0)
        if wanted != there:
            wrong.append(f"{table}: {there:,} rows, the archive says {wanted:,}.")
    wrong += [f"{name} is missing: a row speaks of it." for name in seen.missing[:MOST_NAMED]]
    if len(seen.missing) > MOST_NAMED:
        wrong.append(f"… and {len(seen.missing) - MOST_NAMED} more files are missing.")
    return Findings(facts, unpacked.files, seen.spare, seen.head, wrong)
