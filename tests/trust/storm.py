"""A crash storm: people file concerns over HTTP while processes are killed under them (P1).

What was acknowledged is written down outside the product; afterwards the database has to agree.
"""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape

from bench import client, places
from bench.places import Place

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
PEOPLE = 4
AGAIN = 0.2
"""Share of the concerns that are sent a second time although they were acknowledged."""


@dataclass
class Storm:
    """What people were told, and how often something was killed."""

    acknowledged: set[str] = field(default_factory=set)
    strange: list[str] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)


@dataclass
class Found:
    """What the database says afterwards about the keys that were acknowledged."""

    lost: int
    duplicated: int
    phantom: int
    untold: int
    without_case: int
    owed: int
    chain: str

    @property
    def clean(self) -> bool:
        """Nothing lost, nothing twice, nothing made up, all delivered, the chain whole."""
        return self == Found(0, 0, 0, 0, 0, 0, "")


class Server:
    """`lianxin serve` under something that starts it again, as every installation has it."""

    def __init__(self, place: Place) -> None:
        self.port = places.free_port()
        self.words = [sys.executable, "-m", "lianxin", "serve", "--port", str(self.port)]
        self.environment = place.environment
        self.over = threading.Event()
        self.process: subprocess.Popen[bytes] | None = None
        self.keeper = threading.Thread(target=self._keep)

    def _keep(self) -> None:
        while not self.over.is_set():
            self.process = subprocess.Popen(
                [*self.words, "--workers", "2"],
                env=self.environment,
                cwd=places.ROOT,
                start_new_session=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            self.process.wait()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def processes(self) -> list[int]:
        """All of it; none while one of them is just ending."""
        try:
            return places.family(self.process.pid) if self.process else []
        except OSError:
            return []

    def stop(self) -> None:
        """Kill everything that is left."""
        self.over.set()
        while self.keeper.is_alive():
            for pid in self.processes():
                _kill_one(pid)
            self.keeper.join(0.1)


def rage(place: Place, *, seconds: float, seed: int) -> Storm:
    """File and kill for so long, then kill everything that is left."""
    server, storm, over = Server(place), Storm(), threading.Event()
    server.keeper.start()
    try:
        _page(server.port)
        work = [
            *(
                threading.Thread(target=_file, args=(server.port, storm, over))
                for _ in range(PEOPLE)
            ),
            threading.Thread(target=_kill, args=(server, place, storm, over, seed)),
        ]
        for thread in work:
            thread.start()
        time.sleep(seconds)
        over.set()
        for thread in work:
            thread.join()
    finally:
        over.set()
        server.stop()
    return storm


def _file(port: int, storm: Storm, over: threading.Event) -> None:
    """One person after another; an answer that does not come is asked for again, as browsers do."""
    page = _page(port)
    token = TOKEN.search(page.body.decode())
    assert token
    while not over.is_set():
        key = str(uuid.uuid4())
        body = {
            "at": "3", "key": key, "words": f"路灯坏了 {key}", "place": "东关大街", "wish": "",
            "identity": "anonymous", "reply_mode": "online",
            "csrfmiddlewaretoken": unescape(token[1]),
        }  # fmt: skip
        request = client.post("/report/", body, port=port, cookies=page.cookies())
        if _acknowledged(request, port, storm, over):
            storm.acknowledged.add(key)
            if random.random() < AGAIN:
                _acknowledged(request, port, storm, over)


def _page(port: int) -> client.Answer:
    while True:
        with contextlib.suppress(OSError):
            page = client.ask(client.get("/report/", port=port, close=True), port=port)
            if page.status == 200:
                return page
        time.sleep(0.05)


def _acknowledged(request: bytes, port: int, storm: Storm, over: threading.Event) -> bool:
    while not over.is_set():
        try:
            answer = client.ask(request, port=port)
        except OSError:
            time.sleep(0.02)
            continue
        if answer.status == 303:
            return True
        # A database that is away for a moment is said to be; everything else is a fault.
        if answer.status != 503:
            storm.strange.append(f"{answer.status}: {answer.body[:200]!r}")
        time.sleep(0.02)
    return False


def _kill(server: Server, place: Place, storm: Storm, over: threading.Event, seed: int) -> None:
    chance = random.Random(seed)
    while not over.wait(chance.uniform(0.5, 1.2)):
        victims = [(pid, "process of the product") for pid in server.processes()]
        if place.database_pid:
            with contextlib.suppress(OSError):
                backends = places.family(place.database_pid)[1:]
                busy = [pid for pid in backends if "127.0.0.1" in places.command_line(pid)]
                victims += [(pid, "process of the database") for pid in busy[:1]]
        if victims:
            pid, what = chance.choice(victims)
            storm.kills[what] += _kill_one(pid)


def _kill_one(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def look(acknowledged: list[str]) -> Found:
    """In a process of its own, after the storm: let the worker finish, then count."""
    from django.db import connection
    from django.db.models import F

    from lianxin.cases.models import Case
    from lianxin.intake.models import Concern
    from lianxin.journal import outbox
    from lianxin.journal.models import Delivery, Entry
    from lianxin.journal.verify import verify
    from lianxin.kernel import clock

    until = time.monotonic() + 60
    while time.monotonic() < until:  # a database that was killed as well comes back by itself
        try:
            connection.ensure_connection()
            break
        except Exception:
            time.sleep(0.2)
    # Time passes: the leases of killed workers run out, and what failed is due again.
    Delivery.objects.update(leased_until=F("leased_until") - 2 * outbox.LEASE)
    with clock.at(clock.now() + timedelta(hours=1)):
        while outbox.drain():
            pass
    said = Counter(Concern.objects.values_list("words", flat=True))
    wanted = {f"路灯坏了 {key}" for key in acknowledged}
    told = Counter(
        Entry.objects.filter(event="intake.concern_filed").values_list("subject", flat=True)
    )
    there = {f"concern:{pk}" for pk in Concern.objects.values_list("pk", flat=True)}
    cases = Counter(Case.objects.values_list("concern_id", flat=True))
    fault = verify()
    return Found(
        lost=len(wanted - set(said)),
        duplicated=sum(1 for times in said.values() if times > 1),
        phantom=len(set(told) - there),
        untold=sum(1 for subject in there if told[subject] != 1),
        without_case=sum(1 for subject in there if cases[int(subject.partition(":")[2])] != 1),
        owed=Delivery.objects.filter(done_at=None).count(),
        chain="" if fault else str(fault),
    )
