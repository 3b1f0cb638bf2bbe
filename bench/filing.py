"""Filing a concern over HTTP, against a bare Django project that inserts one row.

Both are served alike and commit durably. Rounds alternate, so that whatever else the machine does
falls on both. No worker runs in the meantime: it opens the cases afterwards.
"""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from statistics import median

from bench import client, places, words
from bench.client import Load, Request
from bench.places import Place, Running
from bench.table import Row, say

WANTED = 0.5
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
KEY = str(uuid.UUID(int=0))
"""Stands in a ready-made body where each request has a key of its own."""

OURS = {
    "at": "3",
    "key": KEY,
    "words": "",
    "place": "东关大街中段，学校门口",
    "wish": "这周之内修好",
    "identity": "anonymous",
    "reply_mode": "online",
}
BARE = {"title": "路灯坏了", "text": "", "place": "东关大街中段，学校门口"}
_keys = itertools.count(1)


@dataclass
class Side:
    """One of the two projects, running."""

    name: str
    place: Place
    server: Running
    path: str
    fields: dict[str, str]
    filled: str
    wanted: int

    def users(self, count: int) -> list[Request]:
        """Virtual users, each with a token of its own, fetched once."""
        return [self._user(text) for text in words.texts(count)]

    def _user(self, text: str) -> Request:
        port = self.server.port
        page = client.ask(client.get(self.path, port=port), port=port)
        token = TOKEN.search(page.body.decode())
        if page.status != 200 or token is None:
            raise RuntimeError(f"{self.name}: the form page answers {page.status}")
        fields = self.fields | {self.filled: text, "csrfmiddlewaretoken": unescape(token[1])}
        ready = client.post(self.path, fields, port=port, cookies=page.cookies())
        return lambda: ready.replace(KEY.encode(), str(uuid.UUID(int=next(_keys))).encode())

    def measure(self, concurrency: int, seconds: float) -> tuple[Load, float]:
        """One round: what the client saw, and milliseconds of processor time a request."""
        users = self.users(concurrency)
        pids = (self.server.process.pid, self.place.database_pid)
        before = places.cpu_seconds(*pids)
        seen = client.load(users, port=self.server.port, seconds=seconds, wanted=self.wanted)
        spent = places.cpu_seconds(*pids) - before
        if seen.wrong or not seen.times:
            raise RuntimeError(f"{self.name}: {seen.wrong} wrong answers: {seen.first_wrong}")
        return seen, 1000 * spent / len(seen.times)


def make_bare(place: Place) -> None:
    """The one table of the bare project."""
    place.environment["DJANGO_SETTINGS_MODULE"] = "bench.bare.settings"
    words = [sys.executable, "-m", "django", "migrate", "--run-syncdb", "--verbosity", "0"]
    subprocess.run(words, env=place.environment, cwd=places.ROOT, check=True)


def measure(*, quick: bool, engines: Sequence[str] = places.ENGINES) -> list[Row]:
    """Rates of both, on each engine, with 8 and 32 users at once."""
    rounds, seconds = (1, 1.0) if quick else (4, 6.0)
    rows = []
    for engine in engines:
        with places.place(engine) as bare_place, places.place(engine) as our_place:
            make_bare(bare_place)
            our_place.migrate()
            with (
                places.serving(places.bare_command, bare_place.environment) as bare_server,
                places.serving(places.lianxin_command, our_place.environment) as our_server,
            ):
                bare = Side("bare Django", bare_place, bare_server, "/", BARE, "text", 302)
                ours = Side("Lianxin", our_place, our_server, "/report/", OURS, "words", 303)
                for side in (bare, ours):
                    side.measure(8, 0.5 if quick else 2.0)
                for concurrency in (8, 32):
                    rows.append(compare(bare, ours, concurrency, rounds, seconds))
    return rows


def compare(
    bare: Side, ours: Side, concurrency: int, rounds: int, seconds: float,
    *, part: str = "filing", what: str = "Filing over HTTP",
) -> Row:  # fmt: skip
    """The rate of ours as a share of the bare one, in alternating rounds."""
    seen: dict[str, list[tuple[Load, float]]] = {bare.name: [], ours.name: []}
    for _ in range(rounds):
        for side in (bare, ours):
            seen[side.name].append(side.measure(concurrency, seconds))
    engine = places.SHOWN[ours.place.engine]
    rates = {name: median(load.per_second for load, _cpu in runs) for name, runs in seen.items()}
    ratios = [
        our_load.per_second / bare_load.per_second
        for (bare_load, _), (our_load, _) in zip(seen[bare.name], seen[ours.name], strict=True)
    ]
    ratio = median(ratios)
    measured = "; ".join(_described(name, rates[name], runs) for name, runs in seen.items())
    row = Row(
        part,
        f"{what}, {engine}, {concurrency} at once",
        f"**{ratio:.2f}** of bare Django ({measured})",
        f"≥ {WANTED}",
        ratio >= WANTED,
    )
    say(f"{row.what}: {row.measured}")
    return row


def _described(name: str, rate: float, runs: list[tuple[Load, float]]) -> str:
    p50, p99 = (median(load.milliseconds(share) for load, _ in runs) for share in (0.5, 0.99))
    cpu = median(cpu for _, cpu in runs)
    return f"{name} {rate:,.0f}/s, p50 {p50:.1f} ms, p99 {p99:.0f} ms, {cpu:.2f} ms CPU"
