"""What the canary sweep does inside a place, in a process of its own with Django set up."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta

from bench.trust.doors import WORDS, Person

LONGEST = 120.0
"""Seconds the worker may take for what was filed."""


def settle() -> str:
    """The people of the tests, each with an e-mail address; where the database keeps its files."""
    from django.conf import settings
    from django.db import connection

    from lianxin.people.models import User
    from tests.cast import make_cast

    # Nobody signs in with a password here: no need to spend seconds on hashing.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    make_cast()
    for user in User.objects.all():
        User.objects.filter(pk=user.pk).update(email=f"{user.username}@example.org")
    if connection.vendor != "postgresql":
        return ""
    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        return str(cursor.fetchone()[0])


def at_the_desk(people: Sequence[Person]) -> dict[str, bytes]:
    """A clerk registers people and opens some contacts; pages of the desk as they look later."""
    from django.test import Client

    from lianxin.intake.models import Concern
    from lianxin.people.models import User
    from tests.signing_in import sign_in

    clerk = Client(headers={"host": "127.0.0.1"})
    sign_in(clerk, User.objects.get(username="clerk"))
    for person in people:
        answer = clerk.post(
            "/desk/register/",
            {
                "key": f"desk-{person.number}", "channel": "call", "words": WORDS,
                "identity": "named", "name": person.name, "phone": person.phone,
                "address": person.address, "reply_mode": "phone",
            },
        )  # fmt: skip
        if answer.status_code != 200:
            raise RuntimeError(f"registering was answered with {answer.status_code}")
    drain()
    numbers = list(Concern.objects.filter(channel="call").values_list("number", flat=True))
    if len(numbers) != len(people):
        raise RuntimeError(f"{len(numbers)} of {len(people)} were registered at the desk")
    for number in numbers[:5]:
        opened = clerk.post(f"/desk/cases/{number}/contact/", {"purpose": "约时间看现场"})
        if b"QZXCANARY" not in opened.content:
            raise RuntimeError("the clerk could not open a contact")
    for number in numbers[:5]:
        _worked_on(number)
    pages = ["/desk/", "/desk/digest/", "/desk/search/?q=路灯"]
    pages += [f"/desk/cases/{number}/" for number in numbers[:5]]
    return {f"page {path}": clerk.get(path).content for path in pages}


def _worked_on(number: str) -> None:
    """Sorted, dispatched, signed for: staff are told of it, and mails go out."""
    from types import SimpleNamespace
    from typing import cast

    from lianxin.people import queries as people
    from lianxin.people.models import Unit, User
    from tests.cast import Cast
    from tests.walk import Walk

    names = ("dispatcher", "liaison", "handler")
    staff = {name: User.objects.get(username=name) for name in names}
    housing = Unit.objects.get(name="住建局")
    county = SimpleNamespace(viewer=people.viewer_for, housing=housing, **staff)
    Walk(cast(Cast, county), number, "").until("handling")


def drain() -> None:
    """What the worker does, until nothing is left that it or we have begun."""
    from lianxin.journal import outbox, queries

    until = time.monotonic() + LONGEST
    while outbox.drain() or queries.backlog()[0]:
        if time.monotonic() > until:
            raise RuntimeError("the worker does not come to an end")
        time.sleep(0.05)


def send_mails() -> None:
    """The digests of tomorrow morning, and what is urgent."""
    from datetime import datetime

    from lianxin.kernel import clock
    from lianxin.notices import actions

    day = clock.today() + timedelta(days=1)
    with clock.at(datetime(day.year, day.month, day.day, 9, tzinfo=clock.SHANGHAI)):
        actions.send_urgent()
        actions.send_digests()


def settled(most: int) -> tuple[dict[str, bytes], list[bytes]]:
    """After worker and mails have done their part: sessions and cache, and marks of sealed rows."""
    drain()
    send_mails()
    _checkpoint()
    return _stores(), remembered(most)


def _stores() -> dict[str, bytes]:
    """Sessions and cache entries as the program reads them: they may lie packed in the database."""
    from django.contrib.sessions.models import Session
    from django.core.cache import cache
    from django.db import connection

    found = {f"session {s.pk[:6]}": repr(s.get_decoded()).encode() for s in Session.objects.all()}
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM lianxin_cache")
        keys = [row[0].rpartition(":")[2] for row in cursor.fetchall()]
    return found | {f"cache {key}": repr(cache.get(key)).encode() for key in keys}


def _checkpoint() -> None:
    """Let the database write everything into its files."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("CHECKPOINT")
        else:
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")


def remembered(most: int) -> list[bytes]:
    """What would be left of sealed rows: their ids as the engine writes them, parts of the seal."""
    from django.db import connection

    from lianxin.vault.models import Entry

    found: list[bytes] = []
    for pk, sealed in Entry.objects.order_by("pk").values_list("pk", "ciphertext")[:most]:
        raw = bytes(sealed)
        written = pk.bytes if connection.vendor == "postgresql" else pk.hex.encode()
        found += [written, raw[32:56], raw[-24:]]
    return found


def erase_the_rest() -> int:
    """Erase every contact that is still there; how many rows are left."""
    from lianxin.access import SYSTEM
    from lianxin.intake import actions
    from lianxin.intake.models import Concern
    from lianxin.vault.models import Entry

    owners = set(Entry.objects.values_list("owner", flat=True))
    for concern in Concern.objects.filter(uuid__in=owners):
        actions.erase_contact(concern, why="time_over", by=SYSTEM)
    return Entry.objects.count()


def scrub() -> None:
    """Let go of the bytes of what was erased, as `lianxin retention --scrub` does."""
    from lianxin.vault import scrubbing

    scrubbing.scrub(whole=True)


def filed_and_erased(people: int, key: str) -> list[bytes]:
    """File and erase without a browser; what might be left of the sealed rows."""
    from lianxin.access import ANONYMOUS
    from lianxin.intake import actions

    for person in map(Person, range(people)):
        contact = {"name": person.name, "phone": person.phone, "address": person.address}
        new = actions.NewConcern(
            key=f"{key}-{person.number}", words=WORDS, identity="named", contact=contact
        )
        actions.file_concern(new, by=ANONYMOUS)
    rows = remembered(3 * people)
    erase_the_rest()
    scrub()
    return rows
