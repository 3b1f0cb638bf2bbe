"""Open311 over HTTP, against a bare Django project: a list of 100 rows, and filing.

The bare project lists the 100 newest of as many rows, and inserts one row a post. Rounds alternate,
as in `filing`. What one system sends above its rate is filed too and held back for a person, at the
cost of two rows more: so that both are seen, many systems file, and one that sends a flood.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from bench import client, places, words
from bench.client import Request
from bench.filing import BARE, KEY, Side, compare, make_bare
from bench.table import Row

ROWS = 100
FULL = 100_000
SYSTEMS = 3_000
"""So many keys that none reaches its rate while all of them file."""
LIST = f"/open311/v2/requests.json?page_size={ROWS}"
OURS = {
    "service_code": "roads.lights",
    "address_string": "东关大街中段，学校门口",
    "attribute[fault]": "out",
    "description": "",
}
_keys = itertools.count(1)


@dataclass
class Reader(Side):
    """Virtual users that ask for the list."""

    def users(self, count: int) -> list[Request]:
        """All ask the same."""
        ready = client.get(self.path, port=self.server.port)
        return [lambda: ready] * count


@dataclass
class Sender(Side):
    """Virtual users that file with these keys in turn: no cookie, no token of a form."""

    api_keys: Sequence[str] = ()

    def users(self, count: int) -> list[Request]:
        """Each with words of its own."""
        return [self._ready(text) for text in words.texts(count)]

    def _ready(self, text: str) -> Request:
        key = self.api_keys[0]
        fields = self.fields | {self.filled: f"{text[:150]} {KEY}", "api_key": key}
        ready = client.post(self.path, fields, port=self.server.port, cookies="")

        def request() -> bytes:
            number = next(_keys)
            other = self.api_keys[number % len(self.api_keys)]
            body = ready.replace(KEY.encode(), f"{number:036d}".encode())
            return body.replace(key.encode(), other.encode())

        return request


def measure(*, quick: bool, engines: Sequence[str] = places.ENGINES) -> list[Row]:
    """Rates of both, on each engine, with 8 users at once."""
    rounds, seconds = (1, 1.0) if quick else (4, 6.0)
    rows = []
    for engine in engines:
        with places.place(engine) as bare_place, places.place(engine) as our_place:
            make_bare(bare_place)
            our_place.migrate()
            count = 200 if quick else FULL
            bare_place.inside(_fill_bare, count)
            keys = our_place.inside(fill, count, 10 if quick else SYSTEMS)
            with (
                places.serving(places.bare_command, bare_place.environment) as bare,
                places.serving(places.lianxin_command, our_place.environment) as ours,
            ):
                in_bare = partial(Reader, "bare Django", bare_place, bare)
                in_ours = partial(Reader, "Lianxin", our_place, ours)
                lists = (
                    in_bare("/list.json", {}, "", 200), in_ours(LIST, {}, "", 200),
                )  # fmt: skip
                inserting = Side("bare Django", bare_place, bare, "/", BARE, "text", 302)
                sending = partial(
                    Sender, "Lianxin", our_place, ours, "/open311/v2/requests.json", OURS,
                    "description", 200,
                )  # fmt: skip
                for what, (least, full) in (
                    (f"Open311, a list of {ROWS} of {count:,}", lists),
                    ("Open311, filing", (inserting, sending(keys))),
                    ("Open311, filing in a flood", (inserting, sending(keys[:1]))),
                ):
                    for side in (least, full):
                        side.measure(8, 0.5 if quick else 2.0)
                    row = compare(least, full, 8, rounds, seconds, part="open311", what=what)
                    rows.append(replace(row, wanted="", holds=None))
    return rows


def _fill_bare(count: int) -> None:
    from django.utils import timezone

    from bench.bare.models import Message

    now = timezone.now()
    Message._default_manager.bulk_create(
        [
            Message(title="路灯坏了", text="路灯坏了三天。", place="东关", sent_at=now)
            for _ in range(count)
        ],
        batch_size=1_000,
    )


def fill(count: int, systems: int) -> list[str]:
    """So many public cases, and keys to file more."""
    from bench import fill_public
    from lianxin.access import SYSTEM
    from lianxin.intake.channels.open311 import actions

    fill_public.fill(count)
    return [actions.make_key(f"bench {n}", by=SYSTEM)[1] for n in range(systems)]
