"""A call nobody answered: somebody calls back, without seeing the number where that can be."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianxin.access import Refused
from lianxin.intake.channels.call import actions, queries
from lianxin.intake.channels.call.actions import Told, What
from lianxin.intake.models import Call, Concern
from lianxin.journal.models import Entry
from lianxin.kernel import clock
from lianxin.notices.sections import lines_for
from lianxin.vault import actions as sealed
from lianxin.vault import queries as vault
from tests.cast import Cast
from tests.vault.bridge import Bridge
from tests.vault.conftest import bridge as bridge

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = "13912345678"


def missed(ref: str = "a-1", *, hours: float = 1, number: str = NUMBER) -> Call:
    rang = clock.now() - timedelta(hours=hours)
    actions.take_note(Told(What.RANG, ref, rang, number=number))
    return actions.take_note(Told(What.ENDED, ref, rang + timedelta(seconds=40)))


def test_who_waits_is_listed_and_only_who(cast: Cast) -> None:
    call = missed()
    missed("no number", number="")
    answered = missed("answered")
    Call.objects.filter(pk=answered.pk).update(answered_at=answered.rang_at)
    actions.take_note(Told(What.RANG, "rings now", clock.now(), number=NUMBER))
    actions.take_note(
        Told(What.RANG, "never ended", clock.now() - timedelta(minutes=20), number=NUMBER)
    )
    found = queries.to_call_back(cast.viewer(cast.clerk), size=20)
    assert [row.ref for row in found] == ["a-1", "never ended"]
    assert not queries.to_call_back(cast.viewer(cast.secretary), size=20)
    link = f"/desk/hotline/{call.uuid}/"
    assert link in cast.client(cast.clerk).get("/desk/hotline/").content.decode()
    assert cast.client(cast.clerk).get(link).status_code == 200
    assert [str(line) for line in lines_for([cast.clerk.pk])[cast.clerk.pk]]


def test_the_list_asks_as_much_for_many_as_for_one(cast: Cast) -> None:
    client = cast.client(cast.clerk)
    missed("0")
    client.get("/desk/hotline/")
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get("/desk/hotline/")
    for n in range(1, 25):
        missed(str(n))
    with CaptureQueriesContext(connection) as many:
        page = client.get("/desk/hotline/").content.decode()
    assert len(many) == len(one)
    assert "?page=2" in page and page.count("/desk/hotline/") > 20


def test_the_two_are_connected_and_nobody_sees_the_number(cast: Cast, bridge: type[Bridge]) -> None:
    call, client = missed(), cast.client(cast.clerk)
    link = f"/desk/hotline/{call.uuid}/"
    assert "显示号码" not in client.get(link).content.decode()
    wrong = client.post(link, {"line": "1"})
    assert not bridge.got and wrong.status_code == 200
    page = client.post(link, {"line": "0634-6110000"}, follow=True)
    assert json.loads(bridge.got[0][1]) | {"ref": ""} == {
        "kind": "call", "to": NUMBER, "staff_line": "06346110000", "text": "", "ref": "",
    }  # fmt: skip
    assert NUMBER not in page.content.decode()
    # Where it can be called without being seen, it is not shown.
    assert client.post(f"{link}number/").status_code == 403
    with pytest.raises(Refused):
        sealed.reveal(
            call.subject, fields=["phone"], by=cast.viewer(cast.clerk), purpose="看看是谁"
        )


def test_without_a_platform_the_number_is_shown_on_the_record(cast: Cast) -> None:
    call, client = missed(), cast.client(cast.clerk)
    link = f"/desk/hotline/{call.uuid}/"
    assert NUMBER not in client.get(link).content.decode()
    assert NUMBER in client.post(f"{link}number/").content.decode()
    (shown,) = Entry.objects.filter(subject=call.subject, event="vault.revealed")
    assert shown.actor == f"user:{cast.clerk.pk}"
    assert NUMBER not in client.get(link).content.decode()


def test_others_find_no_call(cast: Cast, bridge: type[Bridge]) -> None:
    call = missed()
    for person in (cast.secretary, cast.handler, cast.supervisor, cast.town_liaison):
        client = cast.client(person)
        for end in ("", "number/", "tried/", "settled/"):
            assert client.post(f"/desk/hotline/{call.uuid}/{end}").status_code == 404
        with pytest.raises(Refused):
            sealed.write(call.subject, way="call", text="", line="1", by=cast.viewer(person))
    assert not bridge.got


def test_after_three_tries_it_is_given_up_and_the_number_erased(cast: Cast) -> None:
    call, client = missed(), cast.client(cast.clerk)
    for tries in (1, 2, 3):
        assert queries.is_missed(call)
        for _twice in range(2):
            client.post(f"/desk/hotline/{call.uuid}/tried/", {"seen": str(tries - 1)})
        call.refresh_from_db()
        assert call.tries == tries
    assert call.reached is False and vault.fields(call.uuid) == []
    assert client.get(f"/desk/hotline/{call.uuid}/").status_code == 404
    client.post(f"/desk/hotline/{call.uuid}/tried/")
    call.refresh_from_db()
    assert call.tries == 3


def test_whoever_was_reached_is_taken_down_or_done(cast: Cast) -> None:
    client = cast.client(cast.clerk)
    done, filed = missed("a"), missed("b")
    client.post(f"/desk/hotline/{done.uuid}/settled/")
    client.post(
        "/desk/register/call/",
        {"key": "k", "words": "停水了。", "identity": "named", "reply_mode": "phone",
         "call": str(filed.uuid)},
    )  # fmt: skip
    assert vault.fields(done.uuid) == [] and vault.fields(filed.uuid) == ["phone"]
    assert not queries.missed().exists()
    ((day,), together) = queries.figures(2)
    assert (day.rang, day.answered, day.called_back, together.rate) == (2, 0, 2, 0)
    # What was called back in vain or settled is no longer to be reached as a call.
    with pytest.raises(Refused):
        sealed.reveal(
            filed.subject, fields=["phone"], by=cast.viewer(cast.clerk), purpose="看看是谁"
        )


def test_numbers_of_calls_that_led_to_nothing_are_forgotten(cast: Cast) -> None:
    old, new, kept = missed("a", hours=24 * 6), missed("b"), missed("c", hours=24 * 6)
    Concern.objects.all()
    week = clock.now() - timedelta(days=8)
    cast.client(cast.clerk).post(
        "/desk/register/call/",
        {"key": "k", "words": "停水了。", "identity": "named", "reply_mode": "phone",
         "call": str(kept.uuid)},
    )  # fmt: skip
    Call.objects.filter(pk__in=[old.pk, kept.pk]).update(rang_at=week)
    assert actions.forget_calls() == 1
    assert [vault.fields(c.uuid) for c in (old, new, kept)] == [[], ["phone"], ["phone"]]
    Call.objects.update(rang_at=clock.now() - timedelta(days=400))
    actions.forget_calls()
    assert [call.ref for call in Call.objects.all()] == ["c"]
