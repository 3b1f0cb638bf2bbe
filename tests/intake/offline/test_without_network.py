"""In a real browser: the form without a network, the queue on the device, and the way back."""

from __future__ import annotations

import errno
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from lianxin.intake import actions
from lianxin.intake.models import Concern, Part
from lianxin.intake.queries import by_code
from tests.cast import Cast
from tests.intake.offline.pages import entries, picked, ready, write
from tests.screen import Screen, picture

pytestmark = pytest.mark.browser
CODE = re.compile(r"\d{4}( \d{4}){4}")


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
