"""From asking for a sealed original to the saved file, as three people see it in a browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lianxin.deadlines.actions import load_presets
from tests.cast import make_cast
from tests.intake.test_sealed_original import ORIGINAL
from tests.screen import PHONE, Screen
from tests.walk import begin, load_sorting

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "options",
    [{}, {"color_scheme": "dark"}, {"java_script_enabled": False}],
    ids=["desk", "dark phone", "plain"],
)
def test_asked_for_granted_and_saved(screen: Screen, options: dict[str, Any]) -> None:
    load_presets()
    load_sorting()
    cast = make_cast()
    walk = begin(cast, identity="confidential", contact={"phone": "13812345678"})
    walk.until("handling")
    client = cast.client()
    client.post("/track/", {"code": walk.code})
    sent = SimpleUploadedFile("photo.heic", ORIGINAL)
    post = {"words": "当时拍的", "attachments": sent, "keep_original": "on"}
    assert client.post("/track/case/add/", post).status_code == 303

    def look(page: Any) -> None:
        if "color_scheme" in options:
            page.set_viewport_size({"width": PHONE, "height": 844})
        if "java_script_enabled" not in options:
            screen.check(page)

    clerk = screen.desk(cast.clerk, f"/desk/cases/{walk.number}/", **options)
    clerk.get_by_role("link", name="封存的原件").click()
    look(clerk)
    panel = clerk.locator(".act-panel")
    panel.locator(".btn-primary").click()
    panel.locator("#errors").wait_for()
    look(clerk)
    panel.locator("label", has_text="核实").click()
    panel.locator("textarea").fill("需要核对照片原件里的拍摄时间和地点")
    panel.locator(".btn-primary").click()
    panel.get_by_text("另一位工作人员还没有答复").wait_for()
    look(clerk)

    second = screen.desk(cast.supervisor, "/desk/contacts/", **options)
    look(second)
    second.get_by_text(re.compile("文件原件")).click()
    second.get_by_role("heading", name="同意打开封存的原件吗").wait_for()
    look(second)
    second.locator("label", has_text="24").click()
    second.locator("main .btn-primary").click()
    second.wait_for_url("**/desk/contacts/")

    clerk.reload()
    look(clerk)
    with clerk.expect_download() as taken:
        clerk.locator(".act-panel .btn-primary").click()
    assert taken.value.path().read_bytes() == ORIGINAL
