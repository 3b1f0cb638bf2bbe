"""The browser tells staff that there is news: their own, how many, never what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from lianxin.kernel import clock
from lianxin.notices.models import Message
from tests.cast import Cast, make_cast
from tests.screen import Screen, picture
from tests.walk import load_sorting


def tell(user: Any, text: str, *, ago: int = 0) -> Message:
    moment = clock.now() - timedelta(minutes=ago)
    return Message.objects.create(recipient=user, kind="assigned", text=text, created=moment)


def asked(client: Client, after: str = "") -> dict[str, str]:
    answer = client.get("/desk/digest/bell/", {"after": after}, headers={"accept-language": "en"})
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    found: dict[str, str] = answer.json()
    return found


@pytest.mark.django_db
def test_it_counts_ones_own_and_tells_no_words(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    client = cast.client(cast.handler)
    assert asked(client)["newest"] == ""
    tell(cast.handler, "东关大街的路灯", ago=9)
    tell(cast.colleague, "别人的事")
    first = asked(client)
    tell(cast.handler, "又一件路灯的事", ago=1)
    with django_assert_max_num_queries(8):
        second = asked(client, first["newest"])
    assert second["text"] == "1 new message" and second["newest"] > first["newest"]
    assert "路灯" not in str(second)
    again = asked(client, second["newest"])
    assert again["newest"] == second["newest"] and again["text"].startswith("0")


@pytest.mark.django_db
@pytest.mark.parametrize("after", ["x", "2026-01-01", "１@" * 99, "\x00", "9" * 400])
def test_a_moment_that_is_none_tells_nothing_new(cast: Cast, after: str) -> None:
    tell(cast.handler, "一件事")
    assert asked(cast.client(cast.handler), after)["text"].startswith("0")


HIDDEN = """
window.told = [];
Object.defineProperty(document, "hidden", {get: () => true});
window.Notification = class {
  static permission = "default";
  static async requestPermission() { this.permission = "granted"; }
  constructor(title, options) { window.told.push(title + "|" + options.body); }
};
"""


@pytest.mark.browser
def test_a_tab_that_nobody_looks_at_tells_it_once(screen: Screen) -> None:
    cast = make_cast()
    load_sorting()
    tell(cast.handler, "一件旧的事", ago=9)
    page = screen.desk(cast.handler, "/desk/limits/")
    # What a browser shows outside its window no test can see.
    page.add_init_script(HIDDEN)
    page.clock.install()
    page.goto(f"{screen.address}/desk/digest/")
    ask = page.get_by_role("button", name="在这个浏览器里也提醒我")
    picture(page, "bell")
    screen.check(page)
    with page.expect_response("**/bell/**"):
        ask.click()
    assert not ask.is_visible() and page.evaluate("told") == []
    tell(cast.handler, "一件新的事")
    for _minute in range(2):
        with page.expect_response("**/bell/**"):
            page.clock.run_for(60_000)
    page.wait_for_function("told.length > 0")
    assert page.evaluate("told") == ["连心|1 条新消息"]
