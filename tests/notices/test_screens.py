"""A person chooses to be told of news, on a phone: while reporting, and later."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from lianxin.deadlines.actions import load_presets
from lianxin.intake.models import NoticeChoice
from tests.cast import Cast, make_cast
from tests.post import Postman
from tests.screen import Screen, picture
from tests.walk import begin, load_sorting

pytestmark = pytest.mark.browser
ADDRESS = "wang.guilan@example.org"


@pytest.fixture
def town(screen: Screen) -> Cast:
    """People, areas and grounds, made after the browser's database is ready."""
    load_presets()
    cast = make_cast()
    load_sorting()
    return cast


def test_while_reporting(screen: Screen, town: Cast, post: Postman) -> None:
    page = screen.phone("/report/")
    page.fill("textarea[name=words]", "楼道灯坏了三天")
    page.click("button.btn-primary[name=do]")
    page.check("input[name=nowhere]")
    page.click("button.btn-primary[name=do]")
    page.check("input[name=identity][value=named]")
    email = page.locator("input[name=email]")
    expect(email).not_to_be_visible()
    page.check("input[name=notify][value=email]")
    expect(email).to_be_visible()
    picture(page, "notices-who")
    screen.check(page)
    page.fill("input[name=name]", "王桂兰")
    page.fill("input[name=phone]", "13812345678")
    page.click("button.btn-primary[name=do]")
    expect(page.locator(".has-error input[name=email]")).to_be_visible()
    email.fill(ADDRESS)
    page.click("button.btn-primary[name=do]")
    expect(page.locator(".slip .code").first).to_be_visible()
    assert NoticeChoice.objects.get().way == "email"


def test_at_the_desk(screen: Screen, town: Cast, post: Postman) -> None:
    page = screen.desk(town.clerk, "/desk/register/call/")
    page.select_option("select[name=notify]", "email")
    picture(page, "notices-desk")
    screen.check(page)


def test_later(screen: Screen, town: Cast, post: Postman) -> None:
    contact = {"name": "王桂兰", "phone": "13812345678"}
    walk = begin(town, identity="named", reply_mode="phone", contact=contact)
    page = screen.phone("/track/")
    page.fill("input[name=code]", walk.code)
    page.press("input[name=code]", "Enter")
    page.click('a[href="/track/case/notices/"]')
    expect(page.locator("input[name=phone]")).not_to_be_visible()
    page.check("input[name=notify][value=email]")
    expect(page.locator("input[name=email]")).to_be_visible()
    picture(page, "notices-later")
    screen.check(page)
    page.fill("input[name=email]", ADDRESS)
    page.click("main .btn-primary")
    expect(page.locator(".story")).to_contain_text("您选择接收进展通知")
    picture(page, "notices-kept")
    assert NoticeChoice.objects.get().way == "email"
