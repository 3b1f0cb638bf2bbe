"""Opening a tracked report with its code: from the code that is sent to the whole page.

Over HTTP, with the real cost of Argon2id, while nobody else asks.
"""

from __future__ import annotations

import re
import time
from html import unescape

from bench import client, places
from bench.client import percentile
from bench.table import Row, say

WANTED = 400.0
"""Milliseconds, p95."""
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def measure(*, quick: bool) -> list[Row]:
    """Both engines."""
    rows = []
    for engine in places.ENGINES:
        with places.place(engine) as place:
            place.migrate()
            codes = place.inside(_file, 5 if quick else 100)
            with places.serving(places.lianxin_command, place.environment) as server:
                pids = (server.process.pid, place.database_pid)
                before = places.cpu_seconds(*pids)
                times = [_open(code, server.port) for code in codes]
                spent = 1000 * (places.cpu_seconds(*pids) - before) / len(codes)
        middle, late = (percentile(times, share) * 1000 for share in (0.5, 0.95))
        rows.append(
            Row(
                "tracking",
                f"Opening a tracked report with its code, {places.SHOWN[engine]}",
                f"**{late:.0f}** ms p95, {middle:.0f} ms p50; {spent:.0f} ms of processor time",
                f"< {WANTED:.0f} ms",
                late < WANTED,
            )
        )
        say(f"{rows[-1].what}: {rows[-1].measured}")
    return rows


def _open(code: str, port: int) -> float:
    """Seconds from sending the code to the page of the concern."""
    page = client.ask(client.get("/track/", port=port), port=port)
    token = TOKEN.search(page.body.decode())
    if token is None:
        raise RuntimeError(f"the form for the code answers {page.status}")
    fields = {"code": code, "csrfmiddlewaretoken": unescape(token[1])}
    sent = client.post("/track/", fields, port=port, cookies=page.cookies())
    began = time.perf_counter()
    answer = client.ask(sent, port=port)
    cookies = f"{page.cookies()}; {answer.cookies()}"
    shown = client.ask(client.get("/track/case/", port=port, cookies=cookies), port=port)
    seconds = time.perf_counter() - began
    if (answer.status, shown.status) != (303, 200):
        raise RuntimeError(f"the code is answered with {answer.status} and {shown.status}")
    return seconds


def _file(count: int) -> list[str]:
    """Concerns with a case and a hardened code, as they are a minute after filing."""
    from lianxin.access import ANONYMOUS
    from lianxin.intake import actions
    from lianxin.intake.actions import NewConcern
    from lianxin.journal import outbox

    new = [NewConcern(key=f"tracking-{n}", words=f"第{n}件：路灯不亮") for n in range(count)]
    filed = actions.file_concerns(new, by=ANONYMOUS)
    while actions.harden_codes(seconds=60):
        pass
    outbox.drain()
    return [receipt.code or "" for receipt in filed]
