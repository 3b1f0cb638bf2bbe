"""What comes at the same moment is taken one after another, and each once."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from lianxin.intake.channels.wechat.models import Chat
from lianxin.intake.models import Concern
from tests.weixin import Api, Server, message

pytestmark = pytest.mark.django_db(transaction=True)


def all_at_once(bodies: list[str]) -> list[str]:
    """The answers to messages that arrive together."""

    def one(body: str) -> str:
        try:
            server = Server()
            return server.answer(server.post(body))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(one, bodies))


def test_one_message_again_and_again(api: Api) -> None:
    body = message(Content="水管漏水三天了。")
    assert len(set(all_at_once([body] * 6))) == 1
    sent = message(Content="1")
    answers = set(all_at_once([sent] * 6))
    assert len(answers) == 1 and "受理编号" in answers.pop()
    assert Concern.objects.get().words == "水管漏水三天了。"


def test_the_first_messages_of_a_person_are_one_talk_in_their_order(api: Api) -> None:
    now = int(time.time())
    said = [f"第{number}句。" for number in range(6)]
    bodies = [message(Content=text, at=now, id=10**15 + i) for i, text in enumerate(said)]
    answers = all_at_once(bodies[::-1])
    assert all("记下了" in answer for answer in answers) and Chat.objects.count() == 1
    weixin = Server()
    weixin.say("1", at=now + 1)
    assert Concern.objects.get().words == "\n".join(said)


def test_two_say_send_at_once(api: Api) -> None:
    Server().say("水管漏水三天了。")
    answers = all_at_once([message(Content="1"), message(Content="1")])
    assert Concern.objects.count() == 1
    assert sum("查询码：" in answer for answer in answers) == 1
