"""Staff are told in their work chat that there is something: confirmed, and nothing of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.test import Client

from lianxin.journal import queries as journal
from lianxin.kernel import clock
from lianxin.notices.actions import tell
from lianxin.notices.models import Carrier
from lianxin.notices.pushing import TRIES, push_messages
from tests.cast import Cast
from tests.notices.robots import DINGTALK, FEISHU, WECOM, Chats, standing
from tests.vault.leaks import leaks_of

pytestmark = pytest.mark.django_db
PAGE = "/desk/digest/carrier/"
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=clock.SHANGHAI)


@pytest.fixture(autouse=True)
def chats(monkeypatch: pytest.MonkeyPatch) -> Iterator[Chats]:
    with standing(monkeypatch) as found:
        yield found


@pytest.fixture
def client(cast: Cast) -> Client:
    return cast.client(cast.handler)


def put_in(client: Client, address: str = WECOM, secret: str = "") -> str:
    answer = client.post(PAGE, {"do": "set", "address": address, "secret": secret}, follow=True)
    return answer.content.decode()


def confirm(client: Client, chats: Chats) -> str:
    found = re.search(r"\d{6}", chats.texts[-1])
    assert found
    answer = client.post(PAGE, {"do": "confirm", "number": found[0]}, follow=True)
    return answer.content.decode()


def ready(client: Client, chats: Chats, address: str = WECOM) -> None:
    put_in(client, address)
    confirm(client, chats)
    chats.said.clear()


@pytest.mark.parametrize(
    ("address", "secret", "path"),
    [
        (WECOM, "", "/cgi-bin/webhook/send?key=693a91f6"),
        (DINGTALK, "", "/robot/send?access_token=ab12"),
        (DINGTALK, "SEC" + "a1" * 20, "timestamp="),
        (FEISHU, "", "/open-apis/bot/v2/hook/3c6f1b2a"),
    ],
)
def test_an_address_counts_once_its_number_came_back(
    cast: Cast, client: Client, chats: Chats, address: str, secret: str, path: str
) -> None:
    assert "请在这里填写" in put_in(client, address, secret)
    assert path in chats.said[-1][0]
    tell([cast.handler.pk], "x", "有事", urgent=True)
    assert push_messages() == 0
    assert "也会在那里通知您" in confirm(client, chats)
    row = Carrier.objects.get()
    assert row.confirmed_at and row.user == cast.handler
    told = [entry.event for entry in journal.story([f"user:{cast.handler.pk}"])]
    assert told.count("notices.carrier_confirmed") == 1


def test_what_is_urgent_is_told_at_once_and_nothing_of_it(
    cast: Cast, client: Client, chats: Chats
) -> None:
    ready(client, chats)
    tell([cast.handler.pk], "x", "案件 ABCD-1234-EFG 被退回", link="/desk/x/", urgent=True)
    tell([cast.handler.pk], "x", "案件 WXYZ-1234-EFG 有补充")
    with clock.at(NOON.replace(hour=3)):
        assert push_messages() == 1 and push_messages() == 0
    [text] = chats.texts
    assert "/desk/" in text and "ABCD" not in text and "退回" not in text


def test_the_rest_is_told_once_a_day(cast: Cast, client: Client, chats: Chats) -> None:
    ready(client, chats)
    for hours, more, sent in ((3, 1, 0), (9, 1, 1), (11, 2, 0), (31, 0, 0), (32, 0, 1)):
        for _ in range(more):
            tell([cast.handler.pk], "x", "有事")
        with clock.at(NOON.replace(hour=0) + timedelta(hours=hours)):
            assert push_messages() == sent, hours
    assert ["2" in text for text in chats.texts] == [True, True]


def test_what_fails_is_tried_again_and_told(cast: Cast, client: Client, chats: Chats) -> None:
    ready(client, chats)
    tell([cast.handler.pk], "x", "有事", urgent=True)
    chats.status = 500
    with clock.at(NOON):
        assert push_messages() == 0
    assert "没有发出" in client.get(PAGE).content.decode()
    chats.status = 200
    with clock.at(NOON + timedelta(minutes=1)):
        assert push_messages() == 0
    with clock.at(NOON + timedelta(minutes=16)):
        assert push_messages() == 1
    assert "没有发出" not in client.get(PAGE).content.decode()


def test_nobody_is_led_elsewhere(cast: Cast, client: Client, chats: Chats) -> None:
    ready(client, chats)
    tell([cast.handler.pk], "x", "有事", urgent=True)
    chats.status = 307
    assert push_messages() == 0 and not chats.said


@pytest.mark.parametrize(
    "address",
    [
        "",
        "hello",
        "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7aoc-4bc4-97a0",
        "https://qyapi.weixin.qq.com.evil.example/cgi-bin/webhook/send?key=693a91f6-7aoc-4bc4",
        "https://127.0.0.1/cgi-bin/webhook/send?key=693a91f6-7aoc-4bc4-97a0",
        "https://oapi.dingtalk.com/robot/send?access_token=../../x",
        WECOM + "&key=x",
        "json://localhost/x",
        "x" * 5_000,
    ],
)
def test_other_addresses_are_refused(client: Client, chats: Chats, address: str) -> None:
    answer = client.post(PAGE, {"do": "set", "address": address, "secret": ""})
    assert answer.status_code == 200 and not Carrier.objects.exists() and not chats.said


def test_where_nothing_arrives_nothing_is_kept(client: Client, chats: Chats) -> None:
    chats.status = 404
    assert "发不出去" in put_in(client) and not Carrier.objects.exists()


def test_a_wrong_number_does_not_count_however_often(client: Client, chats: Chats) -> None:
    put_in(client)
    for _ in range(TRIES):
        client.post(PAGE, {"do": "confirm", "number": "000000"})
    confirm(client, chats)
    assert Carrier.objects.get().confirmed_at is None


def test_the_number_holds_ten_minutes(client: Client, chats: Chats) -> None:
    put_in(client)
    Carrier.objects.update(number_until=clock.now() - timedelta(seconds=1))
    confirm(client, chats)
    assert Carrier.objects.get().confirmed_at is None


def test_it_can_be_taken_out(cast: Cast, client: Client, chats: Chats) -> None:
    ready(client, chats)
    client.post(PAGE, {"do": "drop"})
    tell([cast.handler.pk], "x", "有事", urgent=True)
    assert push_messages() == 0 and not Carrier.objects.exists()


def test_who_may_not_sign_in_is_told_nothing(cast: Cast, client: Client, chats: Chats) -> None:
    ready(client, chats)
    tell([cast.handler.pk], "x", "有事", urgent=True)
    cast.handler.is_active = False
    cast.handler.save()
    assert push_messages() == 0 and not chats.said


def test_neither_key_nor_number_can_be_read(
    client: Client, chats: Chats, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    put_in(client)
    found = re.search(r"\d{6}", chats.texts[-1])
    assert found
    ours = [r for r in caplog.records if r.name.startswith(("lianxin", "django", "apprise"))]
    caplog.records[:] = ours
    assert not leaks_of(("693a91f6-7aoc", found[0]), caplog)
    page = client.get(PAGE).content.decode()
    assert "693a91f6" not in page


def test_many_cost_few_queries(
    cast: Cast, client: Client, chats: Chats, django_assert_num_queries: object
) -> None:
    ready(client, chats)
    for person in (cast.handler, cast.leader, cast.dispatcher):
        other = cast.client(person)
        ready(other, chats)
        tell([person.pk], "x", "有事")
    with clock.at(NOON.replace(hour=3)), django_assert_num_queries(2):  # type: ignore[operator]
        assert push_messages() == 0
