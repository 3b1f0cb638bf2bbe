"""The guide on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.screen import Screen, picture

pytestmark = pytest.mark.browser


def test_four_taps_to_the_right_door(screen: Screen) -> None:
    page = screen.phone("/")
    picture(page, "where-home")
    page.click('main a[href="/where/"]')
    picture(page, "where-first")
    screen.check(page)
    page.click("text=工资、工伤、被辞退")
    picture(page, "where-second")
    page.click("text=拖欠工资")
    expect(page.locator("h1")).to_have_text("找劳动保障监察")
    expect(page.locator('a[href="tel:12333"]')).to_be_visible()
    picture(page, "where-end")
    screen.check(page)
    page.go_back()
    page.go_back()
    expect(page.locator("h1")).to_have_text("这件事该找谁？")
