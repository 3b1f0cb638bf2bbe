"""Power cut (P2): what is left when the power goes at any moment while people file concerns.

The system calls of a real run are replayed on a disk that forgets what was not synced
(`bench/trust/disk.py`), and the product is asked what it finds there.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

from bench import places
from bench.places import Place
from bench.trust import recording
from bench.trust.calls import Call
from bench.trust.disk import MOODS, Disk, Mood
from bench.trust.mirror import Mirror
from bench.trust.recording import Build, Recording
from tests import postgres
from tests.trust import storm

CUTS = 2_000
FILINGS = 60
TWIN_CUTS = 200
TWINS = (
    recording.DELETE_FULL,
    recording.WAL_NORMAL,
    recording.FILES_UNSYNCED,
    recording.COMMIT_OFF,
    recording.FSYNC_OFF,
)
LEAST_ROOM = 1_000_000_000


@dataclass
class Outcome:
    """What so many cuts left behind, counted in cuts."""

    cuts: int = 0
    acknowledged: int = 0
    """Concerns that had been acknowledged by the last cut."""
    lost: int = 0
    photos_lost: int = 0
    rows_without_file: int = 0
    corrupt: int = 0
    worst: int = 0
    """Most acknowledged concerns that one cut took away."""
    first_fault: str = ""

    @property
    def clean(self) -> bool:
        """Nothing acknowledged was missing, nothing was half there."""
        return not (self.lost or self.photos_lost or self.rows_without_file or self.corrupt)


def run(*, seed: int, scale: float = 1.0) -> dict[str, object]:
    """2,000 cuts for each of our settings, photos with them; 200 for each known-bad build."""
    if reason := recording.may_trace():
        raise RuntimeError(reason)
    counts: dict[str, object] = {}
    twins: dict[str, str] = {}
    passed = True
    for engine in places.ENGINES:
        with recording.prepared(engine) as template:
            for build in recording.GOOD_BUILDS:
                if build.engine == engine:
                    found = cut(build, template, cuts=round(CUTS * scale), seed=seed)
                    print(f"   {build.name}: {found}", flush=True)
                    passed &= found.clean
                    counts[build.name] = asdict(found)
            for build in TWINS:
                if build.engine == engine:
                    found = cut(build, template, cuts=max(40, round(TWIN_CUTS * scale)), seed=seed)
                    twins[build.name] = "missed" if found.clean else "caught"
                    counts[f"known-bad: {build.name}"] = asdict(found)
    return {"passed": passed and "missed" not in twins.values(), "twins": twins, **counts}


def cut(build: Build, template: Path, *, cuts: int, seed: int, filings: int = FILINGS) -> Outcome:
    """Record a build at work and cut the power so many times."""
    with recording.recorded(build, template, filings=filings) as taken:
        return judged(taken, cuts=cuts, seed=seed)


def judged(taken: Recording, *, cuts: int, seed: int) -> Outcome:
    """What the product finds after each of so many cuts of one recording."""
    with _room() as room:
        for part in (taken.folder / "before").iterdir():
            shutil.copytree(part, room / part.name)
        build = taken.build
        environment = recording.environment_of(build, room)
        url = None
        if build.engine == "postgresql":
            server = postgres.Server(folder=room / "server")
            server.settings |= {"autovacuum": "off", "shared_buffers": "16MB"}
            environment["LIANXIN_DATABASE_URL"] = url = server.url
        place = Place(build.engine, room, environment)
        return place.inside(_cut_and_look, taken, room, server if url else None, cuts, seed)


@contextmanager
def _room() -> Iterator[Path]:
    """A folder in memory where there is some: nothing in it has to last."""
    memory = Path("/dev/shm")
    free = shutil.disk_usage(memory).free if memory.is_dir() and os.access(memory, os.W_OK) else 0
    room = Path(tempfile.mkdtemp(prefix="lianxin-cut-", dir=memory if free > LEAST_ROOM else None))
    room.chmod(0o755)
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _cut_and_look(
    taken: Recording, room: Path, server: postgres.Server | None, cuts: int, seed: int
) -> Outcome:
    """In a process of its own, with Django set up on `room`."""
    chance = random.Random(seed)
    made = taken.calls()
    said = [e for e in recording.exchanges(made) if e.status == 303 and e.key]
    if missing := {e.key for e in said} ^ taken.seen.acknowledged:
        raise RuntimeError(f"recording and people differ on {len(missing)} answers")
    moments = _moments(taken, made, after=said[0].read_at)
    mirrors = [Mirror(room / "data", None)]
    if server:
        owner = postgres.owner() if os.geteuid() == 0 else None
        mirrors.append(Mirror(server.folder / "data", owner))
    disks, found, position = _disks(taken), Outcome(), 0
    for at in sorted(chance.choices(moments, k=cuts)):
        for call in made[position : at + 1]:
            for disk in disks:
                disk.take(call)
        position = at + 1
        mood = cast(Mood, chance.choice(MOODS))
        for disk, mirror in zip(disks, mirrors, strict=True):
            mirror.show(disk.image(chance, mood))
        keys = {e.key for e in said if e.sent_at <= made[at].end}
        fault = _judge(found, keys, taken.seen.photos, server)
        if fault and not found.first_fault:
            where = f"after {made[at].name}, call {at}, {mood} of what was not synced kept"
            found.first_fault = f"{fault} {where}"
    return found


def _disks(taken: Recording) -> list[Disk]:
    disks = [Disk(taken.data, taken.folder / "before" / "data")]
    if taken.build.engine == "postgresql":
        disks.append(Disk(taken.cluster, taken.folder / "before" / "postgres"))
    return disks


def _moments(taken: Recording, made: list[Call], *, after: float) -> list[int]:
    """After which calls the power may go; on the way the model is held against the real disk."""
    disks = _disks(taken)
    moments = [
        at
        for at, call in enumerate(made)
        if sum(disk.take(call) for disk in disks) and call.end >= after
    ]
    for disk in disks:
        if differs := disk.differences():
            raise RuntimeError(f"the model of the disk is not what was written: {differs[:3]}")
    return moments


def _judge(
    found: Outcome, keys: set[str], photos: dict[str, str], server: postgres.Server | None
) -> str:
    """Let the product open what is left, and count; the first thing that is wrong, in words."""
    from django.db import DatabaseError, connection

    found.cuts += 1
    found.acknowledged = max(found.acknowledged, len(keys))
    try:
        if server:
            _begin(server)
        lost, photos_lost, fileless = _count(keys, photos)
        fault = _unsound()
    except (DatabaseError, RuntimeError) as error:
        lost, photos_lost, fileless, fault = 0, 0, 0, str(error).partition("\n")[0]
    finally:
        connection.close()
        if server:
            server.drop()
    found.lost += lost > 0
    found.photos_lost += photos_lost > 0
    found.rows_without_file += fileless > 0
    found.corrupt += bool(fault)
    found.worst = max(found.worst, lost)
    said = [
        (lost, f"{lost} of {len(keys)} lost"),
        (photos_lost, f"{photos_lost} photos lost"),
        (fileless, f"{fileless} photos without a file"),
        (bool(fault), f"corrupt ({fault})"),
    ]
    return ", ".join(words for wrong, words in said if wrong)


def _count(keys: set[str], photos: dict[str, str]) -> tuple[int, int, int]:
    """Acknowledged concerns missing, their photos missing, rows of photos without a whole file."""
    from lianxin.intake.models import Attachment, Concern

    said = set(Concern.objects.values_list("words", flat=True))
    lost = sum(1 for key in keys if storm.words(key) not in said)
    rows = Attachment.objects.values_list("uuid", "concern__words")
    whole = {(str(name), words) for name, words in rows if storm.can_be_seen(name)}
    fileless = len(rows) - len(whole)
    photos_lost = sum(
        1 for key, name in photos.items() if key in keys and (name, storm.words(key)) not in whole
    )
    return lost, photos_lost, fileless


def _unsound() -> str:
    """What the engine and the journal say is wrong with the database; empty when nothing is."""
    from django.db import connection

    from lianxin.journal.verify import verify

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            if (said := cursor.fetchone()[0]) != "ok":
                return str(said)
    connection.check_constraints()
    verdict = verify()
    return "" if verdict else f"the journal: {verdict.faults[0]}"


def _begin(server: postgres.Server) -> None:
    """Start PostgreSQL on what is left; it recovers, or it is a corrupt cluster."""
    from django.db import OperationalError, connection

    (server.folder / "data" / "postmaster.pid").unlink(missing_ok=True)
    process = server.foreground()
    until = time.monotonic() + 60
    while True:
        try:
            connection.ensure_connection()
            return
        except OperationalError as error:
            connection.close()
            if process.poll() is not None or time.monotonic() > until:
                said = (server.folder / "log").read_text("utf-8", "replace").strip()
                raise RuntimeError(f"PostgreSQL does not start: {said[-300:]}") from error
            time.sleep(0.01)
