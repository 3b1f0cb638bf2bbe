"""A receiver makes a key, unlocks it at one browser, and lets a colleague have it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from lianxin.access import SYSTEM
from lianxin.journal.models import Entry
from lianxin.people import actions as people
from lianxin.people.roles import Role
from lianxin.seals import actions, queries, sealing, unlocking
from lianxin.seals.models import Key, Share
from tests.cast import PASSWORD, Cast

if TYPE_CHECKING:
    from lianxin.people.models import User

pytestmark = pytest.mark.django_db

PHRASE = "三月的雨下了一夜又停"
PAPER = re.compile(r"AGE-SECRET-KEY-1[0-9A-Z]{58}")


@pytest.fixture(autouse=True)
def phrases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "SHORTEST", 8)


@pytest.fixture
def colleague(cast: Cast) -> User:
    person = people.add_user(username="discipline-2", name="秦明", password=PASSWORD, by=SYSTEM)
    people.add_member(user=person, unit=cast.county, role=Role.DISCIPLINE_RECEIVER, by=SYSTEM)
    type(person).objects.update(must_change_password=False)
    person.refresh_from_db()
    return person


def made(cast: Cast) -> tuple[Client, str]:
    client = cast.client(cast.discipline_receiver)
    answer = client.post(
        f"/desk/keys/units/{cast.county.pk}/make/", {"phrase": PHRASE, "again": PHRASE}
    )
    found = PAPER.search(answer.content.decode())
    assert found, answer.content.decode()
    return client, found[0]


def opens(client: Client) -> tuple[str, ...]:
    """What a page would find unlocked at this browser."""
    return tuple(client.get("/desk/keys/").wsgi_request.viewer.unlocked)  # type: ignore[attr-defined]


def test_the_key_is_shown_once_and_is_nowhere_in_the_database(cast: Cast) -> None:
    client, private = made(cast)
    assert Key.objects.get().public == sealing.public_of(private)
    assert opens(client) == (private,)
    kept = [bytes(row.wrapped) + bytes(row.salt) for row in Share.objects.all()]
    kept += [row.session_data.encode() for row in Session.objects.all()]
    kept += [entry.data.encode() for entry in Entry.objects.all()]
    assert not any(private.encode() in text for text in kept)
    assert not PAPER.search(client.get("/desk/keys/").content.decode())


def test_it_is_unlocked_at_one_browser_until_it_is_locked(cast: Cast) -> None:
    _client, private = made(cast)
    here, elsewhere = (cast.client(cast.discipline_receiver) for _ in range(2))
    assert (
        "这不是" in here.post("/desk/keys/unlock/", {"phrase": "错的错的错的错的"}).content.decode()
    )
    answer = here.post("/desk/keys/unlock/?next=/desk/", {"phrase": PHRASE})
    assert answer["Location"] == "/desk/"
    assert opens(here) == (private,) and opens(elsewhere) == ()
    # The cookie is no use in another person's session, nor the session without the cookie.
    stranger = cast.client(cast.dispatcher)
    stranger.cookies[unlocking.cookie()] = here.cookies[unlocking.cookie()].value
    assert stranger.get("/desk/").wsgi_request.viewer.unlocked == ()  # type: ignore[attr-defined]
    here.post("/desk/keys/lock/")
    assert opens(here) == ()


def test_keys_of_two_units_are_unlocked_one_beside_the_other(cast: Cast) -> None:
    people.add_member(
        user=cast.discipline_receiver,
        unit=cast.discipline,
        role=Role.DISCIPLINE_RECEIVER,
        by=SYSTEM,
    )
    client, first = made(cast)
    page = client.get("/desk/keys/").content.decode()
    assert page.count("已在这个浏览器解锁") == 1, "the other unit has no key"
    other = f"/desk/keys/units/{cast.discipline.pk}/make/"
    client.post(other, {"phrase": PHRASE + "又一句", "again": PHRASE + "又一句"})
    assert len(opens(client)) == 2 and first in opens(client)
    fresh = cast.client(cast.discipline_receiver)
    for phrase in (PHRASE, PHRASE + "又一句"):
        fresh.post("/desk/keys/unlock/", {"phrase": phrase})
    assert set(opens(fresh)) == set(opens(client))


def test_nobody_is_led_to_another_site(cast: Cast) -> None:
    client, _private = made(cast)
    answer = client.post("/desk/keys/unlock/?next=https://evil.example/", {"phrase": PHRASE})
    assert answer["Location"] == "/desk/keys/"


def test_a_colleague_takes_it_up_with_a_code_that_is_read_out(cast: Cast, colleague: User) -> None:
    client, private = made(cast)
    answer = client.post(f"/desk/keys/units/{cast.county.pk}/let-in/", {"user": colleague.pk})
    code = re.search(r"\d{4} \d{4} \d{4}", answer.content.decode())
    assert code
    other = cast.client(colleague)
    path = f"/desk/keys/units/{cast.county.pk}/take-up/"
    theirs = {"phrase": "另一句自己的话记得住", "again": "另一句自己的话记得住"}
    wrong = other.post(path, {"code": "123412341234", **theirs})
    assert wrong.status_code == 200 and Share.objects.filter(until=None).count() == 1
    assert other.post(path, {"code": code[0], **theirs})["Location"] == "/desk/keys/"
    assert opens(other) == (private,)
    again = cast.client(colleague)
    again.post(path, {"code": code[0], **theirs})
    assert opens(again) == (), "the code opens once"


def test_the_paper_opens_it_when_the_pass_phrase_is_forgotten(cast: Cast) -> None:
    _client, private = made(cast)
    client = cast.client(cast.discipline_receiver)
    path = f"/desk/keys/units/{cast.county.pk}/take-up/"
    new = {"phrase": "新的一句话自己记得住", "again": "新的一句话自己记得住"}
    client.post(path, {"code": private.lower()[:30] + " " + private[30:], **new})
    assert opens(client) == (private,)
    fresh = cast.client(cast.discipline_receiver)
    fresh.post("/desk/keys/unlock/", {"phrase": PHRASE})
    assert opens(fresh) == ()
    fresh.post("/desk/keys/unlock/", {"phrase": new["phrase"]})
    assert opens(fresh) == (private,)


@pytest.mark.parametrize(
    ("phrase", "again", "says"),
    [("短", "短", "至少"), (PHRASE, PHRASE + "不", "不一样"), ("11111111111", "11111111111", "")],
)
def test_what_is_wrong_with_a_pass_phrase_stands_at_the_field(
    cast: Cast, phrase: str, again: str, says: str
) -> None:
    client = cast.client(cast.discipline_receiver)
    path = f"/desk/keys/units/{cast.county.pk}/make/"
    answer = client.post(path, {"phrase": phrase, "again": again})
    assert answer.status_code == 200 and says in answer.content.decode()
    assert not Key.objects.exists()


def test_nobody_else_comes_near(cast: Cast, colleague: User) -> None:
    made(cast)
    unit = cast.county.pk
    for person in (cast.dispatcher, cast.supervisor, cast.sys_admin, cast.auditor):
        client = cast.client(person)
        for path in ("", "unlock/", f"units/{unit}/make/", f"units/{unit}/take-up/"):
            assert client.get(f"/desk/keys/{path}").status_code == 404
    receiver = cast.client(colleague)
    assert receiver.get(f"/desk/keys/units/{cast.housing.pk}/make/").status_code == 404
    assert (
        receiver.post(f"/desk/keys/units/{unit}/let-in/", {"user": colleague.pk}).status_code == 200
    )
    assert Share.objects.count() == 1, "letting in needs the key unlocked"


def test_whoever_receives_nothing_any_more_unlocks_nothing_any_more(cast: Cast) -> None:
    made(cast)
    viewer = cast.viewer(cast.discipline_receiver)
    assert actions.unlock(phrase=PHRASE, by=viewer)
    held = cast.discipline_receiver.memberships.get()
    people.end_membership(membership=held, by=SYSTEM)
    assert not queries.shares_of(cast.viewer(cast.discipline_receiver)).exists()
    assert actions.end_stale_shares() == 1
    assert not Share.objects.exists()


def test_a_key_is_retired_only_when_another_is_there(cast: Cast) -> None:
    client, _private = made(cast)
    first = Key.objects.get()
    client.post(f"/desk/keys/{first.pk}/retire/")
    assert [key.pk for key in queries.live_keys()] == [first.pk]
    client.post(f"/desk/keys/units/{cast.county.pk}/make/", {"phrase": PHRASE, "again": PHRASE})
    client.post(f"/desk/keys/{first.pk}/retire/")
    assert first.pk not in [key.pk for key in queries.live_keys()]
    assert len(opens(client)) == 2


def test_the_pass_phrase_cannot_be_tried_without_the_pepper(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(cast)
    share = Share.objects.get()
    monkeypatch.setattr("lianxin.vault.keys.secret", lambda _name: bytes(32))
    with pytest.raises(sealing.Shut):
        sealing.unwrap(share.wrapped, salt=share.salt, share=share.uuid, phrase=PHRASE)


def test_the_cookie_goes_over_https_only_and_to_our_pages_only(cast: Cast) -> None:
    client, _private = made(cast)
    cookie = client.cookies[unlocking.cookie()]
    assert cookie["httponly"] and cookie["samesite"] == "Strict"
    assert bool(cookie["secure"]) == settings.HTTPS
