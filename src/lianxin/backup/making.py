"""Making an archive: the moment of the database first, then the files it speaks of."""

from __future__ import annotations

import fcntl
import io
import json
import os
import re
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import IO

from django.conf import settings

from lianxin.backup import archive, keys, snapshot
from lianxin.backup.archive import Bars, Checked, Unfit
from lianxin.kernel import clock

ABOUT, MANIFEST, FILES = "about.json", "manifest", "files/"
"""First and last member, and the folder in which the files lie as in the data folder.

The manifest has a line `sha256  name` for each member before it, as `sha256sum` writes them.
"""
WORK = ".backup-"
NAME = re.compile(r"lianxin-(\d{8}T\d{6}Z)\.backup\Z")
HALF_DONE = 172_800
"""Seconds after which nobody goes on with an unfinished archive."""
STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Made:
    """An archive that was written, with what is in it."""

    path: Path
    facts: snapshot.Facts
    files: int
    checked: Checked


class Taken(Exception):  # noqa: N818 - reads as what was found
    """The target exists, or another backup is being made; the message says which."""


def named_by_time(folder: Path) -> Path:
    """The name of an archive that is made now."""
    return folder / f"lianxin-{clock.now().astimezone(UTC):{STAMP}}.backup"


def make(target: Path, *, bars: Bars) -> Made:
    """Write one archive to `target` and read it back; there is no half of one under that name.

    Raises Taken, archive.Unfit without a recipient, snapshot.CannotRun, and the OSError of a
    full disk; nothing is left behind then.
    """
    recipients = list(settings.BACKUP_RECIPIENTS)
    if not recipients:
        raise Unfit(
            "LIANXIN_BACKUP_RECIPIENT is not set: nobody could open the backup. "
            "`lianxin backup key FILE` makes a key and says what to set."
        )
    for text in recipients:
        archive.recipient(text)
    key = keys.signing()
    if target.exists():
        raise Taken(f"{target} exists already and is not written over.")
    part = target.with_name(f".{target.name}.part")
    with _alone() as folder:
        # Before the moment is taken, so that no line of it speaks of an entry after the moment.
        beside = _read_small_files()
        facts, database = snapshot.take(folder, bars)
        try:
            with _own(part) as file:
                with archive.written(file, recipients=recipients, key=key) as tar:
                    files = _fill(tar, facts, database, beside, bars)
                file.flush()
                os.fsync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            # What counts is what the disk gives back, not what was meant.
            with bars("Checking the archive") as progress:
                checked = archive.check(part, progress)
            part.rename(target)
            sync_folder(target.parent)
        except Taken:
            raise
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    return Made(target, facts, files, checked)


def forget_older(folder: Path, *, days: int, newest: Path) -> list[Path]:
    """Remove archives made more than so many days before the newest one, which was verified.

    Only names that `named_by_time` gives are touched; the names of those removed.
    """
    found = NAME.match(newest.name)
    assert found
    last = _moment(found[1]) - timedelta(days=days)
    removed = []
    for path in sorted(folder.iterdir()):
        other = NAME.match(path.name)
        if other and path != newest and _moment(other[1]) < last:
            path.unlink()
            removed.append(path)
    for part in folder.glob(".lianxin-*.backup.part"):  # of backups that were killed
        if part.stat().st_mtime < clock.now().timestamp() - HALF_DONE:
            part.unlink(missing_ok=True)
    return removed


def _moment(text: str) -> datetime:
    return datetime.strptime(text, STAMP).replace(tzinfo=UTC)


@contextmanager
def _own(part: Path) -> Iterator[IO[bytes]]:
    """The unfinished archive, empty; what a killed backup left under this name is forgotten."""
    with open(part, "ab", opener=_private) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Taken(f"Another backup is being written to {part}.") from error
        except OSError:
            pass  # a disk that knows no locks
        file.truncate(0)
        yield file


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


@contextmanager
def _alone() -> Iterator[Path]:
    """A folder beside the data that others may not read; one backup at a time.

    Beside the data and not beside the archive: what lies in it for a moment is not sealed.
    """
    data = Path(settings.DATA)
    with (data / f"{WORK}lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Taken("Another backup is being made just now.") from error
        for left in data.glob(f"{WORK}*.tmp"):  # of one that was killed
            shutil.rmtree(left, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=WORK, suffix=".tmp", dir=data))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _read_small_files() -> dict[str, bytes]:
    found = {}
    for name in settings.BACKED_UP:
        path = Path(settings.DATA) / name
        if path.is_file():
            found[name] = path.read_bytes()
    return found


def _fill(
    tar: tarfile.TarFile,
    facts: snapshot.Facts,
    database: Path,
    beside: dict[str, bytes],
    bars: Bars,
) -> int:
    """Add every member and the manifest; how many files went in."""
    # The lines wait on the disk: there may be millions.
    with tempfile.TemporaryFile(dir=database.parent) as lines, bars("Writing") as progress:

        def add(name: str, content: IO[bytes], size: int) -> None:
            digest = _add(tar, name, content, size)
            lines.write(f"{digest}  {name}\n".encode())

        about = json.dumps(facts.as_json(), ensure_ascii=False, indent=1).encode()
        add(ABOUT, io.BytesIO(about), len(about))
        with database.open("rb") as file:
            add(database.name, file, database.stat().st_size)
        files = 0
        for name, content in beside.items():
            add(FILES + name, io.BytesIO(content), len(content))
            files += 1
        total = sum(1 for _ in stored())
        for done, path in enumerate(stored()):
            try:
                with path.open("rb") as file:
                    name = path.relative_to(settings.DATA).as_posix()
                    add(FILES + name, file, os.fstat(file.fileno()).st_size)
            except FileNotFoundError:
                continue  # a picture whose form was never sent, removed meanwhile
            files += 1
            progress(done + 1, max(total, done + 1))
        size = lines.tell()
        lines.seek(0)
        _add(tar, MANIFEST, lines, size)
    return files


def stored() -> Iterator[Path]:
    """Every file of the folders that are backed up, in the order of their names."""
    for name in settings.BACKED_UP:
        top = Path(settings.DATA) / name
        for folder, inner, names in os.walk(top):
            inner.sort()
            yield from (Path(folder, one) for one in sorted(names) if not one.endswith(".part"))


class _Hashing:
    """A file that hashes what is read from it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.hash = sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self.file.read(size)
        self.hash.update(piece)
        return piece


def _add(tar: tarfile.TarFile, name: str, content: IO[bytes], size: int) -> str:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = size, 0o600, int(clock.now().timestamp())
    hashing = _Hashing(content)
    tar.addfile(member, hashing)
    return hashing.hash.hexdigest()


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
