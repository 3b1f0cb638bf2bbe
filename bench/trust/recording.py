"""The product filing concerns over HTTP while strace writes down what reaches the disk.

One recording serves two questions: was each answer sent after the sync (`fsync_order`), and what is
left when the power goes at any moment of it (`power_cut`).
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench import places
from bench.trust import calls
from bench.trust.calls import Call
from lianxin.config.static import collect_when_stale
from tests.postgres import Server as PostgreSQL
from tests.trust.storm import Person, Storm

KEY = re.compile(rb"\bkey=([0-9a-f-]{36})")
GOOD = "lianxin.config.settings"


@dataclass(frozen=True)
class Build:
    """The product as it is, or with one fault put in."""

    name: str
    engine: str
    settings: str = GOOD
    environment: dict[str, str] = field(default_factory=dict)
    database: dict[str, str] = field(default_factory=dict)
    """Settings of the PostgreSQL server that differ."""


WAL = Build("SQLite, WAL and FULL", "sqlite")
DELETE = Build("SQLite, DELETE and EXTRA", "sqlite", "tests.trust.old_sqlite")
POSTGRESQL = Build("PostgreSQL", "postgresql")
GOOD_BUILDS = (WAL, DELETE, POSTGRESQL)


def bad_sqlite(name: str, mode: str, synchronous: int) -> Build:
    """SQLite with other settings than ours."""
    pragmas = {"BAD_PRAGMAS": f"{mode},{synchronous}"}
    return Build(f"SQLite, {name}", "sqlite", "tests.trust.bad_pragmas", pragmas)


WAL_NORMAL = bad_sqlite("WAL and NORMAL", "wal", 1)
DELETE_FULL = bad_sqlite("DELETE and FULL", "delete", 2)
SYNC_OFF = bad_sqlite("synchronous OFF", "wal", 0)
COMMIT_OFF = Build("PostgreSQL, synchronous_commit off", "postgresql", "tests.trust.bad_commit")
FSYNC_OFF = Build(
    "PostgreSQL, fsync off", "postgresql", "tests.trust.bad_commit", database={"fsync": "off"}
)
FILES_UNSYNCED = Build("photos not synced before their row", "sqlite", "tests.trust.bad_files")


@dataclass
class Recording:
    """What was on the disk before, what happened then, and what people were told."""

    build: Build
    folder: Path
    seen: Storm

    @property
    def data(self) -> Path:
        """The data folder as the product saw it."""
        return self.folder / "data"

    @property
    def cluster(self) -> Path:
        """The folder of the PostgreSQL server as it saw it; may not be there."""
        return self.folder / "postgres" / "data"

    def calls(self) -> list[Call]:
        """All processes together, in the order in which calls ended."""
        found = list(calls.read(self.folder / "web.strace", places.ROOT))
        if self.build.engine == "postgresql":
            found += calls.read(self.folder / "database.strace", self.cluster)
        return sorted(found, key=lambda call: call.end)


@dataclass
class Exchange:
    """A request that was read whole, and the answer to it. Moments in seconds."""

    request: bytes
    read_at: float
    answer: bytes
    sent_at: float

    @property
    def path(self) -> str:
        """What was asked for."""
        return self.request.split(b" ", 2)[1].decode()

    @property
    def status(self) -> int:
        """How it was answered."""
        return int(self.answer[9:12])

    @property
    def key(self) -> str:
        """The key of the concern it files, or empty."""
        found = KEY.search(self.request)
        return found[1].decode() if found else ""


def exchanges(made: list[Call]) -> list[Exchange]:
    """Every request and its answer, as they passed the sockets of the web process."""
    open_now: dict[str, Exchange] = {}
    found = []
    for call in made:
        if call.name not in ("recvfrom", "sendto", "write", "writev", "sendmsg"):
            continue
        line = call.fd()[1]
        if not line.startswith("socket:"):
            continue
        data = call.bytes()[: call.result]
        now = open_now.get(line)
        if call.name == "recvfrom":
            if data and (now is None or now.answer):
                now = open_now[line] = Exchange(b"", 0, b"", 0)
            if data and now:
                now.request += data
                now.read_at = call.end
        elif now:
            if not now.answer:
                now.sent_at = call.start
                found.append(now)
            now.answer += data
    return [exchange for exchange in found if exchange.answer.startswith(b"HTTP/1.1 ")]


def may_trace() -> str:
    """Empty where strace can follow a process, else the reason in one line."""
    if calls.PROGRAM is None:
        return "strace is not installed (apt install strace): the disk is not watched."
    done = subprocess.run(
        [calls.PROGRAM, "-f", "--seccomp-bpf", "-e", "trace=fsync", "-o", os.devnull, "true"],
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else f"strace may not follow here: {done.stderr.strip()[:80]}"


@contextmanager
def prepared(engine: str) -> Iterator[Path]:
    """A folder with a database that has every table and nothing filed, at rest."""
    with places.place(engine) as place:
        place.migrate()
        place.inside(collect_when_stale)
        template = Path(tempfile.mkdtemp(prefix="lianxin-template-"))
        try:
            if place.server:
                place.server.rest()
                shutil.copytree(place.server.folder / "data", template / "postgres")
            shutil.copytree(place.folder, template / "data", symlinks=True)
            yield template
        finally:
            shutil.rmtree(template, ignore_errors=True)


@contextmanager
def recorded(build: Build, template: Path, *, filings: int) -> Iterator[Recording]:
    """File so many concerns, every third with a photo, and keep what the disk was told."""
    folder = Path(tempfile.mkdtemp(prefix="lianxin-recording-"))
    folder.chmod(0o755)
    try:
        for part in ("data", "postgres"):
            if (template / part).exists():
                shutil.copytree(template / part, folder / "before" / part)
        shutil.copytree(template / "data", folder / "data")
        environment = environment_of(build, folder)
        with contextlib.ExitStack() as stack:
            if build.engine == "postgresql":
                server = stack.enter_context(_database(build, template / "postgres", folder))
                environment["LIANXIN_DATABASE_URL"] = server.url
            port = stack.enter_context(_served(environment, folder))
            person = Person(port, Storm(), threading.Event())
            for number in range(filings):
                person.file(photo=number % 3 == 0)
        if person.storm.strange:
            raise RuntimeError(f"while recording: {person.storm.strange[0]}")
        yield Recording(build, folder, person.storm)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def environment_of(build: Build, folder: Path) -> dict[str, str]:
    """What a process of this build is given; its data lies under `folder`."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("LIANXIN_")}
    return (
        kept
        | build.environment
        | {
            "LIANXIN_DATA": str(folder / "data"),
            "DJANGO_SETTINGS_MODULE": build.settings,
            "PYTHONPATH": str(places.ROOT),
        }
    )


@contextmanager
def _database(build: Build, template: Path, folder: Path) -> Iterator[PostgreSQL]:
    server = PostgreSQL(durable=True, folder=folder / "postgres")
    server.take(template)
    server.settings |= build.database
    words = [*calls.command(folder / "database.strace"), *server.command()]
    with _running(words, None, server.alive, lambda _strace: (server.pid, signal.SIGINT)):
        yield server


@contextmanager
def _served(environment: dict[str, str], folder: Path) -> Iterator[int]:
    port = places.free_port()
    words = [sys.executable, "-m", "lianxin", "serve", "--port", str(port)]
    words = [*calls.command(folder / "web.strace"), *words, "--workers", "1", "--no-worker"]

    def first(strace: int) -> tuple[int, signal.Signals]:
        return places.family(strace)[1], signal.SIGTERM

    with _running(words, environment, lambda: places.answers(port, "/report/"), first):
        yield port


@contextmanager
def _running(
    words: list[str],
    environment: dict[str, str] | None,
    ready: Callable[[], bool],
    leader: Callable[[int], tuple[int, signal.Signals]],
) -> Iterator[None]:
    """Something under strace, from its first answer until it has ended by itself when asked."""
    process = subprocess.Popen(
        words,
        env=environment,
        cwd=places.ROOT,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + places.LONGEST_START
        while not ready():
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{words[-1]} under strace did not come up")
            time.sleep(0.05)
        yield
        os.kill(*leader(process.pid))
        process.wait(60)
    finally:
        if process.poll() is None:
            for pid in reversed(places.family(process.pid)):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            process.wait(20)
