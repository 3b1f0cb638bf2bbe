"""A backup counts once it was restored: idle, under load, after a kill, on both engines (P10).

Each drill restores into another place and compares: the head of the journal byte by byte, the rows
of every table, every file's digest, and all that was acknowledged before the backup began.
"""

from __future__ import annotations

import io
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from bench import places
from bench.places import Place
from tests.trust import people

# Idle, under load, and after everything was killed while people were filing.
WEATHERS = ("idle", "load", "kill")
DAMAGES = 200


@dataclass
class Drill:
    """One backup and its restore, and everything in which they differ."""

    head: tuple[int, str] = (0, "")
    rows: int = 0
    files: int = 0
    acknowledged: int = 0
    backup_seconds: float = 0.0
    restore_seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)


@dataclass
class Contents:
    """What a place holds, as far as two places have to agree."""

    counts: dict[str, int]
    hashes: dict[int, str]
    words: set[str]
    files: dict[str, str]
    faults: list[str]


def run(*, seed: int, scale: float = 1.0) -> dict[str, object]:
    """Every weather on both engines, damages and wrong keys, and the twin; counts and verdict."""
    chance = random.Random(seed)
    concerns, seconds = max(int(5_000 * scale), 60), max(20 * scale, 3)
    found: dict[str, Any] = {"drills": {}, "concerns": concerns}
    wrong: list[str] = []
    for engine in places.ENGINES:
        with places.place(engine) as place:
            key = settle(place, concerns)
            for weather in WEATHERS:
                drill = practise(place, key, weather, seconds=seconds)
                found["drills"][f"{engine}, {weather}"] = {
                    "journal entries": drill.head[0],
                    "rows": drill.rows,
                    "files": drill.files,
                    "acknowledged before it": drill.acknowledged,
                    "backup seconds": round(drill.backup_seconds, 1),
                    "restore seconds": round(drill.restore_seconds, 1),
                }
                wrong += [f"{engine}, {weather}: {text}" for text in drill.wrong]
            damaged = damages(
                place, place.folder / "offline/idle.backup", chance, max(int(DAMAGES * scale), 20)
            )
            found[f"damages found, {engine}"] = "{} of {}".format(*damaged)
            if damaged[0] != damaged[1]:
                wrong.append(f"{engine}: {damaged[1] - damaged[0]} damages were not noticed")
    with places.place("sqlite") as place:
        settle(place, 60)
        lost = file_copy_loses(place)
    found["twins"] = {"copy of the database file while it is written": caught(lost)}
    found["rows lost by the copied file"] = lost
    found["wrong"] = wrong
    found["passed"] = not wrong and lost > 0
    return found


def caught(lost: int) -> str:
    """The word for a twin."""
    return "caught" if lost else "missed"


def settle(place: Place, concerns: int) -> Path:
    """A town with concerns and photos, ready for backups; the key file that opens them."""
    place.migrate()
    place.inside(fill, concerns)
    key = place.folder / "offline" / "backup-key.txt"
    key.parent.mkdir()
    place.run("backup", "key", str(key))
    public = next(w for w in key.read_text().split() if w.startswith("age1"))
    place.environment["LIANXIN_BACKUP_RECIPIENT"] = public
    return key


def fill(concerns: int) -> None:
    """In a process of its own: file concerns, a photo with every tenth, and let the cases open."""
    from lianxin.access import ANONYMOUS
    from lianxin.demo import town
    from lianxin.files import FORMATS, Clean
    from lianxin.intake import actions
    from lianxin.journal import checkpoints, outbox

    town.found()
    for number in range(concerns):
        files: tuple[UUID, ...] = ()
        if number % 10 == 0:
            content = random.Random(number).randbytes(20_000)
            copy = Clean(io.BytesIO(content), FORMATS["jpg"], len(content), 8, 8)
            files = (actions.store_file(copy).uuid,)
        new = actions.NewConcern(
            key=f"drill {number}",
            words=f"路灯坏了 drill {number}",
            place="东关大街",
            attachments=files,
        )
        actions.file_concern(new, by=ANONYMOUS)
    while outbox.drain():
        pass
    checkpoints.write()


def practise(place: Place, key: Path, weather: str, *, seconds: float) -> Drill:
    """Back up in this weather, restore elsewhere, compare."""
    drill = Drill()
    archive = place.folder / "offline" / f"{weather}.backup"
    before: set[str] = set()
    if weather == "idle":
        _backup(place, archive, drill)
    else:
        with people.filing(place) as crowd:
            time.sleep(seconds)
            if weather == "load":
                before = {people.words(key) for key in crowd.acknowledged.copy()}
                _backup(place, archive, drill)
        if weather == "kill":  # the server was killed under the people, and so is a backup
            before = {people.words(key) for key in crowd.acknowledged}
            killed_backup(place, archive, drill)
            _backup(place, archive, drill)
    drill.acknowledged = len(before)
    with elsewhere(place) as other:
        started = time.perf_counter()
        other.run("restore", str(archive), "--identity", str(key))
        drill.restore_seconds = time.perf_counter() - started
        compare(place.inside(contents), other.inside(contents), before, weather, drill)
    return drill


def _backup(place: Place, archive: Path, drill: Drill) -> None:
    started = time.perf_counter()
    place.run("backup", str(archive))
    drill.backup_seconds = time.perf_counter() - started


def killed_backup(place: Place, archive: Path, drill: Drill) -> None:
    """A backup that is killed midway leaves nothing under its name, and the next one works."""
    words = [sys.executable, "-m", "lianxin", "backup", str(archive)]
    process = subprocess.Popen(
        words, env=place.environment, cwd=places.ROOT, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    until = time.monotonic() + 30
    while not list(place.folder.glob(".backup-*.tmp")) and time.monotonic() < until:
        time.sleep(0.001)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if archive.exists():
        drill.wrong.append("a killed backup left an archive under its name")


@contextmanager
def elsewhere(place: Place) -> Iterator[Place]:
    """Another machine as far as the product can tell: no data, the same keys, an empty database."""
    folder = Path(f"{place.folder}-elsewhere")
    folder.mkdir()
    shutil.copytree(place.folder / "keys", folder / "keys")
    other = Place(place.engine, folder, place.environment | {"LIANXIN_DATA": str(folder)})
    url, name = place.environment.get("LIANXIN_DATABASE_URL", ""), f"drill_{os.getpid()}"
    try:
        if url:
            _on_server(url, f"CREATE DATABASE {name}")
            other.environment["LIANXIN_DATABASE_URL"] = f"{url.rpartition('/')[0]}/{name}"
        yield other
    finally:
        if url:
            _on_server(url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        shutil.rmtree(folder, ignore_errors=True)


def _on_server(url: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as server:
        server.execute(statement)


def contents() -> Contents:
    """In a process of its own: all that two places have to agree in."""
    from django.conf import settings
    from django.db import connection

    from lianxin.backup import snapshot
    from lianxin.intake import stored
    from lianxin.intake.models import Concern
    from lianxin.journal.models import Entry
    from lianxin.journal.verify import verify

    with connection.cursor() as cursor:
        counts = snapshot.counts(cursor, connection.vendor)
    data = Path(settings.DATA)
    files = {}
    for name in stored.names_sent():
        path = data / name
        files[name] = sha256(path.read_bytes()).hexdigest() if path.exists() else "missing"
    return Contents(
        counts=counts,
        hashes=dict(Entry.objects.values_list("seq", "hash")),
        words=set(Concern.objects.values_list("words", flat=True)),
        files=files,
        faults=[str(fault) for fault in verify().faults],
    )


def compare(here: Contents, there: Contents, before: set[str], weather: str, drill: Drill) -> None:
    """Write down everything in which the restored place is not the one that was backed up."""
    seq = max(there.hashes, default=0)
    drill.head = (seq, there.hashes.get(seq, ""))
    drill.rows, drill.files = sum(there.counts.values()), len(there.files)
    if any(here.hashes.get(number) != hash_ for number, hash_ in there.hashes.items()):
        drill.wrong.append("the journal's hashes differ")
    if weather != "load" and here.hashes != there.hashes:
        drill.wrong.append(f"the head is {seq}, not {max(here.hashes)}")
    if weather != "load" and here.counts != there.counts:
        drill.wrong.append("counts differ")
    if lost := before - there.words:
        drill.wrong.append(f"{len(lost)} acknowledged before the backup are not in it")
    wrong = [name for name, hash_ in there.files.items() if here.files.get(name) != hash_]
    if wrong or "missing" in there.files.values():
        drill.wrong.append(f"{len(wrong)} files differ or are missing")
    if not there.files or not there.hashes:
        drill.wrong.append("nothing was restored")
    drill.wrong += there.faults


def damages(place: Place, archive: Path, chance: random.Random, count: int) -> tuple[int, int]:
    """Change one bit of an archive so many times; how often it was noticed, and how often tried."""
    bits = [chance.randrange(archive.stat().st_size * 8) for _ in range(count)]
    return place.inside(noticed, str(archive), bits), count


def noticed(name: str, bits: list[int]) -> int:
    """In a process of its own: of these bits, each changed alone, how many are noticed."""
    from lianxin.backup import archive

    path, found = Path(name), 0
    archive.check(path)
    for bit in bits:
        _turn(path, bit)
        try:
            archive.check(path)
        except archive.Unfit:
            found += 1
        finally:
            _turn(path, bit)
    archive.check(path)
    return found


def _turn(path: Path, bit: int) -> None:
    with path.open("r+b") as file:
        file.seek(bit // 8)
        byte = file.read(1)[0]
        file.seek(bit // 8)
        file.write(bytes([byte ^ 1 << bit % 8]))


def file_copy_loses(place: Place, *, seconds: float = 30.0) -> int:
    """The known-bad backup: the file of a live database, copied. What it loses of what was told.

    A copy is torn only when a commit falls into it, so it is made again and again for that long.
    """
    copy = place.folder / "copied.sqlite3"
    with people.filing(place) as crowd:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            before = {people.words(key) for key in crowd.acknowledged.copy()}
            shutil.copyfile(place.folder / "lianxin.sqlite3", copy)
            if lost := len(before - _words_in(copy)):
                return lost
    return 0


def _words_in(file: Path) -> set[str]:
    """The words of every concern in a database file; none when it cannot be read."""
    try:
        with closing(sqlite3.connect(file)) as database:
            return {row[0] for row in database.execute("SELECT words FROM intake_concern")}
    except sqlite3.DatabaseError:
        return set()
