"""The list and the filing of Open311 against the REST API of django-helpdesk, in turns.

The peer is fetched for the measurement, which needs a package index. Its list reads every ticket
there is for each page of a hundred, so that it is asked about a thousand; ours has a hundred
thousand cases.
"""

from __future__ import annotations

import subprocess
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import client, open311, places, words
from bench.client import Load, Request
from bench.filing import Side
from bench.places import Place
from bench.table import Row, say

PACKAGES = ("django-helpdesk==2.6.1", "granian==2.8.9", "psycopg[binary]==3.3.9", "dj-database-url")
WANTED = 5
THEIRS = 1_000
LIST = f"/api/tickets/?page_size={open311.ROWS}"


@dataclass
class Peer(Side):
    """Virtual users of the peer's API, with the token of one who may see and write everything."""

    token: str = ""

    def users(self, count: int) -> list[Request]:
        """Each reads the list, or sends a ticket with words of its own."""
        return [self._ready(text) for text in words.texts(count)]

    def _ready(self, text: str) -> Request:
        port = self.server.port
        if self.filled:
            fields = self.fields | {self.filled: text[:150]}
            ready = client.post(self.path, fields, port=port, cookies="", token=self.token)
        else:
            ready = client.get(self.path, port=port, token=self.token)
        return lambda: ready


def measure(*, quick: bool, engines: Sequence[str] = places.ENGINES) -> list[Row]:
    """How many times the peer's rate ours is, on each engine, with 8 users at once."""
    rounds, seconds = (1, 1.0) if quick else (4, 6.0)
    full = 200 if quick else open311.FULL
    rows = []
    for engine in engines:
        with places.place(engine) as their_place, places.place(engine) as our_place:
            python = install(their_place)
            token, queue = prepare(their_place, python, THEIRS)
            our_place.migrate()
            keys = our_place.inside(open311.fill, full, 10 if quick else open311.SYSTEMS)

            def serve(port: int, python: Path = python) -> list[str]:
                command = places.bare_command(port)
                return [
                    str(python.with_name("granian")),
                    *command[1:-1],
                    "bench.helpdesk.wsgi:application",
                ]

            with (
                places.serving(serve, their_place.environment, "/ready/") as theirs,
                places.serving(places.lianxin_command, our_place.environment) as ours,
            ):
                ticket = {"queue": queue, "title": "路灯坏了", "priority": "3"}
                pairs = (
                    (
                        f"A list of {open311.ROWS}: of {THEIRS:,} theirs, of {full:,} ours",
                        Peer("django-helpdesk", their_place, theirs, LIST, {}, "", 200, token),
                        open311.Reader("Lianxin", our_place, ours, open311.LIST, {}, "", 200),
                    ),
                    (
                        "Filing by API",
                        Peer(
                            "django-helpdesk", their_place, theirs, "/api/tickets/", ticket,
                            "description", 201, token,
                        ),
                        open311.Sender(
                            "Lianxin", our_place, ours, "/open311/v2/requests.json",
                            open311.OURS, "description", 200, keys,
                        ),
                    ),
                )  # fmt: skip
                for what, peer, side in pairs:
                    rows.append(compare(what, peer, side, rounds, seconds))
    return rows


def compare(what: str, peer: Side, ours: Side, rounds: int, seconds: float) -> Row:
    """The rate of ours in rates of the peer."""
    seen: list[tuple[tuple[Load, float], tuple[Load, float]]] = []
    for side in (peer, ours):
        side.measure(8, seconds / 3)
    for _ in range(rounds):
        seen.append((peer.measure(8, seconds), ours.measure(8, seconds)))
    times = median(mine.per_second / other.per_second for (other, _), (mine, _) in seen)
    told = "; ".join(
        f"{side.name} {median(pair[n][0].per_second for pair in seen):,.0f}/s, "
        f"{median(pair[n][1] for pair in seen):.1f} ms CPU"
        for n, side in enumerate((peer, ours))
    )
    row = Row(
        "peer",
        f"{what}, {places.SHOWN[ours.place.engine]}",
        f"**{times:.1f}** times ({told})",
        f"≥ {WANTED} times",
        times >= WANTED,
    )
    say(f"{row.what}: {row.measured}")
    return row


def install(place: Place) -> Path:
    """The interpreter of an environment that has the peer."""
    folder = place.folder / "peer"
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
    place.environment["DJANGO_SETTINGS_MODULE"] = "bench.helpdesk.settings"
    return python


def prepare(place: Place, python: Path, count: int) -> tuple[str, str]:
    """Tables and so many tickets; the token of the API and the queue to file in."""
    run = {"env": place.environment, "cwd": places.ROOT, "check": True}
    subprocess.run([python, "-m", "django", "migrate", "--verbosity", "0"], **run)  # type: ignore[call-overload]
    filled = subprocess.run(  # type: ignore[call-overload]
        [python, "-m", "bench.helpdesk.fill", str(count)], **run, capture_output=True, text=True
    )
    token, queue = filled.stdout.split()
    return token, queue
