"""Several people on one device: nobody sees, sends or loses what another has written."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from playwright.sync_api import expect

from lianxin.config.middleware import Headers
from lianxin.intake.models import Concern
from lianxin.ui import look
from tests.cast import Cast
from tests.intake.offline.pages import entries, ready, session, write
from tests.screen import Screen, picture

pytestmark = pytest.mark.browser


def test_signing_out_keeps_the_queue_and_shows_others_nothing_of_it(
    cast: Cast, screen: Screen
) -> None:
    page = screen.desk(cast.clerk, "/desk/register/outreach/")
    ready(page, "/desk/register/outreach/offline/", "/kept/")
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("h1")).to_contain_text("登记")
    assert cast.clerk.name not in page.content()
    write(page, "走访时听说：井盖没了。", files=1)
    page.fill("[name=name]", "王桂兰")
    page.fill("[name=phone]", "13812345678")
    page.check("[name=identity][value=named]")
    page.check("[name=reply_mode][value=phone]")
    picture(page, "offline-register")
    screen.check(page)
    page.click("form[data-keep] .btn-primary")
    page.wait_for_url("**/kept/#*")
    expect(page.locator(".kept-entry")).to_contain_text("井盖没了")
    # Not by the buttons of a page: the network is back, and sending waits for nobody.
    page.context.route("**/kept/token/", lambda route: route.abort())
    page.context.set_offline(False)
    page.goto(screen.address + "/desk/")
    page.click("details.person summary")
    page.click("form[data-leave] button")
    page.wait_for_url(screen.address + "/")
    page.context.unroute("**/kept/token/")
    page.goto(screen.address + "/kept/")
    expect(page.locator(".kept-entry")).to_contain_text("登录")
    assert "井盖" not in page.locator("main").inner_text() and not Concern.objects.exists()
    picture(page, "kept-signed-out")
    assert len(entries(page)) == 1 and len(entries(page)[0]["parts"]) == 1
    other = session(screen, page, cast.dispatcher)
    expect(other.locator(".kept-entry")).to_contain_text("交出")
    assert "井盖" not in other.locator("main").inner_text()
    other.click(".kept-entry button:has-text('交出')")
    expect(other.locator(".kept-entry .field-error")).to_be_visible()
    assert not Concern.objects.exists()
    mine = session(screen, page, cast.clerk)
    expect(mine.locator(".kept-entry")).to_contain_text("已发送", timeout=20_000)
    concern = Concern.objects.get()
    assert concern.registered_by == cast.clerk and concern.attachments.count() == 1


@pytest.mark.parametrize("page_says", [True, False], ids=["", "known bad: pages do not say"])
def test_what_a_second_person_writes_on_a_shared_device_is_theirs(
    cast: Cast, screen: Screen, monkeypatch: pytest.MonkeyPatch, page_says: bool
) -> None:
    if not page_says:
        monkeypatch.setattr(look, "_keeper", None)
    page = screen.desk(cast.clerk, "/desk/register/found/")
    ready(page, "/desk/register/found/offline/", "/kept/")
    # Typed and not kept: nobody else reads that either.
    page.goto(screen.address + "/desk/register/found/offline/")
    page.fill("[name=words]", "甲写了一半。")
    page.wait_for_timeout(600)
    # The second has opened no screen that registers anything.
    session(screen, page, cast.dispatcher, "/desk/")
    page.context.route("**/kept/token/", lambda route: route.abort())
    page.context.set_offline(True)
    page.goto(screen.address + "/desk/register/found/offline/")
    if page_says:
        expect(page.locator("[name=words]")).to_have_value("")
    write(page, "乙写的：井盖没了。")
    page.click("form[data-keep] .btn-primary")
    page.wait_for_url("**/kept/#*")
    page.context.set_offline(False)
    mine = page.request.get(screen.address + "/kept/token/").json()["owner"]
    assert (entries(page)[0]["owner"] == mine) == page_says
    if not page_says:
        return
    session(screen, page, cast.clerk, "/desk/")
    page.context.unroute("**/kept/token/")
    page.goto(screen.address + "/kept/")
    expect(page.locator(".kept-entry")).to_contain_text("登记的人在这里登录后发出")
    page.wait_for_timeout(1_500)
    assert "井盖" not in page.locator("main").inner_text() and not Concern.objects.exists()
    session(screen, page, cast.dispatcher)
    expect(page.locator(".kept-entry")).to_contain_text("已发送", timeout=20_000)
    assert Concern.objects.get().registered_by == cast.dispatcher


def test_on_a_device_that_nobody_is_signed_in_to_any_more_nothing_is_anybodys(
    cast: Cast, screen: Screen
) -> None:
    page = screen.desk(cast.clerk, "/desk/register/found/")
    ready(page, "/desk/register/found/offline/", "/kept/")
    assert page.evaluate("localStorage.getItem('keeper')")
    # The session has ended by itself.
    page.context.clear_cookies()
    page.goto(screen.address + "/")
    assert page.evaluate("localStorage.getItem('keeper')") is None
    page.context.set_offline(True)
    page.goto(screen.address + "/desk/register/found/offline/")
    expect(page.locator("[data-nobody]")).to_be_visible()


def test_a_sign_out_that_clears_the_device_is_caught(
    cast: Cast, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = screen.desk(cast.clerk, "/desk/register/outreach/")
    page.context.route("**/kept/token/", lambda route: route.abort())
    page.goto(screen.address + "/desk/register/found/offline/")
    write(page, "围挡倒了。")
    page.click("form[data-keep] .btn-primary")
    page.wait_for_url("**/kept/#*")
    call = Headers.__call__

    def clearing(self: Headers, request: HttpRequest) -> HttpResponse:
        answer = call(self, request)
        if "logout" in request.path:
            answer["Clear-Site-Data"] = '"storage"'
        return answer

    for known_bad in (False, True):
        if known_bad:
            monkeypatch.setattr(Headers, "__call__", clearing)
            session(screen, page, cast.clerk)
        page.goto(screen.address + "/desk/")
        page.click("details.person summary")
        page.click("form[data-leave] button")
        page.wait_for_url(screen.address + "/")
        page.goto(screen.address + "/kept/")
        expect(page.locator(".kept-entry")).to_have_count(0 if known_bad else 1)
