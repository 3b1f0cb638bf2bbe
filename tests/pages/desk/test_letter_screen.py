"""The letter as it is seen, and as it leaves the printer: one sheet."""

from __future__ import annotations

import re

import pytest

from lianxin.deadlines.actions import load_presets
from tests.cast import make_cast
from tests.screen import Screen, picture
from tests.walk import begin, load_sorting

pytestmark = pytest.mark.browser


def test_the_letter_is_one_sheet_without_the_desk_around_it(screen: Screen) -> None:
    cast = make_cast()
    load_sorting()
    load_presets()
    walk = begin(cast, identity="named", contact={"name": "王桂兰"}, reply_mode="letter")
    walk.until("replied")
    page = screen.desk(cast.handler, f"/desk/cases/{walk.number}/")
    page.get_by_role("link", name="书面答复").click()
    page.get_by_role("button", name="打印").wait_for()
    screen.check(page)
    picture(page, "letter")
    sheets = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", sheets)) == 1
    page.emulate_media(media="print")
    assert not page.get_by_role("button", name="打印").is_visible()
    assert not page.locator("nav").first.is_visible()
    picture(page, "letter-print")
