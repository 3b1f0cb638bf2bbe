"""The worklist among 100,000 and 1,000,000 cases on PostgreSQL: the whole page, as it is served.

Server time is that of the whole request inside the process: middleware, queries, template. Each
page is asked for again and again in a shuffled order; the number of queries must not depend on
the number of cases, and no query may skip rows with OFFSET.
"""

from __future__ import annotations

import random
import re
import time
from dataclasses import dataclass, field
from importlib import import_module
from urllib.parse import urlencode

from bench import places
from bench.client import percentile
from bench.table import Row, say

WANTED = 100.0
"""Milliseconds, p95."""
VIEWERS = {
    "dispatcher": "meng.fan",
    "department's handler": "sun.dawei",
    "community secretary": "zhu.guihua",
    "supervisor": "fang.heng",
}
NEXT = re.compile(r'href="[^"]*[?&;]after=([^"&;]+)[^"]*"')
FILTERS = {
    "to do": {},
    "all open": {"tab": "all"},
    "all open, page 10": {"tab": "all", "page": "10"},
    "overdue": {"tab": "all", "light": "overdue"},
    "one category": {"tab": "all", "category": "utilities.water"},
    "ended": {"tab": "ended"},
    "ended, page 10": {"tab": "ended", "page": "10"},
}


@dataclass
class Page:
    """One page for one viewer, with what it cost."""

    viewer: str
    what: str
    address: str
    rows: int = 0
    queries: int = 0
    times: list[float] = field(default_factory=list)

    @property
    def p50(self) -> float:
        return percentile(self.times, 0.5) * 1000

    @property
    def p95(self) -> float:
        return percentile(self.times, 0.95) * 1000


def measure(*, quick: bool) -> list[Row]:
    """Times of every page for every viewer, at both sizes."""
    rows = []
    counts: dict[tuple[str, str], list[int]] = {}
    sizes = (2_000, 4_000) if quick else (100_000, 1_000_000)
    for size in sizes:
        with places.place("postgresql") as place:
            place.migrate()
            started = time.perf_counter()
            pages = place.inside(_measure, size, 3 if quick else 40)
        say(f"{size:,} cases: filled and measured in {time.perf_counter() - started:.0f} s")
        for page in pages:
            counts.setdefault((page.viewer, page.what), []).append(page.queries if page.rows else 0)
        for viewer in VIEWERS:
            rows.append(_row(size, viewer, [page for page in pages if page.viewer == viewer]))
    # A page without rows asks less; any other asks the same among ten times as many cases.
    grown = {key: seen for key, seen in counts.items() if 0 not in seen and seen[0] != seen[-1]}
    most = max(max(seen) for seen in counts.values())
    rows.append(
        Row(
            "worklist",
            "Worklist, queries a page",
            f"at most {most}, the same at both sizes" if not grown else f"{grown}",
            "constant",
            not grown,
        )
    )
    return rows


def _row(size: int, viewer: str, pages: list[Page]) -> Row:
    slowest = max(pages, key=lambda page: page.p95)
    each = ", ".join(f"{page.what} {page.p50:.0f}/{page.p95:.0f}" for page in pages)
    row = Row(
        "worklist",
        f"Worklist, {size:,} cases, {viewer}",
        f"slowest p95 **{slowest.p95:.0f} ms** ({slowest.what}); p50/p95 in ms: {each}",
        f"p95 < {WANTED:.0f} ms",
        slowest.p95 < WANTED,
    )
    say(f"{row.what}: {row.measured}")
    return row


def _measure(size: int, times: int) -> list[Page]:
    """In a process of its own: fill, find the pages, ask for each so many times."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from bench.fill import fill
    from lianxin.config import static
    from lianxin.people.models import User
    from tests.signing_in import sign_in

    static.collect_when_stale()
    fill(size)
    import_module("lianxin.config.wsgi")  # as a server starts
    pages: list[Page] = []
    clients = {}
    for viewer, username in VIEWERS.items():
        client = clients[viewer] = Client(SERVER_NAME="127.0.0.1")
        sign_in(client, User.objects.get(username=username))
        for what, wanted in FILTERS.items():
            address = _address(client, dict(wanted))
            client.get(address)  # what a process remembers for a minute is not counted
            with CaptureQueriesContext(connection) as caught:
                text = client.get(address).content.decode()
            skipping = [q["sql"] for q in caught.captured_queries if " OFFSET " in q["sql"]]
            if skipping:
                raise RuntimeError(f"{address} skips rows: {skipping[0]}")
            found = text.count('id="row-')
            pages.append(Page(viewer, what, address, found, len(caught)))
    chance = random.Random(1)
    for _ in range(times):
        for page in chance.sample(pages, len(pages)):
            started = time.perf_counter()
            answer = clients[page.viewer].get(page.address)
            page.times.append(time.perf_counter() - started)
            assert answer.status_code == 200
    return pages


def _address(client: object, wanted: dict[str, str]) -> str:
    """The address of a page, found by following the list's own links."""
    page = int(wanted.pop("page", "1"))
    address = f"/desk/?{urlencode(wanted)}"
    for _ in range(page - 1):
        found = NEXT.search(client.get(address).content.decode())  # type: ignore[attr-defined]
        if found is None:
            break
        address = f"/desk/?{urlencode(wanted)}&after={found[1]}"
    return address
