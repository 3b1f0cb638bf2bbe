"""Full disk, database away or held, mail into a black hole: nothing acknowledged is lost (P13).

The product says 503 or 507 and keeps what was typed; when the fault is over it takes it.
"""

from __future__ import annotations

import os
import shlex
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench import places
from bench.places import Place
from tests.trust import people
from tests.trust.people import Crowd, Left

DISK = "8m"
LENGTH = 6_000
"""Characters of a concern that is to fill a disk."""
ROOM = 1_000_000
"""Bytes left free at first: for SQLite's log and some concerns."""
ENOUGH = 120
"""Concerns that cannot all find room in it."""
LONGEST = 5.0
"""Seconds a filing may take while only mail fails."""


@dataclass
class Fault:
    """What people met while something was broken, and what was left afterwards."""

    refused: int = 0
    statuses: list[int] = field(default_factory=list)
    page: str = ""
    taken_before: int = 0
    taken_after: int = 0
    slowest: float = 0.0
    left: Left = field(default_factory=lambda: Left(0, 0, []))
    touched: int = 1
    """How often the thing that is broken was asked for."""

    @property
    def borne(self) -> bool:
        """Told plainly, typed words kept, taken up again, nothing lost."""
        told = self.refused and set(self.statuses) <= {503, 507} and "路灯坏了" in self.page
        return bool(told and self.taken_before and self.taken_after and self.left.clean)


class CannotMount(Exception):  # noqa: N818 - it tells a fact
    """Small disks need the rights of root on Linux."""


def run(*, seed: int, scale: float = 1.0) -> dict[str, object]:
    """Each fault for longer, and the build that says yes to everything."""
    seconds = max(300 * scale, 4)
    found: dict[str, object] = {}
    wrong: list[str] = []
    cases: dict[str, Callable[[], Fault]] = {
        "full disk": lambda: full_disk(seconds=seconds / 10),
        "PostgreSQL away": lambda: postgresql_away(seconds=seconds),
        "SQLite locked": lambda: sqlite_locked(seconds=min(seconds, 60)),
    }
    for name, case in cases.items():
        fault = case()
        found[name] = {
            "refused": fault.refused, "taken before": fault.taken_before,
            "taken after": fault.taken_after, "lost": fault.left.lost,
            "answers": sorted(set(fault.statuses)),
        }  # fmt: skip
        if not fault.borne:
            wrong.append(f"{name}: {fault}")
    silent = mail_into_a_black_hole(seconds=min(seconds, 60))
    found["mail into a black hole"] = {
        "taken": silent.taken_before, "slowest seconds": round(silent.slowest, 2),
        "connections of the worker": silent.touched, "lost": silent.left.lost,
    }  # fmt: skip
    if silent.slowest > LONGEST or not silent.touched or not silent.left.clean:
        wrong.append(f"mail: {silent}")
    twin = full_disk(seconds=2, build="tests.trust.bad_catch_all")
    found["twins"] = {"an answer of yes to everything": "caught" if twin.left.lost else "missed"}
    found["wrong"] = wrong
    found["passed"] = not wrong and twin.left.lost > 0
    return found


@contextmanager
def small_disk() -> Iterator[Path]:
    """A disk of a few megabytes; CannotMount without the right to make one."""
    folder = Path(tempfile.mkdtemp(prefix="lianxin-disk-"))
    words = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(words, capture_output=True, check=False).returncode:
        folder.rmdir()
        raise CannotMount("Only root can mount a small disk: the test of a full one is skipped.")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)
        with suppress(OSError):
            folder.rmdir()


def full_disk(*, seconds: float, build: str = "") -> Fault:
    """File until nothing fits any more, go on for a while, make room, file again."""
    fault = Fault()
    with small_disk() as disk, places.place("sqlite") as place:
        place.environment["LIANXIN_DATABASE_URL"] = f"sqlite:///{disk / 'lianxin.sqlite3'}"
        place.migrate()
        ballast = disk / "ballast"
        with _building(place, build), people.serving(place, length=LENGTH) as crowd:
            # Room for the log of the database and a little more.
            free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_bsize
            ballast.write_bytes(bytes(max(free - ROOM, 0)))
            until = time.monotonic() + 60
            while not build and crowd.file() == 303 and time.monotonic() < until:
                pass
            fault.taken_before = len(crowd.acknowledged)
            key = str(uuid.uuid4())
            end = time.monotonic() + seconds
            while time.monotonic() < end or (build and len(crowd.acknowledged) < ENOUGH):
                _meet(fault, crowd, crowd.file("" if build else key))
            fault.taken_before = fault.taken_before or len(crowd.acknowledged)
            ballast.unlink()
            _again(fault, crowd, key)
        fault.left = place.inside(people.look, sorted(crowd.acknowledged))
    return fault


def postgresql_away(*, seconds: float) -> Fault:
    """Stop the server for a while under somebody who files."""
    fault = Fault()
    with places.place("postgresql") as place, _served(place, fault) as crowd:
        with stopped(place.database_pid):
            key = str(uuid.uuid4())
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                _meet(fault, crowd, crowd.file(key))
        _again(fault, crowd, key)
    return fault


def sqlite_locked(*, seconds: float) -> Fault:
    """Somebody holds the database file, for longer than a request waits."""
    fault = Fault()
    with places.place("sqlite") as place:
        place.environment["DJANGO_SETTINGS_MODULE"] = "tests.trust.impatient"
        with _served(place, fault) as crowd:
            holder = sqlite3.connect(place.folder / "lianxin.sqlite3", isolation_level=None)
            holder.execute("BEGIN IMMEDIATE")
            key = str(uuid.uuid4())
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                _meet(fault, crowd, crowd.file(key))
            holder.close()
            _again(fault, crowd, key)
    return fault


def mail_into_a_black_hole(*, seconds: float) -> Fault:
    """The mail server takes the call and never says a word; people go on filing."""
    fault = Fault()
    with places.place("sqlite") as place, black_hole() as (port, calls):
        place.environment["LIANXIN_EMAIL_URL"] = f"smtp://127.0.0.1:{port}?tls=0"
        place.migrate()
        place.inside(urgent_mail)
        with people.serving(place) as crowd:
            end = time.monotonic() + 30
            while not calls and time.monotonic() < end:
                crowd.file()
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                crowd.file()
        fault.taken_before, fault.slowest = len(crowd.acknowledged), crowd.slowest
        fault.touched = len(calls)
        fault.left = place.inside(people.look, sorted(crowd.acknowledged))
        fault.statuses = sorted(crowd.answers)
    return fault


def urgent_mail() -> None:
    """In a process of its own: something that has to go out by mail at once."""
    from lianxin.demo import town
    from lianxin.notices.actions import tell
    from lianxin.people.models import User

    town.found()
    User.objects.filter(username="meng.fan").update(email="meng.fan@example.org")
    user = User.objects.get(username="meng.fan")
    if tell([user.pk], "test", "A test of the mail.", urgent=True) != 1:
        raise RuntimeError("nobody to write to")


@contextmanager
def black_hole() -> Iterator[tuple[int, list[socket.socket]]]:
    """A port that takes calls and says nothing; the calls it took."""
    calls: list[socket.socket] = []
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        def take() -> None:
            with suppress(OSError):
                while True:
                    calls.append(listener.accept()[0])

        threading.Thread(target=take, daemon=True).start()
        yield listener.getsockname()[1], calls
        listener.shutdown(socket.SHUT_RDWR)
    for call in calls:
        call.close()


@contextmanager
def stopped(pid: int | None) -> Iterator[None]:
    """A throw-away PostgreSQL of ours, stopped as for an upgrade and started again as it was."""
    data = Path(f"/proc/{pid}/cwd").resolve()
    if not data.parent.name.startswith("lianxin-postgres-"):
        raise RuntimeError(f"{data} is not a server of ours")
    options = Path(f"/proc/{pid}/cmdline").read_text().split("\0")[1:-1]
    if options[0] == "-D":
        options = options[2:]
    control = Path(f"/proc/{pid}/exe").resolve().with_name("pg_ctl")
    words = [str(control), "-D", str(data), "-w", "-l", str(data.parent / "log")]
    _as_owner([*words, "-m", "fast", "stop"], data)
    try:
        yield
    finally:
        _as_owner([*words, "-o", shlex.join(options), "start"], data)


def _as_owner(words: list[str], data: Path) -> None:
    owner = data.stat()
    # Root may become the owner, to whom alone PostgreSQL listens; anybody else is the owner.
    user, group = (owner.st_uid, owner.st_gid) if os.geteuid() == 0 else (None, None)
    subprocess.run(
        words, cwd=data, check=True, start_new_session=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, user=user, group=group,
    )  # fmt: skip


@contextmanager
def _building(place: Place, build: str) -> Iterator[None]:
    good = place.environment["DJANGO_SETTINGS_MODULE"]
    place.environment["DJANGO_SETTINGS_MODULE"] = build or good
    try:
        yield
    finally:
        place.environment["DJANGO_SETTINGS_MODULE"] = good


@contextmanager
def _served(place: Place, fault: Fault) -> Iterator[Crowd]:
    place.migrate()
    with people.serving(place) as crowd:
        for _ in range(20):
            crowd.file()
        fault.taken_before = len(crowd.acknowledged)
        yield crowd
    place.environment["DJANGO_SETTINGS_MODULE"] = "lianxin.config.settings"
    fault.left = place.inside(people.look, sorted(crowd.acknowledged))


def _meet(fault: Fault, crowd: Crowd, status: int) -> None:
    if status != 303:
        fault.refused += 1
        fault.statuses.append(status)
        fault.page = crowd.bodies.get(status, "")
    time.sleep(0.02)


def _again(fault: Fault, crowd: Crowd, key: str) -> None:
    """Press "send it again" as people would, for up to half a minute; then twenty others come."""
    until = time.monotonic() + 30
    while crowd.file(key) != 303 and time.monotonic() < until:
        time.sleep(0.2)
    before = len(crowd.acknowledged)
    for _ in range(20):
        crowd.file()
    fault.taken_after = len(crowd.acknowledged) - before
