"""A crash storm: people file concerns over HTTP while processes are killed under them (P1).

What was acknowledged is written down outside the product; afterwards the database has to agree.
"""

from __future__ import annotations

import contextlib
import json
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
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape

from bench import client, places
from bench.places import Place
from tests.intake.paper import picture
from tests.postgres import Server as PostgreSQL

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
PEOPLE = 4
AGAIN = 0.2
"""Share of the concerns that are sent a second time although they were acknowledged."""
WITH_PHOTO = 0.1
"""Share of the concerns that bring a photo."""
POSTMASTER = 0.15
"""Share of the kills that take the whole database server, where there is one."""
PICTURE = picture(size=(40, 30)).read()


@dataclass
class Storm:
    """What people were told, and how often something was killed."""

    acknowledged: set[str] = field(default_factory=set)
    photos: dict[str, str] = field(default_factory=dict)
    """Names of the photos that were acknowledged together with a concern, by its key."""
    strange: list[str] = field(default_factory=list)
    errors: dict[str, int] = field(default_factory=dict)
    """Requests that ended with an exception, by its name; a database away is among them."""
    kills: Counter[str] = field(default_factory=Counter)


@dataclass
class Found:
    """What the database says afterwards about the keys that were acknowledged."""

    lost: int
    photos_lost: int
    duplicated: int
    phantom: int
    untold: int
    without_case: int
    owed: int
    chain: str

    @property
    def clean(self) -> bool:
        """Nothing lost, nothing twice, nothing made up, all delivered, the chain whole."""
        return self == Found(0, 0, 0, 0, 0, 0, 0, "whole")


class Server:
    """`lianxin serve` under something that starts it again, as every installation has it."""

    def __init__(self, place: Place) -> None:
        self.port = places.free_port()
        self.words = [sys.executable, "-m", "lianxin", "serve", "--port", str(self.port)]
        self.environment = place.environment
        self.log = place.folder / "serve.log"
        self.over = threading.Event()
        self.process: subprocess.Popen[bytes] | None = None
        self.keeper = threading.Thread(target=self._keep)

    def _keep(self) -> None:
        while not self.over.is_set():
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(
                    [*self.words, "--workers", "2"],
                    env=self.environment,
                    cwd=places.ROOT,
                    start_new_session=True,
                    stdout=subprocess.DEVNULL,
                    stderr=log,
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


def rage(place: Place, *, until: Callable[[Storm], bool], rhythm: float, seed: int) -> Storm:
    """File and kill, a kill every `rhythm` seconds or so, until it is enough; then kill all."""
    server, storm, over = Server(place), Storm(), threading.Event()
    server.keeper.start()
    try:
        person = Person(server.port, storm, over)
        work = [
            *(threading.Thread(target=person.file_and_file) for _ in range(PEOPLE)),
            threading.Thread(target=_kill, args=(server, place, storm, over, rhythm, seed)),
        ]
        for thread in work:
            thread.start()
        while not until(storm) and work[-1].is_alive():
            time.sleep(0.1)
        over.set()
        for thread in work:
            thread.join()
    finally:
        over.set()
        server.stop()
    if place.server and not place.server.alive():
        _begin_again(place.server)
    storm.errors = errors_in(server.log.read_text("utf-8", "replace"))
    return storm


def errors_in(log: str) -> dict[str, int]:
    """How often a request ended with which exception, by what the server wrote of it."""
    told = log.split("Internal Server Error: ")[1:]
    last = (re.findall(r"^((?:\w+\.)+\w+|\w+Error)(?::|$)", one, re.MULTILINE) for one in told)
    return dict(Counter(names[-1] for names in last if names))


class Person:
    """Somebody at a browser; an answer that does not come is asked for again until it is over."""

    def __init__(self, port: int, storm: Storm, over: threading.Event) -> None:
        self.port, self.storm, self.over = port, storm, over
        page = self._page()
        token = TOKEN.search(page.body.decode())
        assert token
        self.token, self.cookies = unescape(token[1]), page.cookies()

    def file_and_file(self) -> None:
        """One concern after another until it is over."""
        while not self.over.is_set():
            self.file(photo=random.random() < WITH_PHOTO, again=random.random() < AGAIN)

    def file(self, *, photo: bool, again: bool = False) -> None:
        """One concern; `again`: sent once more although it was acknowledged."""
        key = str(uuid.uuid4())
        body = {
            "at": "3", "key": key, "words": words(key), "place": "东关大街", "wish": "",
            "identity": "anonymous", "reply_mode": "online", "csrfmiddlewaretoken": self.token,
        }  # fmt: skip
        name = self._photo() if photo else None
        if name:
            body["attachment"] = name
        request = client.post("/report/", body, port=self.port, cookies=self.cookies)
        if self._answer(request, 303) is None:
            return
        self.storm.acknowledged.add(key)
        if name:
            self.storm.photos[key] = name
        if again:
            self._answer(request, 303)

    def _page(self) -> client.Answer:
        while True:
            with contextlib.suppress(OSError):
                page = client.ask(
                    client.get("/report/", port=self.port, close=True), port=self.port
                )
                if page.status == 200:
                    return page
            time.sleep(0.05)

    def _photo(self) -> str | None:
        """Send a picture ahead, as the form does while somebody still writes; its name."""
        fields = {"csrfmiddlewaretoken": self.token}
        request = client.upload(
            "/report/file/", fields, ("attachments", PICTURE), port=self.port, cookies=self.cookies
        )
        answer = self._answer(request, 200)
        return str(json.loads(answer.body[answer.body.find(b"{") :])["name"]) if answer else None

    def _answer(self, request: bytes, wanted: int) -> client.Answer | None:
        """Ask until the wanted answer comes; None when the storm is over first."""
        while not self.over.is_set():
            try:
                answer = client.ask(request, port=self.port)
            except OSError:
                time.sleep(0.02)
                continue
            if answer.status == wanted:
                return answer
            # A database that is away for a moment is said to be; everything else is a fault.
            if answer.status != 503:
                self.storm.strange.append(f"{answer.status}: {answer.body[:200]!r}")
            time.sleep(0.02)
        return None


def words(key: str) -> str:
    """What a concern with this key says: how it is known again."""
    return f"路灯坏了 {key}"


def _kill(
    server: Server, place: Place, storm: Storm, over: threading.Event, rhythm: float, seed: int
) -> None:
    chance = random.Random(seed)
    while not over.wait(chance.uniform(0.6, 1.4) * rhythm):
        _wait_for_answers(storm, over)
        victims = [
            (pid, "first process of the product" if n == 0 else "process of the product")
            for n, pid in enumerate(server.processes())
        ]
        if place.server:
            with contextlib.suppress(OSError):
                first, *others = places.family(place.server.pid)
                busy = [pid for pid in others if "127.0.0.1" in places.command_line(pid)]
                victims += [(pid, "process of the database") for pid in busy[:1]]
                if chance.random() < POSTMASTER:
                    victims = [(first, "first process of the database")]
        if not victims:
            continue
        pid, what = chance.choice(victims)
        storm.kills[what] += _kill_one(pid)
        if what == "first process of the database" and place.server:
            _begin_again(place.server, others)


def _wait_for_answers(storm: Storm, over: threading.Event) -> None:
    """Kill what is at work: on a busy machine a start may take longer than the rhythm."""
    wanted, until = len(storm.acknowledged) + PEOPLE, time.monotonic() + 5
    while len(storm.acknowledged) < wanted and time.monotonic() < until:
        if over.wait(0.01):
            return


def _begin_again(server: PostgreSQL, orphans: Sequence[int] = ()) -> None:
    """As a supervisor does; what the killed server left behind is killed if it does not notice."""
    started = time.monotonic()
    while time.monotonic() - started < 60:
        with contextlib.suppress(RuntimeError):
            server.begin()
            return
        if time.monotonic() - started > 2:
            for pid in orphans:
                _kill_one(pid)
        time.sleep(0.1)
    raise RuntimeError("PostgreSQL did not come back within a minute")


def _kill_one(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def look(acknowledged: list[str], photos: dict[str, str]) -> Found:
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
    wanted = set(map(words, acknowledged))
    told = Counter(
        Entry.objects.filter(event="intake.concern_filed").values_list("subject", flat=True)
    )
    there = {f"concern:{pk}" for pk in Concern.objects.values_list("pk", flat=True)}
    cases = Counter(Case.objects.values_list("concern_id", flat=True))
    verdict = verify()
    return Found(
        lost=len(wanted - set(said)),
        photos_lost=sum(1 for key, name in photos.items() if not _whole(key, name)),
        duplicated=sum(1 for times in said.values() if times > 1),
        phantom=len(set(told) - there),
        untold=sum(1 for subject in there if told[subject] != 1),
        without_case=sum(1 for subject in there if cases[int(subject.partition(":")[2])] != 1),
        owed=Delivery.objects.filter(done_at=None).count(),
        chain="whole" if verdict else str(verdict.faults[0]),
    )


def _whole(key: str, name: str) -> bool:
    """Whether a photo hangs on its concern and can be seen."""
    from lianxin.intake.models import Attachment

    hangs = Attachment.objects.filter(uuid=name, concern__words=words(key)).exists()
    return hangs and can_be_seen(uuid.UUID(name))


def can_be_seen(name: uuid.UUID) -> bool:
    """Whether the file of a photo is there and whole."""
    from PIL import Image

    from lianxin.intake.storage import file_path

    try:
        with Image.open(file_path(name, "jpg")) as seen:
            seen.load()
    except OSError:
        return False
    return True
