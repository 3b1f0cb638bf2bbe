"""What the vault lets go out as a notice: that there is news, by the way that was wished, seldom.

Whatever a web process that was taken over asks for, no word of its own reaches anybody.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest

from lianxin.access import SYSTEM
from lianxin.journal import actions as journal
from lianxin.kernel import clock
from lianxin.vault import actions, matters, queries
from lianxin.vault.choices import News, Way
from lianxin.vault.doors import NotOpened, Why, door
from lianxin.vault.events import Noticed, Relayed
from lianxin.vault.limits import NOTICES
from lianxin.vault.matters import Addressee
from lianxin.vault.models import Letter
from tests.post import Postman
from tests.vault.bridge import Bridge
from tests.vault.pretend import LI

pytestmark = pytest.mark.django_db
SUBJECT, ADDRESS, NUMBER = "matter:12", "wang.guilan@example.org", "13812345678"


class Wish:
    """Whom `matter:12` belongs to and what they wish; change it with `now`."""

    def __init__(self) -> None:
        self.addressee: Addressee | None = Addressee(uuid4(), Way.EMAIL, "7K2-QM4X", "en")

    def now(self, way: Way) -> None:
        assert self.addressee
        self.addressee = replace(self.addressee, way=way)


@pytest.fixture
def wish(monkeypatch: pytest.MonkeyPatch) -> Wish:
    found = Wish()
    monkeypatch.setitem(
        matters._addressers, "matter", lambda pk: found.addressee if pk == "12" else None
    )
    assert found.addressee
    actions.seal(found.addressee.owner, fields={"email": ADDRESS, "phone": NUMBER})
    return found


def noticed(
    *,
    by: str = SYSTEM.actor,
    way: str = "email",
    subject: str = SUBJECT,
    sender: int | None = None,
    text: str = "",
    letter: int | None = None,
) -> int:
    """A record of a notice, as a web process can write it; its number."""
    row = Letter.objects.create(
        subject=subject, way=way, text=text, sender=sender, written_at=clock.now()
    )
    event = Noticed(letter=letter or row.pk, way=way, news="news")
    return journal.record(event, subject=subject, by=by).seq


def refused(record: int) -> Why | None:
    """Why the vault did not send it; None: it did."""
    try:
        door().notify(record)
    except NotOpened as error:
        return error.why
    return None


@pytest.mark.parametrize("news", list(News))
def test_it_says_that_there_is_news_and_no_more(wish: Wish, post: Postman, news: News) -> None:
    assert actions.notify(SUBJECT, way=Way.EMAIL, news=news) == ""
    [mail] = post.received
    body = mail.get_body(("plain",))
    assert mail["To"] == ADDRESS and body and "7K2-QM4X" in body.get_content()
    [letter] = Letter.objects.all()
    assert letter.sent_at and not letter.text and letter.sender is None


def test_a_text_message_goes_to_the_bridge_and_is_short(wish: Wish, bridge: type[Bridge]) -> None:
    wish.now(Way.SMS)
    assert actions.notify(SUBJECT, way=Way.SMS, news=News.ANSWERED) == ""
    [(_headers, body)] = bridge.got
    message = json.loads(body)
    assert message["to"] == NUMBER and message["kind"] == "sms" and not message["staff_line"]
    assert len(message["text"]) < 140


ATTEMPTS: dict[str, tuple[Callable[[Wish], int], Why]] = {
    "by a member of staff": (lambda _w: noticed(by=LI.actor), Why.NOT_YOURS),
    "by another way than wished": (lambda _w: noticed(way="sms"), Why.NOT_YOURS),
    "about somebody who is not there": (lambda _w: noticed(subject="matter:13"), Why.NOT_YOURS),
    "under another name": (lambda _w: noticed(subject="matter:012"), Why.NOT_YOURS),
    "with the letter of staff": (lambda _w: noticed(sender=5, text="打钱来"), Why.NO_RECORD),
    "without a letter": (lambda _w: noticed(letter=10**9), Why.NO_RECORD),
    "of another event": (
        lambda _w: (
            journal.record(
                Relayed(letter=1, way="email", digest=""), subject=SUBJECT, by=SYSTEM.actor
            ).seq
        ),
        Why.NO_RECORD,
    ),
    "of no record": (lambda _w: 10**9, Why.NO_RECORD),
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_nothing_else_goes_out(wish: Wish, post: Postman, attempt: str) -> None:
    make, why = ATTEMPTS[attempt]
    assert refused(make(wish)) == why and not post.received


def test_who_wishes_none_gets_none(wish: Wish, post: Postman) -> None:
    wish.addressee = None
    assert refused(noticed()) == Why.NOT_YOURS and not post.received


def test_a_record_sends_once_and_soon(wish: Wish, post: Postman) -> None:
    record = noticed()
    assert refused(record) is None
    assert refused(record) in (Why.USED, Why.NO_RECORD)
    late = noticed()
    with clock.at(timedelta(minutes=2)):
        assert refused(late) == Why.STALE
    assert len(post.received) == 1


def flooded(post: Postman) -> int:
    """How many reach a person when a web process asks for many."""
    for _ in range(NOTICES + 4):
        refused(noticed())
    return len(post.received)


def test_nobody_is_drowned(wish: Wish, post: Postman) -> None:
    assert flooded(post) == NOTICES


@contextmanager
def sends_as_often_as_one_asks() -> Iterator[None]:
    """A vault that does not count."""
    with patch.object(queries, "noticed_today", lambda _subject: 0):
        yield


@contextmanager
def believes_the_record() -> Iterator[None]:
    """A vault that sends by the way the record says, whatever the person wished."""
    real = matters.addressee

    def as_said(subject: str) -> Addressee | None:
        found = real(subject)
        return replace(found, way=Way.SMS) if found else None

    with patch.object(matters, "addressee", as_said):
        yield


def test_a_vault_that_does_not_count_is_caught(wish: Wish, post: Postman) -> None:
    with sends_as_often_as_one_asks():
        assert flooded(post) > NOTICES


def test_a_vault_that_believes_the_record_is_caught(wish: Wish, bridge: type[Bridge]) -> None:
    with believes_the_record():
        assert refused(noticed(way="sms")) is None and bridge.got
