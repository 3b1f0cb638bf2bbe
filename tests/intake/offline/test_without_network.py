"""In a real browser: the form without a network, the queue on the device, and the way back."""

from __future__ import annotations

import errno
import re
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from playwright.sync_api import FilePayload, Page, expect

from lianxin.config.middleware import Headers
from lianxin.intake import actions
from lianxin.intake.models import Concern, Part
from lianxin.intake.queries import by_code
from lianxin.people.models import User
from lianxin.ui import look
from tests.cast import Cast
from tests.intake.offline.device import photo
from tests.screen import Screen, picture
from tests.signing_in import session_of

pytestmark = pytest.mark.browser
CODE = re.compile(r"\d{4}( \d{4}){4}")
CACHED = """async (path) => { for (const name of await caches.keys())
  if (await (await caches.open(name)).match(path)) return true; return false; }"""


def ready(page: Page, *paths: str) -> None:
    """Wait until the device could do without a network."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    until = time.monotonic() + 20
    while not all(page.evaluate(CACHED, path) for path in paths):
        assert time.monotonic() < until, "the forms were not kept"
        page.wait_for_timeout(100)
    page.reload()
    page.wait_for_function("navigator.serviceWorker.controller !== null")


def entries(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate("queue.all()")
    return found


def picked(n: int) -> FilePayload:
    return {"name": f"{n}.png", "mimeType": "image/png", "buffer": photo(n)}


def write(page: Page, words: str, *, files: int = 0) -> None:
    page.fill("[name=words]", words)
    page.fill("[name=place]", "东关大街")
    for n in range(files):
        page.set_input_files("#id_attachments", picked(n))
        expect(page.locator(".thumbs li")).to_have_count(n + 1)
    if page.locator("[name=identity][value=anonymous]").count():
        page.check("[name=identity][value=anonymous]")


def test_a_concern_written_without_a_network_is_sent_when_it_is_back(
    cast: Cast, screen: Screen
) -> None:
    page = screen.phone("/report/")
    ready(page, "/report/offline/", "/kept/")
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("h1")).to_contain_text("没有网络")
    picture(page, "offline-form")
    screen.check(page)
    write(page, "没有网络时写的：路灯坏了。", files=2)
    page.click("form[data-keep] .btn-primary")
    page.wait_for_url("**/kept/#*")
    expect(page.locator(".kept-entry")).to_contain_text("没有网络时写的")
    code = page.locator(".kept-entry .number-big").inner_text()
    assert CODE.fullmatch(code) and not Concern.objects.exists()
    assert entries(page)[0]["form"] == "/report/offline/"
    picture(page, "kept-waiting")
    screen.check(page)
    page.goto(screen.address + "/report/")
    expect(page.locator(".kept-line")).to_contain_text("1")
    page.reload()
    page.context.set_offline(False)
    page.goto(screen.address + "/kept/")
    expect(page.locator(".kept-entry")).to_contain_text("已发送", timeout=20_000)
    concern = Concern.objects.get()
    assert concern.attachments.count() == 2 and by_code(code) == concern
    shown = page.locator(".kept-entry .number-big")
    expect(shown).to_have_count(2)
    assert code == shown.nth(1).inner_text()
    picture(page, "kept-sent")
    left = entries(page)[0]
    assert left["fields"] == [] and page.evaluate("key => queue.filesOf(key)", left["key"]) == []
    page.on("dialog", lambda dialog: dialog.accept())
    page.click(".kept-entry button:has-text('从这台设备删除')")
    expect(page.locator(".kept-entry")).to_have_count(0)


def test_a_form_that_does_not_get_through_is_kept_with_the_photo_sent_before(
    cast: Cast, screen: Screen
) -> None:
    page = screen.phone("/report/")
    ready(page, "/report/offline/", "/kept/")
    page.fill("[name=words]", "写到一半断网了。")
    page.set_input_files("[name=attachments]", picked(5))
    expect(page.locator(".thumbs li")).to_have_count(1)
    page.click("form .btn-primary")
    expect(page.locator("[name=place]")).to_be_visible()
    page.fill("[name=place]", "东关大街")
    page.context.set_offline(True)
    page.click("form .btn-primary")
    page.wait_for_url("**/report/offline/#*")
    expect(page.locator("[name=words]")).to_have_value("写到一半断网了。")
    expect(page.locator("[name=place]")).to_have_value("东关大街")
    expect(page.locator(".thumbs li")).to_have_count(1)
    expect(page.locator("[data-told]")).to_be_visible()
    page.check("[name=identity][value=anonymous]")
    page.click("form[data-keep] .btn-primary")
    page.wait_for_url("**/kept/#*")
    page.context.set_offline(False)
    page.goto(screen.address + "/kept/")
    expect(page.locator(".kept-entry")).to_contain_text("已发送", timeout=20_000)
    concern = Concern.objects.get()
    assert concern.words == "写到一半断网了。" and concern.attachments.count() == 1


def test_what_the_other_side_has_no_room_for_is_kept_on_the_device(
    cast: Cast, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = screen.phone("/report/")
    ready(page, "/report/offline/", "/kept/")
    page.fill("[name=words]", "磁盘满了。")
    page.click("form .btn-primary")
    page.fill("[name=place]", "东关大街")
    page.click("form .btn-primary")
    page.check("[name=identity][value=anonymous]")

    def full(*_words: object, **_names: object) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    with monkeypatch.context() as patch:
        patch.setattr(actions, "file_concern", full)
        page.click("form .form-end .btn-primary")
        page.wait_for_url("**/report/offline/#*")
    expect(page.locator("[name=words]")).to_have_value("磁盘满了。")
    page.click("form[data-keep] .btn-primary")
    expect(page.locator(".kept-entry")).to_contain_text("已发送", timeout=20_000)
    assert Concern.objects.get().words == "磁盘满了。"


def test_a_registration_that_does_not_get_through_is_kept_for_whoever_wrote_it(
    cast: Cast, screen: Screen
) -> None:
    page = screen.desk(cast.clerk, "/desk/register/found/")
    ready(page, "/desk/register/found/offline/", "/kept/")
    page.fill("[name=words]", "巡查发现围挡倒了。")
    page.context.set_offline(True)
    page.click("form.register .btn-primary")
    page.wait_for_url("**/desk/register/found/offline/#*")
    expect(page.locator("[name=words]")).to_have_value("巡查发现围挡倒了。")
    page.click("form[data-keep] .btn-primary")
    page.wait_for_url("**/kept/#*")
    assert entries(page)[0]["owner"] == page.evaluate("localStorage.getItem('keeper')") != ""
    page.context.set_offline(False)
    page.goto(screen.address + "/desk/")
    expect(page.locator(".kept-line")).to_have_count(0, timeout=20_000)
    assert Concern.objects.get().registered_by == cast.clerk


def test_a_cut_upload_goes_on_with_the_files_that_are_missing(cast: Cast, screen: Screen) -> None:
    page = screen.phone("/report/offline/")
    sent: list[str] = []

    def cut_the_second(route: Any) -> None:
        sent.append(route.request.method)
        if len(sent) == 2:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.context.route("**/kept/part/", cut_the_second)
    write(page, "三张照片。", files=3)
    page.click("form[data-keep] .btn-primary")
    page.wait_for_url("**/kept/#*")
    expect(page.locator(".kept-entry")).to_contain_text("已到 1", timeout=20_000)
    assert Part.objects.count() == 1 and not Concern.objects.exists()
    picture(page, "kept-cut")
    page.click(".kept-entry .btn-primary")
    expect(page.locator(".kept-entry")).to_contain_text("已发送", timeout=20_000)
    assert len(sent) == 4, "the first was not sent again"
    assert Concern.objects.get().attachments.count() == 3


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


def session(screen: Screen, page: Page, user: User, path: str = "/kept/") -> Page:
    """The same device, with somebody else signed in."""
    cookie = {
        "name": settings.SESSION_COOKIE_NAME, "value": session_of(user), "url": screen.address
    }  # fmt: skip
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    page.goto(screen.address + path)
    return page


def test_what_cannot_be_taken_says_why_and_can_be_changed_saved_and_deleted(
    cast: Cast, screen: Screen, tmp_path: Path
) -> None:
    page = screen.phone("/report/offline/")
    write(page, "日期写错了。", files=1)
    page.fill("[name=happened_on]", "2999-01-01")
    page.click("form[data-keep] .btn-primary")
    page.wait_for_url("**/kept/#*")
    expect(page.locator(".kept-entry .field-error")).to_be_visible(timeout=20_000)
    picture(page, "kept-asked")
    screen.check(page)
    with page.expect_download() as saved:
        page.click(".kept-entry button:has-text('存成文件')")
    path = tmp_path / "saved.html"
    saved.value.save_as(path)
    text = path.read_text()
    assert "日期写错了。" in text and "data:image/png;base64," in text and "2999-01-01" in text
    copy = page.context.new_page()
    copy.goto(path.as_uri())
    picture(copy, "kept-copy")
    shown = copy.locator("body").inner_text()
    for label, said in (
        ("发生了什么？", "日期写错了。"), ("什么时候的事？", "2999-01-01"),
        ("您愿意让谁知道您是谁？", "匿名"), ("在哪里？", "东关大街"),
    ):  # fmt: skip
        assert f"{label}\n{said}" in re.sub(r"\n+", "\n", shown), shown
    assert not re.search(r"\b(words|place|identity|happened_on|anonymous|reply_mode)\b", shown)
    copy.close()
    page.click(".kept-entry a:has-text('打开修改')")
    page.wait_for_url("**/report/offline/#*")
    expect(page.locator("[name=happened_on]")).to_have_value("2999-01-01")
    page.fill("[name=happened_on]", "2026-01-02")
    page.click("form[data-keep] .btn-primary")
    page.wait_for_url("**/kept/#*")
    expect(page.locator(".kept-entry")).to_contain_text("已发送", timeout=20_000)
    assert Concern.objects.get().attachments.count() == 1


def test_a_photo_that_the_device_has_lost_is_taken_away_or_added_again(
    cast: Cast, screen: Screen
) -> None:
    page = screen.phone("/report/offline/")
    page.context.route("**/kept/token/", lambda route: route.abort())
    write(page, "两张照片。", files=2)
    page.click("form[data-keep] .btn-primary")
    page.wait_for_url("**/kept/#*")
    kept = entries(page)[0]
    for part in kept["parts"]:
        page.evaluate("([key, sha]) => queue.dropFile(key, sha)", [kept["key"], part["sha"]])
    page.context.unroute("**/kept/token/")
    page.goto(screen.address + "/kept/")
    expect(page.locator(".kept-entry .field-error")).to_be_visible(timeout=20_000)
    page.click(".kept-entry a:has-text('打开修改')")
    page.wait_for_url("**/report/offline/#*")
    lost = page.locator(".thumbs li.lost")
    expect(lost).to_have_count(2)
    picture(page, "kept-lost-photo")
    screen.check(page)
    # The very one is here again, and is there once.
    page.set_input_files("#id_attachments", picked(0))
    expect(lost).to_have_count(1)
    expect(page.locator(".thumbs li")).to_have_count(2)
    lost.locator("button").click()
    expect(lost).to_have_count(0)
    page.click("form[data-keep] .btn-primary")
    page.wait_for_url("**/kept/#*")
    expect(page.locator(".kept-entry")).to_contain_text("已发送", timeout=20_000)
    assert Concern.objects.get().attachments.count() == 1


def test_a_device_can_install_it(cast: Cast, screen: Screen) -> None:
    page = screen.phone("/report/")
    ready(page, "/kept/")
    tools = page.context.new_cdp_session(page)
    errors = tools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # A window of its own profile is always "incognito" here.
    assert [e["errorId"] for e in errors if e["errorId"] != "in-incognito"] == []
    assert not tools.send("Page.getAppManifest")["errors"]


def test_no_page_with_anything_of_anybody_is_in_the_cache(cast: Cast, screen: Screen) -> None:
    page = screen.desk(cast.clerk, "/desk/register/outreach/")
    ready(page, "/desk/register/outreach/offline/", "/kept/")
    for path in ("/desk/", "/track/", "/report/", "/desk/register/box/", "/"):
        page.goto(screen.address + path)
    kept = page.evaluate(
        """async () => { const found = [];
        for (const name of await caches.keys())
          for (const request of await (await caches.open(name)).keys()) {
            const answer = await (await caches.open(name)).match(request);
            found.push([new URL(request.url).pathname, await answer.text()]);
          }
        return found; }"""
    )
    pages = [path for path, _text in kept if not path.startswith("/static/")]
    assert pages and all(re.fullmatch(r"/kept/|(/\S+)?/offline/", path) for path in pages)
    for path, text in kept:
        if path in pages:
            assert cast.clerk.name not in text and "csrfmiddlewaretoken" not in text, path
            assert "data-user" not in text and "data-keeper" not in text, path
