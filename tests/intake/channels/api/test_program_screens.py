"""What the administrator and the person see of programs, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from lianxin.access import SYSTEM
from lianxin.intake.channels.api import actions, hooks
from lianxin.intake.models import ApiHook
from lianxin.kernel import clock
from tests.cast import Cast
from tests.screen import Screen, picture

pytestmark = pytest.mark.browser


def test_the_pages_of_programs_can_be_read_and_used_narrow_and_wide(
    cast: Cast, screen: Screen
) -> None:
    page = screen.desk(cast.sec_admin, "/desk/programs/")
    picture(page, "programs-none")
    screen.check(page)
    page.click("main a.btn-primary")
    page.fill("[name=name]", "随手拍")
    page.check("[name=scopes][value=file]")
    picture(page, "program-add")
    screen.check(page)
    page.click("form.form .btn-primary")
    expect(page.locator(".token")).to_be_visible()
    picture(page, "program-token")
    screen.check(page)
    client, _token = actions.make_token(
        "办公平台", ["desk:read", "desk:act"], user_id=cast.handler.pk, by=SYSTEM,
        ends_on=clock.today(),
    )  # fmt: skip
    hooks.set_hook(client, "https://oa.example/lianxin", by=SYSTEM)
    hook = ApiHook.objects.get()
    hooks.owe(hook, [(1, "cases.dispatched", "4Q61DFNQN2E", clock.now())])
    page.goto(screen.address + "/desk/programs/")
    expect(page.locator("main ul.rows > li")).to_have_count(2)
    picture(page, "programs")
    screen.check(page)
    page.click("main ul.rows a:has-text('办公平台')")
    page.wait_for_url(re.compile(r"/programs/\d+/"))
    picture(page, "program")
    screen.check(page)
    theirs = screen.desk(cast.handler, "/desk/programs/mine/")
    expect(theirs.locator("main")).to_contain_text("办公平台")
    picture(theirs, "programs-mine")
    screen.check(theirs)
    theirs.click("main ul.rows a.btn")
    theirs.click("form.form .btn-primary")
    expect(theirs.locator(".token")).to_be_visible()
