"""What a person writes to the account becomes a concern when they say so: once, in their order."""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from pytest_django import Settings

from lianxin.cases import queries as case_queries
from lianxin.intake.channels.wechat.fetching import end_chats
from lianxin.intake.channels.wechat.models import Chat, Heard, Piece
from lianxin.intake.models import Addition, Concern, Hold, NoticeChoice
from lianxin.journal import outbox
from lianxin.kernel import clock
from lianxin.kernel.ids import format_number
from lianxin.vault.queries import every_field, fields
from tests.vault.leaks import leaks_of
from tests.weixin import LI, WANG, Api, Server, message

pytestmark = pytest.mark.django_db
WORDS = "东关大街12号楼的水管漏水三天了，没有人来修。"


def code_in(answer: str) -> str:
    return answer.split("查询码：")[1].splitlines()[0]


def test_words_are_a_concern_when_the_person_says_so(weixin: Server) -> None:
    asked = weixin.say(WORDS)
    assert "110" in asked and "回复 1" in asked and not Concern.objects.exists()
    answer = weixin.say("1")
    outbox.drain()
    [concern] = Concern.objects.all()
    assert (concern.channel, concern.identity, concern.words) == ("wechat", "confidential", WORDS)
    assert format_number(concern.number) in answer and WORDS not in answer
    assert case_queries.case_of_concern(concern.pk) is not None
    client = Client()
    assert client.post("/track/", {"code": code_in(answer)}).status_code == 303
    page = client.get("/track/case/").content.decode()
    assert WORDS in page and WANG not in page
    assert NoticeChoice.objects.get().way == "wechat"


def test_the_openid_lies_sealed_and_nobody_is_shown_it(
    weixin: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    weixin.say(WORDS)
    assert not leaks_of((WANG, WORDS[:8]), caplog)
    answer = weixin.say("1")
    concern = Concern.objects.get()
    assert not leaks_of((WANG, code_in(answer)), caplog)
    assert every_field(concern.uuid) == ["wechat"] and fields(concern.uuid) == []


def test_two_is_the_end_of_it(weixin: Server, caplog: pytest.LogCaptureFixture) -> None:
    weixin.say(WORDS)
    assert "什么也没有发送" in weixin.say("2")
    assert not Concern.objects.exists() and not Chat.objects.exists() and not Piece.objects.exists()
    assert "没有等着发送的内容" in weixin.say("1") and not Concern.objects.exists()


def test_it_goes_on_until_it_is_sent_in_the_order_it_was_said(weixin: Server) -> None:
    now = int(time.time())
    weixin.say("第一句。", at=now, id=5)
    weixin.say("第三句。", at=now + 2, id=9)
    weixin.say("第二句。", at=now + 2, id=8)
    weixin.say("1", at=now + 3)
    assert Concern.objects.get().words == "第一句。\n第二句。\n第三句。"


def test_the_place_is_where_the_map_meant(weixin: Server) -> None:
    weixin.say(WORDS)
    where = {"Location_X": 39.913345, "Location_Y": 116.384047, "Label": "东城区 东关大街12号"}
    noted = weixin.send("location", Scale=16, **where)
    assert "位置" in noted
    weixin.say("1")
    concern = Concern.objects.get()
    assert concern.place == "东城区 东关大街12号"
    found = (concern.latitude, concern.longitude)
    assert found == (Decimal("39.911954"), Decimal("116.377817"))


def test_a_place_alone_is_enough(weixin: Server) -> None:
    weixin.send("location", Location_X=31.175304, Location_Y=121.531542, Scale=16, Label="")
    weixin.say("1")
    assert Concern.objects.get().latitude == Decimal("31.177428")


@pytest.mark.parametrize("send", ["1", "１", " 1。", "发送", "發送", "提交"])
def test_one_can_be_said_in_many_ways(weixin: Server, send: str) -> None:
    weixin.say("樓下的路燈壞了。")
    weixin.say(send)
    assert Concern.objects.get().words == "樓下的路燈壞了。"


def test_sent_again_by_wechat_it_is_one_with_one_answer(weixin: Server) -> None:
    first = message(Content=WORDS)
    asked = {weixin.answer(weixin.post(first)) for _ in range(3)}
    sent = message(Content="1")
    answers = {weixin.answer(weixin.post(sent)) for _ in range(3)}
    assert len(asked) == len(answers) == 1 and Concern.objects.count() == 1
    assert Concern.objects.get().words == WORDS


def test_one_twice_is_told_that_it_was_sent(weixin: Server) -> None:
    weixin.say(WORDS)
    weixin.say("1")
    again = weixin.say("1")
    assert format_number(Concern.objects.get().number) in again and "查询码" not in again
    assert Concern.objects.count() == 1


def test_what_was_said_before_and_comes_late_is_added(weixin: Server) -> None:
    now = int(time.time())
    weixin.say(WORDS, at=now)
    weixin.say("1", at=now + 9)
    late = weixin.say("四楼也漏了。", at=now + 5)
    assert format_number(Concern.objects.get().number) in late
    assert [row.words for row in Addition.objects.all()] == ["四楼也漏了。"]
    assert "要我们办" in weixin.say("还有一件别的事。", at=now + 20)
    assert Concern.objects.count() == 1


def test_two_people_are_two(weixin: Server) -> None:
    weixin.say("一号楼停水。")
    weixin.say("二号楼停电。", person=LI)
    weixin.say("1", person=LI)
    weixin.say("1")
    assert {row.words for row in Concern.objects.all()} == {"一号楼停水。", "二号楼停电。"}


def test_two_concerns_of_one_person_are_linked_by_nothing(weixin: Server) -> None:
    for words in ("一号楼停水。", "二号楼停电。"):
        weixin.say(words)
        weixin.say("1")
    with clock.at(timedelta(hours=2)):
        end_chats()
    assert Concern.objects.count() == 2 and not Chat.objects.exists()


def test_what_is_not_sent_in_a_day_is_forgotten_and_told(weixin: Server, api: Api) -> None:
    weixin.say(WORDS)
    with clock.at(timedelta(hours=23)):
        assert end_chats() == 0
    with clock.at(timedelta(hours=25)):
        assert end_chats() == 1
    assert not Chat.objects.exists() and not Piece.objects.exists()
    [told] = api.texts()
    assert "没有发送" in told and WORDS[:4] not in told


def test_a_one_after_a_day_sends_nothing_old(weixin: Server) -> None:
    old = int(time.time()) - 90_000
    weixin.say(WORDS, at=old)
    Chat.objects.update(until=clock.now() - timedelta(minutes=1))
    assert "没有等着发送的内容" in weixin.say("1") and not Concern.objects.exists()


def test_long_words_are_kept_whole(weixin: Server) -> None:
    long = "水管漏了，" * 4_000
    weixin.say(long)
    weixin.say("1")
    concern = Concern.objects.get()
    rest = "".join(row.words for row in Addition.objects.order_by("pk"))
    assert concern.words + rest == long and len(concern.words) == 10_000


def test_what_is_too_long_is_told_and_the_rest_stays(weixin: Server) -> None:
    weixin.say(WORDS)
    assert "没有记下" in weixin.say("长" * 30_000)
    weixin.say("1")
    assert Concern.objects.get().words == WORDS


@pytest.mark.parametrize(
    "words", ["😀👨‍👩‍👧 𠮷野家门口堵了", "]]>&lt;b>水管", "<xml>漏水</xml> & <!DOCTYPE x>"]
)
def test_odd_characters_are_kept(weixin: Server, words: str) -> None:
    weixin.answer(weixin.post(message(Content=words.replace("]]>", "]]]]><![CDATA[>"))))
    weixin.say("1")
    assert Concern.objects.get().words == words


@pytest.mark.parametrize("words", ["", "   ", "\n"])
def test_nothing_is_told_kindly(weixin: Server, words: str) -> None:
    assert "没有收到" in weixin.say(words) and not Chat.objects.exists()


@pytest.mark.parametrize("kind", ["video", "shortvideo", "file", "miniprogrampage", "nonsense"])
def test_what_cannot_be_taken_is_told_kindly(weixin: Server, kind: str) -> None:
    answer = weixin.send(kind, MediaId="M1", ThumbMediaId="T1")
    assert "/report/" in answer and not Chat.objects.exists()


def test_a_link_is_words(weixin: Server) -> None:
    weixin.send("link", Title="漏水", Description="视频", Url="https://example.org/a")
    weixin.say("1")
    assert Concern.objects.get().words == "漏水\n视频\nhttps://example.org/a"


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ({"Event": "subscribe"}, "文字"),
        ({"Event": "CLICK", "EventKey": "progress"}, "查询码"),
        ({"Event": "CLICK", "EventKey": "report"}, "文字"),
        ({"Event": "LOCATION", "Latitude": 23.1, "Longitude": 113.3, "Precision": 119.3}, ""),
        ({"Event": "VIEW", "EventKey": "https://x.example"}, ""),
        ({"Event": "TEMPLATESENDJOBFINISH", "MsgID": 1, "Status": "success"}, ""),
        ({"Event": "unsubscribe"}, ""),
    ],
)
def test_events(
    weixin: Server, said: dict[str, str], answered: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = weixin.send("event", **said)
    assert answered in answer and bool(answer) == bool(answered)
    assert not Chat.objects.exists() and not leaks_of((WANG, "113.3"), caplog)


def test_who_leaves_takes_what_was_not_sent_along(weixin: Server) -> None:
    weixin.say(WORDS)
    weixin.send("event", Event="unsubscribe")
    assert not Chat.objects.exists() and not Piece.objects.exists()


def test_many_of_one_person_wait_for_somebody(weixin: Server) -> None:
    for number in range(5):
        weixin.say(f"第{number}件事。")
        assert "受理编号" in weixin.say("1")
    assert Concern.objects.count() == 5 and Hold.objects.count() == 2


def test_answers_are_forgotten_soon(weixin: Server) -> None:
    from lianxin.intake.channels.wechat.actions import forget_heard

    weixin.say(WORDS)
    assert forget_heard() == 0
    with clock.at(timedelta(hours=2)):
        assert forget_heard() == 1 and not Heard.objects.exists()


def test_in_plain_mode_too(weixin: Server, settings: Settings) -> None:
    settings.WECHAT_AES_KEY, weixin.safe = "", False
    weixin.say(WORDS)
    assert "受理编号" in weixin.say("1") and Concern.objects.count() == 1


def test_english_is_answered_in_english(weixin: Server) -> None:
    assert "Reply 1" in weixin.say("The lamp is broken.")
    assert "Receipt number" in weixin.say("1")
    assert Concern.objects.get().language == "en"
