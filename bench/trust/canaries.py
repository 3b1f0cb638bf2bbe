"""P9: made-up people with a mark in every field come in by every door; nothing of it may be found.

Searched as raw bytes, in several spellings: the data folder (database with its logs, photos, mails,
temporary files), PostgreSQL's data folder, the server's log, its processes' environment, sessions,
cache, cookies, e-mails to staff, the desk's pages, the copies people take. Afterwards all contact
details are erased, and the sealed rows' ids and ciphertext may not be found either.

Words that people write themselves are not searched for: they are the concern, and are kept.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from bench import places
from bench.places import Place
from bench.trust import doors, inside, sweeping
from bench.trust.doors import Browser, Person

FULL = 1_000
MOST_ROWS = 300
"""Sealed rows whose bytes are looked for afterwards; each costs a search through every file."""
METADATA = (b"Exif\0", b"http://ns.adobe.com/xap", b"Photoshop 3.0")
WAL = "pg_wal"


@dataclass
class Seen:
    """What was found of marks, and of erased rows."""

    people: int = 0
    files: int = 0
    megabytes: float = 0.0
    marks: dict[str, int] = field(default_factory=dict)
    metadata: list[str] = field(default_factory=list)
    mails: int = 0
    rows_erased: int = 0
    left: dict[str, int] = field(default_factory=dict)
    left_in_wal: int = 0

    @property
    def clean(self) -> bool:
        """Nothing anywhere; the write-ahead log of PostgreSQL is told apart (see docs/privacy)."""
        return not (self.marks or self.metadata or self.left)


class Postbox:
    """A mail server that keeps what it is given."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the bytes."""
        assert isinstance(envelope.content, bytes)
        self.mails.append(envelope.content)
        return "250 OK"


@contextlib.contextmanager
def ready(
    engine: str, settings: str = "lianxin.config.settings"
) -> Iterator[tuple[Place, Postbox]]:
    """A migrated place with its own temporary folder, and a mail server."""
    postbox = Postbox()
    mail = Controller(postbox, hostname="127.0.0.1", port=places.free_port())
    mail.start()
    try:
        with places.place(engine) as place:
            (place.folder / "tmp").mkdir()
            place.environment |= {
                "TMPDIR": str(place.folder / "tmp"),
                "LIANXIN_EMAIL_URL": f"smtp://127.0.0.1:{mail.port}/?tls=0",
            }
            place.migrate()
            yield place, postbox
    finally:
        mail.stop()


@contextlib.contextmanager
def served(place: Place, *, worker: bool = True) -> Iterator[tuple[int, int]]:
    """Port and process of `lianxin serve` with its worker; what they say goes into a file."""
    port = places.free_port()
    with (place.folder / "server.log").open("wb") as log:
        words = places.lianxin_command(port, worker=worker)
        process = subprocess.Popen(
            words, env=place.environment, cwd=places.ROOT, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
        try:
            _wait(port, process)
            yield port, process.pid
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                for pid in places.family(process.pid):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                process.wait()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + places.LONGEST_START
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError):
            if Browser(port).get("/"):
                return
        time.sleep(0.05)
    raise RuntimeError("the server did not start")


def sweep(engine: str, people: int) -> Seen:
    """Half of the people by the web, a quarter each by the desk and by a file; then erase."""
    seen = Seen(people=people)
    everybody = [Person(number) for number in range(people)]
    half, rest = people // 2, people - people // 4
    with ready(engine) as (place, postbox):
        data = place.inside(inside.settle)
        with served(place) as (port, pid):
            browsers = _by_the_web(port, everybody[:half])
            others = place.inside(inside.at_the_desk, everybody[half:rest])
            with _elsewhere() as folder:
                doors.by_a_file(place, everybody[rest:], folder)
            _own_rights(browsers, everybody, others)
            found, rows = place.inside(inside.settled, MOST_ROWS)
            others |= found | _processes(pid)
            others |= {f"mail {n}": mail for n, mail in enumerate(postbox.mails)}
            _look(seen, place, data, others)
            for browser, code in browsers[: half // 2 : 2]:
                # At full count the look took longer than a page stays open for its code.
                doors.open_tracked(browser, code)
                doors.act(browser, "/track/case/erase-contact/", {})
            seen.mails, seen.rows_erased = len(postbox.mails), len(rows) // 3
            if place.inside(inside.erase_the_rest):
                raise RuntimeError("not every contact was erased")
        # Not while others read: PostgreSQL keeps what an older transaction might still see.
        place.inside(inside.scrub)
        _look(seen, place, data, {})
        _left(seen, place, data, rows)
    return seen


def _by_the_web(port: int, people: list[Person]) -> list[tuple[Browser, str]]:
    return [doors.by_the_web(port, person, way=person.number % 3) for person in people]


def _processes(pid: int) -> dict[str, bytes]:
    """What the server's processes were started with."""
    return {
        f"{what} of {member}": Path(f"/proc/{member}/{what}").read_bytes()
        for member in places.family(pid)
        for what in ("environ", "cmdline")
    }


@contextlib.contextmanager
def _elsewhere() -> Iterator[Path]:
    """A folder for the sheet that is taken over: its owner's, and no part of the product."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def _own_rights(
    browsers: list[tuple[Browser, str]], people: list[Person], others: dict[str, bytes]
) -> None:
    """People open their page with the code, correct a number, take copies."""
    for (browser, code), person in zip(browsers, people, strict=False):
        doors.open_tracked(browser, code)
        if person.number % 3 != 2:
            doors.act(browser, "/track/case/correct-contact/", {"phone": person.phone})
        for form in ("html", "json"):
            copy = doors.act(browser, "/track/case/data/copy/", {"form": form})
            others[f"copy {person.number} {form}"] = copy
        others[f"page {person.number}"] = browser.get("/track/case/").encode()
        others[f"data page {person.number}"] = browser.get("/track/case/data/").encode()
        others[f"cookies {person.number}"] = b"\n".join(browser.kept)


def _files(place: Place, data: str) -> list[Path]:
    folders = [place.folder, *([Path(data).parent] if data else [])]
    return sweeping.files_under(*folders)


def _look(seen: Seen, place: Place, data: str, others: dict[str, bytes]) -> None:
    files = _files(place, data)
    for name, count in sweeping.marks_in(files, others).items():
        seen.marks[name] = seen.marks.get(name, 0) + count
    seen.files = max(seen.files, len(files) + len(others))
    size = sum(path.stat().st_size for path in files if path.exists())
    seen.megabytes = max(seen.megabytes, round(size / 1e6, 1))
    for path in files:
        if path.suffix == ".jpg" and any(word in path.read_bytes() for word in METADATA):
            seen.metadata.append(str(path))


def _left(seen: Seen, place: Place, data: str, rows: list[bytes]) -> None:
    files = _files(place, data)
    logs = [path for path in files if WAL in path.parts]
    seen.left = sweeping.needles_in([path for path in files if path not in logs], rows)
    seen.left_in_wal = sum(sweeping.needles_in(logs, rows).values())


def twins(people: int) -> dict[str, str]:
    """Known-bad builds, each of which the sweep must see; and that it does not see a good one."""
    found = {}
    with ready("sqlite") as (place, _postbox):
        good = place.environment["DJANGO_SETTINGS_MODULE"]
        for name in ("bad_log_post", "bad_phone_in_session"):
            place.environment["DJANGO_SETTINGS_MODULE"] = f"tests.trust.{name}"
            seen = Seen()
            with served(place, worker=False) as (port, _pid):
                _by_the_web(port, [Person(number) for number in range(people)])
                others, _rows = place.inside(inside.settled, 0)
                _look(seen, place, "", others)
            wanted = "server.log" if name == "bad_log_post" else "session "
            found[name] = "caught" if any(wanted in where for where in seen.marks) else "missed"
        for name, settings in (("", good), ("bad_no_secure_delete", "")):
            place.environment["DJANGO_SETTINGS_MODULE"] = settings or f"tests.trust.{name}"
            rows = place.inside(inside.filed_and_erased, 20, name)
            left = sweeping.needles_in(_files(place, ""), rows)
            if name:
                found[name] = "caught" if left else "missed"
            elif left:
                raise RuntimeError(f"a good build leaves bytes: {left}")
    return found


def run(*, seed: int, scale: float = 1.0) -> dict[str, Any]:
    """1,000 people on each engine, and the known-bad builds with a few. ``seed`` changes nothing:
    every mark is searched for, in whatever order people come."""
    people = max(12, int(FULL * scale))
    found = {engine: sweep(engine, people) for engine in places.ENGINES}
    caught = twins(3)
    return {
        "passed": all(seen.clean for seen in found.values())
        and all(word == "caught" for word in caught.values()),
        "seed": seed,
        "engines": {
            engine: {
                "people": seen.people,
                "files_and_stores": seen.files,
                "megabytes": seen.megabytes,
                "mails": seen.mails,
                "marks_found": sum(seen.marks.values()),
                "pictures_with_metadata": len(seen.metadata),
                "sealed_rows_looked_for": seen.rows_erased,
                "of_them_left": sum(seen.left.values()),
                "of_them_left_in_pg_wal": seen.left_in_wal,
            }
            for engine, seen in found.items()
        },
        "twins": caught,
    }


if __name__ == "__main__":
    import json

    print(json.dumps(run(seed=1, scale=float(sys.argv[1])), ensure_ascii=False, indent=1))
