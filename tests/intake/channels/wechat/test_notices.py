"""Who wrote by WeChat hears there that there is news; a failure stands on both pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.test import Client
from pytest_django import Settings

from lianxin.cases import actions as cases
from lianxin.intake.models import Concern
from lianxin.journal import outbox
from lianxin.kernel import clock
from lianxin.kernel.ids import format_number
from lianxin.notices.models import Message, Notice
from lianxin.notices.residents import send_notices
from tests.cast import Cast
from tests.walk import Walk
from tests.weixin import WANG, Api, Server

pytestmark = pytest.mark.django_db


@pytest.fixture
def walk(weixin: Server, cast: Cast) -> Iterator[Walk]:
    """What somebody sent by WeChat is worked on; it is noon."""
    weixin.say("东关大街12号楼的水管漏水三天了。")
    answer = weixin.say("1")
    code = "".join(answer.split("查询码：")[1].splitlines()[0].split())
    outbox.drain()
    walk = Walk(cast, Concern.objects.get().number, code)
    walk.until("handling")
    outbox.drain()
    Notice.objects.all().delete()
    noon = clock.now().astimezone(clock.SHANGHAI).replace(hour=12, minute=0)
    with clock.at(datetime.fromtimestamp(noon.timestamp(), clock.SHANGHAI)):
        yield walk


def ask(walk: Walk) -> None:
    cases.write_message(walk.case, words="门牌号是多少？", by=walk.viewer("handler"))
    outbox.drain()


def own_page(walk: Walk) -> str:
    client = Client()
    assert client.post("/track/", {"code": walk.code}).status_code == 303
    return client.get("/track/case/").content.decode()


def test_a_question_is_told_in_the_chat(walk: Walk, api: Api, cast: Cast) -> None:
    ask(walk)
    assert send_notices() == 1
    [text] = api.texts()
    assert format_number(walk.number) in text and "门牌" not in text and "漏水" not in text
    assert "微信" in own_page(walk)


def test_staff_see_no_account_and_no_way_to_it(walk: Walk, api: Api, cast: Cast) -> None:
    ask(walk)
    send_notices()
    for person in (cast.handler, cast.dispatcher):
        page = cast.client(person).get(f"/desk/cases/{walk.number}/").content.decode()
        assert WANG not in page and "已封存：微信" not in page
    client = cast.client(cast.dispatcher)
    for path in ("contact/", "write/"):
        page = client.get(f"/desk/cases/{walk.number}/{path}").content.decode()
        assert WANG not in page and 'value="wechat"' not in page


def test_that_it_did_not_arrive_stands_on_both_pages(
    walk: Walk, api: Api, cast: Cast, settings: Settings
) -> None:
    settings.WECHAT_TEMPLATE = ("", {})
    api.silent.add(WANG)
    ask(walk)
    assert send_notices() == 0
    assert "发一句话" in own_page(walk)
    staff = cast.client(cast.handler).get(f"/desk/cases/{walk.number}/").content.decode()
    assert "没有送达" in staff and WANG not in staff


def test_who_no_longer_wishes_it_is_left_alone(walk: Walk, api: Api) -> None:
    client = Client()
    client.post("/track/", {"code": walk.code})
    client.post("/track/case/notices/", {"notify": ""})
    ask(walk)
    assert send_notices() == 0 and not api.sent


def test_who_erases_their_data_is_known_no_more(walk: Walk, api: Api) -> None:
    client = Client()
    client.post("/track/", {"code": walk.code})
    assert "微信" in client.get("/track/case/data/").content.decode()
    client.post("/track/case/erase-contact/", {"sure": "on"})
    ask(walk)
    assert send_notices() == 0 and not api.sent


def test_a_template_message_that_did_not_arrive_is_told(
    walk: Walk, weixin: Server, api: Api, cast: Cast, settings: Settings
) -> None:
    settings.WECHAT_TEMPLATE = ("TEMPLATE", {"character_string1": "number"})
    api.silent.add(WANG)
    ask(walk)
    assert send_notices() == 1 and "没有送达" not in own_page(walk)
    ended = {"Event": "TEMPLATESENDJOBFINISH", "MsgID": 200163836}
    assert weixin.send("event", Status="success", at=1, **ended) == ""
    assert "没有送达" not in own_page(walk)
    for _ in range(2):
        assert weixin.send("event", Status="failed:user block", at=2, **ended) == ""
    assert "没有送达" in own_page(walk) and "发一句话" in own_page(walk)
    outbox.drain()
    told = Message.objects.filter(recipient=cast.handler, kind="bounced")
    assert told.count() == 1


def test_a_stranger_to_us_did_not_get_anything(walk: Walk, weixin: Server) -> None:
    weixin.send("event", Event="TEMPLATESENDJOBFINISH", MsgID=1, Status="failed:user block")
    weixin.send("event", Event="TEMPLATESENDJOBFINISH", Status="failed:user block")
    assert "没有送达" not in own_page(walk)
