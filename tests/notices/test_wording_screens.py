"""Words of notices, duty chats and what was sent, as people see them: narrow, wide, light, dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from lianxin.deadlines.actions import load_presets
from lianxin.kernel import clock
from lianxin.notices import wording
from lianxin.notices.models import Wording
from lianxin.vault.choices import Way
from lianxin.vault.models import Letter
from tests.cast import Cast, make_cast
from tests.screen import Screen, picture
from tests.walk import begin, load_sorting

pytestmark = pytest.mark.browser


@pytest.fixture
def town(screen: Screen) -> Cast:
    load_presets()
    cast = make_cast()
    load_sorting()
    return cast


def test_an_administrator_words_a_text_message(screen: Screen, town: Cast) -> None:
    by = town.viewer(town.sys_admin)
    text = "{unit}告诉您：{number} {news}，请看 {link}"
    wording.word(town.county, text, way=Way.EMAIL, language="zh-hans", by=by)
    page = screen.desk(town.sys_admin, f"/desk/people/units/{town.housing.pk}/")
    page.get_by_role("link", name="给群众的通知用语").click()
    expect(page.locator("h1")).to_contain_text("给群众的通知用语")
    picture(page, "words-of-a-unit")
    screen.check(page)
    page.locator('a[href$="/zh-hans/sms/"]').click()
    page.fill("textarea[name=text]", "请打 13812345678 {name} {link}")
    page.get_by_role("button", name="看看发出去的样子").click()
    expect(page.locator(".has-error")).to_contain_text("没有 {name}")
    picture(page, "words-wrong")
    screen.check(page)
    page.fill("textarea[name=text]", "{unit}：您的编号 {number} {news}，凭查询码看 {link}")
    page.get_by_role("button", name="看看发出去的样子").click()
    expect(page.locator("main")).to_contain_text("住建局：您的编号 7K2Q-M4XD-9TB 有答复了")
    picture(page, "words-preview")
    screen.check(page)
    page.get_by_role("button", name="就用这些话").click()
    expect(page.locator(".notice-success")).to_be_visible()
    assert Wording.objects.filter(unit=town.housing, way="sms").exists()


def test_a_liaison_finds_the_duty_chat(screen: Screen, town: Cast) -> None:
    page = screen.desk(town.liaison, "/desk/digest/carrier/")
    picture(page, "chats-own")
    page.get_by_role("link", name="值班群：住建局").click()
    expect(page.locator("h1")).to_contain_text("值班群：住建局")
    picture(page, "chats-unit")
    screen.check(page)


def test_staff_look_at_what_was_sent(screen: Screen, town: Cast) -> None:
    contact = {"name": "王桂兰", "phone": "13812345678"}
    walk = begin(town, identity="named", reply_mode="phone", contact=contact)
    now = clock.now()
    for way, failure in (("sms", ""), ("sms", "returned"), ("email", "SMTPRecipientsRefused 550")):
        Letter.objects.create(
            subject=walk.case.subject, way=way, written_at=now, failure=failure,
            sent_at=None if failure else now,
        )  # fmt: skip
    page = screen.desk(town.dispatcher, f"/desk/cases/{walk.number}/")
    page.get_by_role("link", name="发过什么，发出去没有").click()
    expect(page.locator("main")).to_contain_text("被退回")
    picture(page, "what-was-sent")
    screen.check(page)
