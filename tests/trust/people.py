"""People who file concerns over HTTP and remember what they were told; a server for them."""

from __future__ import annotations

import contextlib
import re
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape

from bench import client
from bench.places import Place
from tests.trust import storm

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Crowd:
    """What people were told: the keys of concerns they got a receipt for, and every answer."""

    port: int
    length: int = 0
    """Characters that each concern is made longer by."""
    acknowledged: set[str] = field(default_factory=set)
    answers: Counter[int] = field(default_factory=Counter)
    slowest: float = 0.0
    bodies: dict[int, str] = field(default_factory=dict)
    """A page of each kind of answer."""
    cookies: str = ""
    token: str = ""
    kill: Callable[[], None] = lambda: None

    def arrive(self) -> None:
        """Open the form; waits for the server up to a minute."""
        until = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError):
                page = client.ask(
                    client.get("/report/", port=self.port, close=True), port=self.port
                )
                if page.status == 200:
                    found = TOKEN.search(page.body.decode())
                    assert found
                    self.cookies, self.token = page.cookies(), unescape(found[1])
                    return
            if time.monotonic() > until:
                raise TimeoutError("the form does not open")
            time.sleep(0.05)

    def file(self, key: str = "") -> int:
        """Send the last screen; the status, 0 when no answer came."""
        key = key or str(uuid.uuid4())
        body = {
            "at": "3", "key": key, "words": words(key) + "。" * self.length, "place": "东关大街",
            "wish": "", "identity": "anonymous", "reply_mode": "online",
            "csrfmiddlewaretoken": self.token,
        }  # fmt: skip
        request = client.post("/report/", body, port=self.port, cookies=self.cookies)
        started = time.perf_counter()
        try:
            answer = client.ask(request, port=self.port)
        except OSError:
            self.answers[0] += 1
            return 0
        self.slowest = max(self.slowest, time.perf_counter() - started)
        self.answers[answer.status] += 1
        self.bodies[answer.status] = answer.body.decode()
        if answer.status == 303:
            self.acknowledged.add(key)
        return answer.status


def words(key: str) -> str:
    """What a person with this key says."""
    return f"路灯坏了 {key}"


@contextmanager
def filing(place: Place, *, people: int = 3) -> Iterator[Crowd]:
    """A server, and people who file one concern after another; killed under them at the end."""
    over = threading.Event()
    with serving(place) as crowd:

        def live() -> None:
            while not over.is_set():
                crowd.file()

        threads = [threading.Thread(target=live) for _ in range(people)]
        for thread in threads:
            thread.start()
        try:
            yield crowd
        finally:
            over.set()
            crowd.kill()
            for thread in threads:
                thread.join()


@contextmanager
def serving(place: Place, *, length: int = 0) -> Iterator[Crowd]:
    """A server, and somebody who has opened its form; killed at the end."""
    server = storm.Server(place)
    crowd = Crowd(server.port, length, kill=server.stop)
    server.keeper.start()
    try:
        crowd.arrive()
        yield crowd
    finally:
        server.stop()


@dataclass
class Left:
    """What the database says afterwards about what was acknowledged."""

    lost: int
    duplicated: int
    faults: list[str]

    @property
    def clean(self) -> bool:
        """Nothing lost, nothing twice, the chain whole."""
        return self == Left(0, 0, [])


def look(acknowledged: list[str]) -> Left:
    """In a process of its own: hold what people were told against the database."""
    from lianxin.intake.models import Concern
    from lianxin.journal.verify import verify

    said = Counter(text.rstrip("。") for text in Concern.objects.values_list("words", flat=True))
    return Left(
        lost=len({words(key) for key in acknowledged} - set(said)),
        duplicated=sum(1 for times in said.values() if times > 1),
        faults=[str(fault) for fault in verify().faults],
    )
