"""A page that is not there is still a page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.screen import Screen


@pytest.mark.browser
def test_a_wrong_address_is_answered_kindly(screen: Screen) -> None:
    page = screen.phone("/there-is-no-such-page")
    screen.check(page)
    expect(page.locator("h1")).to_be_visible()
    screen.check(screen.desk(None, "/there-is-no-such-page"))
