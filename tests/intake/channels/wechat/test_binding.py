"""Who has a receipt from elsewhere is told by WeChat from then on; the office learns nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.test import Client

from lianxin.intake import slowing
from lianxin.intake.channels.wechat import queries
from lianxin.intake.channels.wechat.models import Chat
from lianxin.intake.models import Concern, NoticeChoice
from lianxin.journal import outbox
from lianxin.kernel.ids import format_code, format_number
from lianxin.vault.queries import every_field
from tests.cast import Cast
from tests.screen import Screen
from tests.walk import Walk, begin
from tests.weixin import LI, WANG, Api, Server

pytestmark = pytest.mark.django_db
NAMED: dict[str, Any] = {
    "identity": "named",
    "contact": {"name": "王桂兰", "phone": "13812345678"},
}


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Nobody has tried anything yet."""
    cache.clear()
    slowing._asked_until = 0.0
    yield
    slowing._asked_until = 0.0


@pytest.fixture
def walk(weixin: Server, cast: Cast) -> Walk:
    walk = begin(cast, **NAMED)
    walk.until("handling")
    outbox.drain()
    return walk


def both(walk: Walk) -> str:
    """Number and code as somebody types them."""
    return f"{format_number(walk.number)} {format_code(walk.code)}"


def bound(walk: Walk) -> bool:
    choice = NoticeChoice.objects.filter(concern__number=walk.number, way="wechat")
    return choice.exists() and "wechat" in every_field(walk.case.concern.uuid)


def test_number_and_code_bind(weixin: Server, walk: Walk) -> None:
    answer = weixin.say(both(walk))
    assert bound(walk) and format_number(walk.number) in answer and "告诉您" in answer
    assert "住建局正在办\n" in answer and not Chat.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [
        "受理编号：{number}\n查询码：{code}",
        "查询 {number} {code}",
        "{code} {number}",
        "进度{number}{bare}",
        "{wide}",
    ],
)
def test_however_it_is_copied(weixin: Server, walk: Walk, typed: str) -> None:
    number, code = format_number(walk.number), format_code(walk.code)
    wide = both(walk).translate({ord("0") + n: chr(0xFF10 + n) for n in range(10)})
    text = typed.format(number=number, code=code, bare=walk.code, wide=wide)
    assert "告诉您" in weixin.say(text) and bound(walk)


def test_the_code_alone_tells_how_it_stands_and_binds_nothing(weixin: Server, walk: Walk) -> None:
    answer = weixin.say(f"查询 {walk.code}")
    assert "住建局正在办\n" in answer and "一起发" in answer
    assert not NoticeChoice.objects.exists()


def test_how_it_stands_needs_a_code(weixin: Server, walk: Walk) -> None:
    weixin.say(both(walk))
    for asked in ("进度", "查询", "查進度"):
        answer = weixin.say(asked)
        assert "20 位" in answer and format_number(walk.number) not in answer


@pytest.mark.parametrize(
    "wrong", ["12345678901234567890", "{number} 12345678901234567890", "KE0MM9HZK10 {code}"]
)
def test_a_wrong_code_is_always_the_same(weixin: Server, walk: Walk, wrong: str) -> None:
    told = weixin.say(wrong.format(number=walk.number, code=walk.code))
    assert "查不到" in told and not NoticeChoice.objects.exists()


def test_guessing_is_slowed_and_then_stopped(weixin: Server, walk: Walk) -> None:
    with patch("time.sleep") as slept:
        answers = [weixin.say(f"{number:020d}") for number in range(30)]
    assert max(call.args[0] for call in slept.call_args_list) == slowing.LONGEST
    assert "查不到" in answers[0] and "/track/" in answers[-1] and "查不到" not in answers[-1]
    assert "/track/" in weixin.say(both(walk)) and not bound(walk)


def test_a_door_that_lets_everybody_guess_is_noticed(weixin: Server, walk: Walk) -> None:
    with patch.object(slowing, "slow_down", lambda *_: None):
        answers = [weixin.say(f"{number:020d}") for number in range(30)]
    assert "查不到" in answers[-1]


def test_who_is_anonymous_stays_so(weixin: Server, cast: Cast) -> None:
    walk = begin(cast, identity="anonymous", contact={}, notify="")
    answer = weixin.say(both(walk))
    assert "不能在这里通知您" in answer and not NoticeChoice.objects.exists()
    assert every_field(walk.case.concern.uuid) == []


def test_a_code_among_other_words_is_not_kept(weixin: Server, walk: Walk) -> None:
    answer = weixin.say(f"我的查询码是 {format_code(walk.code)} ，什么时候能修好？都等了三天了。")
    assert "没有记下" in answer and not Chat.objects.exists()


@pytest.mark.parametrize("number", ["13812345678", "110101199003078515", "1" * 28])
def test_other_numbers_are_words(weixin: Server, number: str) -> None:
    assert "记下了" in weixin.say(f"他的号码是{number}，请查一下。")


def phrase(walk: Walk) -> str:
    """The words on the page of who holds the code."""
    client = Client()
    client.post("/track/", {"code": walk.code})
    page = client.get("/track/case/notices/").content.decode()
    found = re.search(r"绑定 (?:\d{4} ?){3}", page)
    assert found
    return found[0]


def test_the_words_on_the_page_bind_once(weixin: Server, walk: Walk) -> None:
    words = phrase(walk)
    assert "告诉您" in weixin.say(words) and bound(walk)
    assert "失效" in weixin.say(words, person=LI)


def test_the_words_hold_ten_minutes(weixin: Server, walk: Walk) -> None:
    with patch.object(queries, "PHRASE_SECONDS", -1):
        words = phrase(walk)
    assert "失效" in weixin.say(words) and not bound(walk)


def test_a_code_given_anew_ends_them(weixin: Server, walk: Walk) -> None:
    words = phrase(walk)
    Concern.objects.filter(number=walk.number).update(code_counter=1)
    assert "失效" in weixin.say(words) and not bound(walk)


def test_wechat_is_offered_where_it_is_and_nowhere_else(
    weixin: Server, walk: Walk, settings: Any
) -> None:
    client = Client()
    client.post("/track/", {"code": walk.code})
    assert 'value="wechat"' in client.get("/track/case/notices/").content.decode()
    refused = client.post("/track/case/notices/", {"notify": "wechat"}).content.decode()
    assert "请先把本页上的口令发给" in refused and not NoticeChoice.objects.exists()
    settings.WECHAT_APP_ID = ""
    assert 'value="wechat"' not in client.get("/track/case/notices/").content.decode()


def test_staff_learn_nothing_of_it(weixin: Server, walk: Walk, cast: Cast) -> None:
    before = {p.pk: story(cast, p, walk) for p in (cast.handler, cast.dispatcher)}
    weixin.say(both(walk))
    outbox.drain()
    for person in (cast.handler, cast.dispatcher):
        after = story(cast, person, walk)
        assert after == before[person.pk] and WANG not in after


def story(cast: Cast, person: Any, walk: Walk) -> str:
    page = cast.client(person).get(f"/desk/cases/{walk.number}/").content.decode()
    return re.sub(r"csrf[^>]*value=\"[^\"]*\"|nonce=\"[^\"]*\"|hx-headers='[^']*'", "", page)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_words_stand_on_a_phone(screen: Screen, api: Api, cast: Cast) -> None:
    from tests.screen import picture

    walk = begin(cast, **NAMED)
    page = screen.phone("/track/")
    page.fill("input[name=code]", walk.code)
    page.keyboard.press("Enter")
    page.wait_for_url("**/track/case/")
    page.goto(page.url + "notices/")
    assert not page.locator(".notices-wechat").is_visible()
    page.check("input[name=notify][value=wechat]")
    assert page.locator(".notices-wechat b").is_visible()
    screen.check(page)
    picture(page, "wechat-binding")
