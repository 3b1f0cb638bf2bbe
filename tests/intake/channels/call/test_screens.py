"""The hotline as a clerk sees it: the call appears, is taken down by keyboard, the missed waits."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from playwright.sync_api import expect

from lianxin.access import ANONYMOUS
from lianxin.intake.actions import NewConcern, file_concern
from lianxin.intake.channels.call.actions import Told, What, take_note
from lianxin.intake.models import Call, Concern
from lianxin.journal import outbox
from lianxin.kernel import clock
from tests.cast import Cast, make_cast
from tests.screen import PHONE, Screen, picture
from tests.walk import load_sorting

pytestmark = pytest.mark.browser


@pytest.fixture
def cast(screen: Screen) -> Cast:
    found = make_cast()
    load_sorting()
    return found


def rang(ref: str, minutes: float, *, clerk: str = "") -> Call:
    at = clock.now() - timedelta(minutes=minutes)
    with transaction.atomic():
        call = take_note(Told(What.RANG, ref, at, number="13912345678"))
        if clerk:
            call = take_note(Told(What.ANSWERED, ref, at + timedelta(seconds=9), clerk=clerk))
        else:
            take_note(Told(What.ENDED, ref, at + timedelta(seconds=40)))
    return call


def test_a_call_is_taken_down_without_a_mouse_and_hints_come_while_typing(
    screen: Screen, cast: Cast
) -> None:
    known = NewConcern(
        key="k", words="东关市场门口的路灯不亮了，三天没人修。", area_id=cast.east_area.pk
    )
    with transaction.atomic():
        file_concern(known, by=ANONYMOUS)
    outbox.drain()
    page = screen.desk(cast.clerk, "/desk/hotline/")
    expect(page.get_by_text("没有人在等")).to_be_visible()
    call = rang("a-1", 1, clerk="clerk")
    # It comes by itself: nobody presses reload while the telephone rings.
    fresh = page.locator(f"a[href$='call={call.uuid}']")
    expect(fresh).to_be_visible(timeout=20_000)
    fresh.click()
    page.locator("[name=words]").focus()
    page.keyboard.insert_text("东关市场门口的路灯坏了，晚上看不见路")
    hints = page.locator(".hints")
    expect(hints.get_by_text("路灯").first).to_be_visible(timeout=20_000)
    expect(hints.locator("[data-set]")).to_have_text("东关社区")
    screen.check(page)
    picture(page, "taking-down")
    hints.locator("[data-set]").press("Enter")
    expect(page.locator("[name=area]")).to_have_value(str(cast.east_area.pk))
    expect(hints.locator("[data-set]")).to_have_count(0)
    page.locator("[name=words]").focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".receipt-desk")).to_be_visible()
    concern = Concern.objects.order_by("pk").last()
    assert concern and (concern.uuid, concern.area_id) == (call.uuid, cast.east_area.pk)
    screen.complaints_are_none()


def test_a_missed_call_is_called_back(screen: Screen, cast: Cast) -> None:
    for n in range(3):
        rang(f"m-{n}", 60 + 30 * n)
    rang("a-1", 200, clerk="clerk")
    page = screen.desk(cast.clerk, "/desk/hotline/")
    screen.check(page)
    picture(page, "hotline")
    page.locator("tbody a").first.click()
    screen.check(page)
    picture(page, "call-back")
    page.get_by_role("button", name="没人接").click()
    expect(page.get_by_text("换个时间再打")).to_be_visible()
    page.goto(f"{screen.address}/desk/hotline/figures/")
    screen.check(page)
    picture(page, "figures")
    page.set_viewport_size({"width": PHONE, "height": 844})
    screen.check(page)
    screen.complaints_are_none()
