"""The desk as somebody at it sees it: keys, parts, narrow and wide, and axe's opinion."""

from __future__ import annotations

import re
from typing import TypeAlias

import pytest
from django.db import transaction
from playwright.sync_api import expect

from lianxin.deadlines.actions import load_presets
from lianxin.journal import alarm, outbox
from lianxin.journal.actions import record
from tests.cast import Cast, make_cast
from tests.screen import PHONE, Screen
from tests.walk import Walk, begin, load_sorting

pytestmark = pytest.mark.browser
Filled: TypeAlias = tuple[Cast, list[Walk]]


@pytest.fixture
def filled(screen: Screen) -> Filled:
    load_presets()
    cast = make_cast()
    load_sorting()
    walks = [
        begin(cast, words=words, identity="named", contact={"phone": "13812345678"})
        for words in ("路灯坏了三天没人修", "小区停水，水泵房没人管", "井盖没了，很危险")
    ]
    return cast, walks


def test_a_day_at_the_desk_without_the_mouse(screen: Screen, filled: Filled) -> None:
    cast, walks = filled
    page = screen.desk(cast.dispatcher)
    screen.check(page)
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    article = page.locator(".case")
    expect(article).to_be_visible()
    expect(page).to_have_url(re.compile("/desk/cases/"))
    number = article.get_attribute("data-case")
    expect(page.locator(f"#row-{number} a")).to_have_attribute("aria-current", "page")
    screen.check(page)

    page.keyboard.press("s")
    panel = page.locator(".act-panel")
    expect(panel).to_be_visible()
    screen.check(page)
    panel.get_by_label(re.compile("^诉求类型")).select_option("complaint")
    page.locator("#act_category").select_option("roads.lights")
    panel.get_by_text("现在就能解决").click()
    panel.locator("button.btn-primary").click()
    expect(page.locator(".notice-success")).to_be_visible()
    expect(page.locator(f"#row-{number}")).to_contain_text("分办中")

    page.locator("#content").focus()
    page.keyboard.press("d")
    page.locator("#act_unit").select_option(label="　住建局")
    page.locator("#act_reason").fill("路灯归住建局管")
    page.locator("#act_reason").press("Enter")
    expect(page.locator(".notice-success")).to_be_visible()
    expect(page.locator(f"#row-{number}")).to_contain_text("已派单")

    page.keyboard.press("Control+k")
    page.keyboard.type("水泵房")
    page.keyboard.press("Enter")
    expect(page.locator("mark")).to_have_count(2)
    screen.check(page)
    outbox.drain()
    page.locator("body").press("?")
    page.goto(screen.address + f"/desk/cases/{walks[0].number}/")
    page.keyboard.press("?")
    expect(page.locator(".keys")).to_contain_text("Ctrl K")


def test_what_is_refused_keeps_what_was_typed(screen: Screen, filled: Filled) -> None:
    cast, walks = filled
    walk = walks[0]
    walk.until("handling")
    page = screen.desk(cast.handler, f"/desk/cases/{walk.number}/")
    page.keyboard.press("r")
    page.locator("#act_summary").fill("写到一半的答复")
    page.locator(".act-panel button.btn-primary").click()
    expect(page.locator("#errors")).to_be_visible()
    expect(page.locator("#act_summary")).to_have_value("写到一半的答复")
    screen.check(page)
    page.locator(".act-panel [name=keep]").click()
    expect(page.locator(".notice-success")).to_be_visible()
    page.keyboard.press("r")
    expect(page.locator("#act_summary")).to_have_value("写到一半的答复")
    page.keyboard.press("Escape")


def test_the_pages_of_the_desk_on_a_phone_and_on_a_screen(screen: Screen, filled: Filled) -> None:
    cast, walks = filled
    walk = walks[0]
    walk.until("reply_review")
    case = f"/desk/cases/{walk.number}/"
    look = [
        (cast.clerk, "/desk/register/"), (cast.leader, "/desk/"), (cast.leader, case),
        (cast.leader, case + "do/approve_reply/"), (cast.leader, "/desk/?filter=1"),
        (cast.dispatcher, "/desk/catalogue/"), (cast.dispatcher, "/desk/limits/"),
        (cast.leader, "/desk/digest/"), (cast.handler, case + "contact/"),
        (cast.handler, case + "do/log_contact/"), (cast.no_role, "/account/login/"),
    ]  # fmt: skip
    for person, path in look:
        page = screen.desk(person, path)
        screen.check(page)
        page.set_viewport_size({"width": PHONE, "height": 844})
        screen.check(page)


def test_on_a_phone_the_list_gives_way_to_the_case(screen: Screen, filled: Filled) -> None:
    cast, _walks = filled
    page = screen.desk(cast.dispatcher)
    page.set_viewport_size({"width": PHONE, "height": 844})
    page.locator(".worklist a").first.click()
    expect(page.locator(".case h1")).to_be_visible()
    expect(page.locator(".pane-list")).to_be_hidden()
    page.locator(".to-acts a").click()
    page.locator("#beside a[data-key=s]").click()
    expect(page.locator("#act_category")).to_be_visible()
    screen.check(page)
    page.go_back()
    expect(page.locator("#act_category")).to_have_count(0)
    expect(page.locator(".case h1")).to_be_visible()
    page.go_back()
    expect(page.locator(".worklist a").first).to_be_visible()


def test_the_journal_s_page_with_and_without_an_alarm(screen: Screen, filled: Filled) -> None:
    cast, walks = filled
    for _ in range(2):
        for width in (PHONE, 1440):
            page = screen.desk(cast.auditor, "/desk/journal/")
            page.set_viewport_size({"width": width, "height": 900})
            screen.check(page)
        with transaction.atomic():
            record(alarm.Broken("abc", ("cut:3:2", "forged:0:1")), subject="journal", by="system")
    page.click("main .btn-primary")
    screen.check(page)
    page.goto(f"{screen.address}/desk/cases/{walks[0].number}/")
    expect(page.locator("main .notice-error")).to_be_visible()
