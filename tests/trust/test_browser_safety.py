"""Whatever people write stays words, and no page asks for anything that is not ours (P15).

Hostile strings go through every form that somebody can reach; then the pages are opened in
Chromium. The long form, `bench/trust/browser.py`, sets BROWSER_ROUNDS and BROWSER_RESULT: more
rounds of planting, every page for every role, and once more with the content policy switched off,
so that escaping has to stand alone.
"""

from __future__ import annotations

import json
import os
import random
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.template import engines
from django.template.loaders import filesystem
from django.test import Client
from playwright.sync_api import Browser

from lianxin.deadlines.actions import load_presets
from lianxin.journal import outbox
from tests.cast import Cast, make_cast
from tests.intake.paper import last_screen
from tests.trust import hostile, planting
from tests.trust.planting import Planter
from tests.trust.watching import Watch
from tests.walk import Walk, begin, load_sorting

pytestmark = pytest.mark.browser
ROUNDS = int(os.environ.get("BROWSER_ROUNDS", "0"))
RESULT = os.environ.get("BROWSER_RESULT", "")
STATES = ("triage", "dispatched", "accepted", "handling", "reply_review", "replied", "closed")
DO = re.compile(r'href="(/desk/cases/[^"?]+/do/[^"?]+/)')
NAMES = ("people_unit_add: name", "people_user_add: name", "register: words", "register: name")
"""Among what must have been taken: names stand on nearly every page."""
PEOPLE = re.compile(r"bar|close|end|password|forget|language|mfa|session")
"""Forms that would take away the role that still has pages to see."""


@pytest.fixture
def town(transactional_db: None) -> Cast:
    """People, areas, grounds."""
    load_presets()
    cast = make_cast()
    load_sorting()
    return cast


class Sweep:
    """Everybody of the cast at work with strings that are no words."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.planter = Planter()
        self.clients = {name: cast.client(person) for name, person in cast.staff.items()}
        self.tried: set[str] = set()
        self.walks: list[Walk] = []

    def hostile_walk(self) -> Walk:
        """A concern of hostile strings, as the form takes them."""
        post = last_screen(identity="named", phone="13812345678", reply_mode="phone")
        rooms = {"words": 1_800, "wish": 900, "place": 200, "name": 60}
        marks: dict[str, list[int]] = {}
        for name, room in rooms.items():
            post[name], marks[name] = hostile.take(self.planter.at, room, lines=room > 500)
            self.planter.at += max(1, len(marks[name]))
        walk = begin(
            self.cast,
            **{name: post[name] for name in ("words", "wish", "place")},
            identity="named",
            contact={"name": post["name"], "phone": post["phone"]},
        )
        for name, which in marks.items():
            self.planter.planted.setdefault(f"report: {name}", set()).update(which)
        self.walks.append(walk)
        return walk

    def door(self) -> None:
        """The resident's own form takes them too."""
        text, which = hostile.take(self.planter.at, 1_800, lines=True)
        self.planter.at += len(which)
        answer = Client().post("/report/", last_screen(words=text, place=text[:190]))
        assert answer.status_code == 303

    def acts(self, states: tuple[str, ...]) -> None:
        """Every act anybody is offered on the way of a case, each once, with hostile fields."""
        for state in states:
            while True:
                walk = self.hostile_walk()
                walk.until(state)
                if not self._everything_new(walk):
                    break

    def _everything_new(self, walk: Walk) -> bool:
        done = False
        while self._one_act(walk):
            done = True
        return done

    def _one_act(self, walk: Walk) -> bool:
        for client in self.clients.values():
            page = client.get(f"/desk/cases/{walk.number}/")
            for link in DO.findall(page.content.decode()) if page.status_code == 200 else ():
                act = link.rstrip("/").rpartition("/")[2]
                if act in self.tried:
                    continue
                self.tried.add(act)
                text = client.get(link).content.decode()
                for form in planting.forms(link, text):
                    if "/do/" in form.action and self.planter.fill(client, form, link):
                        outbox.drain()
                        return True
        return False

    def resident(self, walk: Walk) -> Client:
        """The browser of somebody who has typed the query code."""
        client = Client()
        assert client.post("/track/", {"code": walk.code}).status_code == 303
        return client

    def residents_acts(self) -> None:
        """What a resident may do, case by case."""
        for walk in self.walks:
            client = self.resident(walk)
            for path, text in list(planting.pages(client, "/track/case/")):
                if path.startswith("/track/case/") and planting.shape(path) not in self.tried:
                    for form in planting.forms(path, text):
                        if form.typed and self.planter.fill(client, form, path):
                            self.tried.add(planting.shape(path))

    def other_forms(self) -> None:
        """Units, people, catalogue, the counter: whatever else has a form with a free field."""
        for client in self.clients.values():
            for path, text in list(planting.pages(client, "/desk/")):
                kind = planting.shape(path)
                if kind in self.tried or "/do/" in path or PEOPLE.search(kind):
                    continue
                for form in planting.forms(path, text):
                    if form.typed:
                        self.tried.add(kind)
                        self.planter.fill(client, form, path)

    def reachable(self) -> Iterator[tuple[str, Client, str]]:
        """Who can see which page."""
        everybody: list[tuple[str, Client, tuple[str, ...]]] = [("stranger", Client(), ("/",))]
        everybody += [(name, client, ("/desk/", "/")) for name, client in self.clients.items()]
        for walk in self.walks[-3:]:
            everybody.append(("resident", self.resident(walk), ("/track/case/", "/")))
        for name, client, starts in everybody:
            for path, _text in planting.pages(client, *starts, each=2 if ROUNDS else 1):
                yield name, client, path


def watch(
    chromium: Browser, address: str, seen: list[tuple[str, Client, str]], **options: Any
) -> tuple[int, list[str]]:
    """Open the pages, each in the window of who sees it; how many, and what was wrong."""
    windows: dict[int, Watch] = {}
    for _name, client, path in seen:
        if id(client) not in windows:
            cookies = [{"name": n, "value": c.value} for n, c in client.cookies.items()]
            windows[id(client)] = Watch(chromium, address, cookies, **options)
        windows[id(client)].look(path)
    for window in windows.values():
        window.close()
    faults = [fault for window in windows.values() for fault in window.faults]
    return sum(window.pages for window in windows.values()), faults


def one_of_each(seen: list[tuple[str, Client, str]]) -> list[tuple[str, Client, str]]:
    """Every shape of page once, and every role at least once."""
    random.Random(1).shuffle(seen)
    shapes = {planting.shape(path): (name, client, path) for name, client, path in seen}
    roles = {name: (name, client, path) for name, client, path in seen}
    missing = roles.keys() - {name for name, _client, _path in shapes.values()}
    return [*shapes.values(), *(roles[name] for name in sorted(missing))]


def test_what_people_write_stays_words_on_every_page(
    chromium: Browser, live_server: Any, town: Cast
) -> None:
    sweep = Sweep(town)
    for number in range(max(1, ROUNDS)):
        sweep.tried.clear()
        sweep.door()
        sweep.acts(STATES if ROUNDS else STATES[:1])
        if not ROUNDS:
            sweep.hostile_walk().until("replied")
        sweep.residents_acts()
        sweep.other_forms()
        if ROUNDS:
            sys.stderr.write(f"round {number + 1}: {len(sweep.planter.planted)} fields\n")
    planted = sweep.planter.planted
    assert {"report: words", "report: place", "report: name", "report: wish"} <= planted.keys()
    for name in NAMES:
        assert name in planted, f"{name}: {sweep.planter.refused}"
    seen = list(sweep.reachable())
    assert {name for name, _client, _path in seen} >= {"stranger", "resident", *town.staff}
    pages, faults = watch(chromium, live_server.url, seen if ROUNDS else one_of_each(list(seen)))
    bare = 0
    if ROUNDS:
        bare, more = watch(chromium, live_server.url, one_of_each(list(seen)), without_policy=True)
        faults += more
        write_down(sweep, seen, pages, bare, faults)
    assert not faults, "\n".join(faults[:20])


def write_down(
    sweep: Sweep, seen: list[tuple[str, Client, str]], pages: int, bare: int, faults: list[str]
) -> None:
    """For the campaign: what was done and seen."""
    planted = sweep.planter.planted
    used: set[int] = set().union(*planted.values())
    Path(RESULT).write_text(
        json.dumps(
            {
                "strings": len(hostile.CORPUS),
                "strings planted": len(used),
                "free-text fields planted": len(planted),
                "string in a field": sum(map(len, planted.values())),
                "roles": len({name for name, _client, _path in seen}),
                "shapes of page": len({planting.shape(path) for _n, _c, path in seen}),
                "pages opened": pages,
                "pages opened without the policy": bare,
                "faults": len(faults),
                "fields": sorted(planted),
                "forms that never took them": sorted(sweep.planter.refused),
            }
        )
    )


@pytest.fixture
def safe_wish() -> Iterator[None]:
    """Known-bad: one field of the case page says `|safe`."""
    good: Callable[..., str] = filesystem.Loader.get_contents

    def bad(self: filesystem.Loader, origin: Any) -> str:
        return good(self, origin).replace("{{ concern.wish }}", "{{ concern.wish|safe }}")

    loader = engines["django"].engine.template_loaders[0]  # type: ignore[attr-defined]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filesystem.Loader, "get_contents", bad)
        loader.reset()
        yield
    loader.reset()


@pytest.mark.parametrize("without_policy", [False, True], ids=["with policy", "without"])
def test_one_field_marked_as_safe_is_caught(
    chromium: Browser, live_server: Any, town: Cast, safe_wish: None, without_policy: bool
) -> None:
    sweep = Sweep(town)
    walk = sweep.hostile_walk()
    seen = [("dispatcher", sweep.clients["dispatcher"], f"/desk/cases/{walk.number}/")]
    _pages, faults = watch(chromium, live_server.url, seen, without_policy=without_policy)
    assert any("markup" in fault for fault in faults)
    if without_policy:
        assert any("canary" in fault for fault in faults)


def test_a_script_of_another_origin_is_caught(chromium: Browser, live_server: Any) -> None:
    started = time.monotonic()
    window = Watch(chromium, live_server.url, [])
    window.look("/about/")
    window.page.evaluate(
        "document.head.append(Object.assign(document.createElement('script'),"
        "{src: 'http://other.invalid/x.js'}))"
    )
    while not window.faults and time.monotonic() - started < 5:
        window.page.wait_for_timeout(50)
    window.close()
    assert any("other.invalid" in fault for fault in window.faults)
