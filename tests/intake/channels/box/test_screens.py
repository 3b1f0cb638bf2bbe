"""A box as people see it: put up at the desk, scanned in the street, opened, its letters typed."""

from __future__ import annotations

import re
from io import BytesIO

import pikepdf
import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from lianxin.intake.channels.box import actions
from lianxin.intake.channels.box.models import Box
from lianxin.intake.models import Concern
from tests.cast import Cast, make_cast
from tests.screen import PHONE, Screen, picture
from tests.walk import load_sorting

pytestmark = pytest.mark.browser


def sheets(page: Page) -> int:
    """On how many sheets of A4 it is printed."""
    with pikepdf.open(BytesIO(page.pdf(format="A4"))) as printed:
        return len(printed.pages)


@pytest.fixture
def cast(screen: Screen) -> Cast:
    found = make_cast()
    load_sorting()
    return found


def test_from_an_empty_wall_to_a_letter_typed_in(screen: Screen, cast: Cast) -> None:
    page = screen.desk(cast.secretary, "/desk/boxes/")
    screen.check(page)
    picture(page, "empty")
    page.get_by_role("link", name="新设意见箱").first.click()
    page.locator("#id_name").fill("东关市场")
    page.locator("#id_area").select_option(label="东关社区")
    page.locator("#id_place").fill("东门公告栏旁")
    picture(page, "new")
    page.locator("form.form button[type=submit]").click()
    # What was forgotten is told, and what was typed stays.
    expect(page.locator(".has-error")).to_have_count(1)
    expect(page.locator("#id_name")).to_have_value("东关市场")
    page.locator("#id_unit").select_option(index=1)
    page.locator("form.form button[type=submit]").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("东关市场")
    screen.check(page)
    box = Box.objects.get()

    page.goto(f"{screen.address}/desk/boxes/{box.code}/poster/")
    expect(page.locator(".poster")).to_contain_text(f"/b/{box.code}")
    screen.check(page)
    picture(page, "poster")
    page.emulate_media(media="print")
    expect(page.locator(".poster-tools")).to_be_hidden()
    expect(page.locator(".poster-qr svg")).to_be_visible()
    assert sheets(page) == 1
    page.emulate_media(media="screen")

    page.goto(f"{screen.address}/desk/boxes/{box.code}/slips/")
    picture(page, "slips-form")
    page.locator("#id_count").select_option("8")
    page.locator("form.form button[type=submit]").click()
    expect(page.locator(".slip-pair")).to_have_count(8)
    screen.check(page)
    picture(page, "slips")
    page.emulate_media(media="print")
    expect(page.locator(".slip-code").first).to_be_visible()
    assert sheets(page) == 1
    page.emulate_media(media="screen")

    page.goto(f"{screen.address}/desk/boxes/{box.code}/open/")
    page.locator("#id_second").fill("李四")
    page.locator("#id_letters").fill("2")
    picture(page, "open")
    page.locator("form.form button[type=submit]").click()
    expect(page.locator(".rows li")).to_have_count(2)
    screen.check(page)
    picture(page, "box")
    page.locator(".rows a").first.click()
    expect(page.locator("#id_letter")).to_have_value(f"{box.code}-1")
    screen.check(page)
    page.locator("#id_words").fill("市场门口的下水道堵了，一下雨就积水。")
    picture(page, "letter")
    page.locator("button[data-key=f]").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("已登记")
    page.set_viewport_size({"width": PHONE, "height": 844})
    screen.check(page)
    picture(page, "receipt")
    page.goto(f"{screen.address}/desk/boxes/")
    screen.check(page)
    picture(page, "boxes")


def test_whoever_scans_a_poster_has_the_place_filled_in(screen: Screen, cast: Cast) -> None:
    with transaction.atomic():
        facts = actions.BoxFacts(
            name="东关市场", area_id=cast.east_area.pk, unit_id=cast.east.pk, place="东门公告栏旁"
        )
        box = actions.put_up(facts, by=cast.viewer(cast.secretary))
    page = screen.phone(f"/b/{box.code}/")
    expect(page.get_by_text("东关市场")).to_be_visible()
    screen.check(page)
    picture(page, "scanned")
    page.locator("#id_words").fill("下水道堵了。")
    page.get_by_role("button", name="下一步").click()
    expect(page.locator("#id_place")).to_have_value("东门公告栏旁")
    expect(page.locator("#id_area")).to_have_value(str(cast.east_area.pk))
    picture(page, "scanned-where")
    page.get_by_role("button", name="下一步").click()
    page.locator("input[name=identity][value=anonymous]").check(force=True)
    page.locator("button.btn-primary").last.click()
    expect(page.locator(".slip")).to_be_visible()
    assert Concern.objects.get().deposit.box == box


@pytest.mark.parametrize("door", ["call", "walk-in", "letter", "outreach", "found", "report-line"])
def test_every_door_is_used_without_the_mouse(screen: Screen, cast: Cast, door: str) -> None:
    page = screen.desk(cast.clerk, "/desk/register/")
    tabs = page.locator(".tab-row .tab")
    names = tabs.evaluate_all("all => all.map(one => one.getAttribute('href'))")
    page.locator("h1").click()
    page.keyboard.press(str(names.index(f"/desk/register/{door}/") + 1))
    expect(page).to_have_url(re.compile(f"/desk/register/{door}/"))
    screen.check(page)
    page.locator("#id_words").fill("楼下井盖没了。")
    picture(page, f"door-{door}")
    if door != "found":
        page.locator("input[name=identity][value=anonymous]").check(force=True)
        page.locator("input[name=reply_mode][value=online]").check(force=True)
    page.locator("#id_words").press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("已登记")
    assert Concern.objects.count() == 1
