"""Signing in with an app and with a passkey, in a real browser under the real content policy."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.core.management import call_command
from playwright.sync_api import Page, expect

from lianxin.kernel import clock
from lianxin.people import tries
from tests.cast import PASSWORD, Cast
from tests.screen import PHONE, Screen

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _a_cache(transactional_db: None) -> None:
    call_command("createcachetable")
    cache.clear()


def type_password(page: Page, name: str = "handler") -> None:
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()


def sign_out(page: Page) -> None:
    page.locator("details.person summary").click()
    page.get_by_role("button", name="退出登录").click()
    page.goto(page.url.partition("/account")[0].rstrip("/") + "/account/login/")


def code_of(secret: str, shift: int = 0) -> str:
    counter = int(clock.now().timestamp()) // 30 + shift
    return str(totp.format_hotp_value(totp.hotp_value(secret, counter)))


def add_virtual_authenticator(page: Page) -> Any:
    """A key that Chromium itself pretends is plugged in, whose owner touches it at once."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, made["authenticatorId"]


def test_setting_up_an_app_and_signing_in_with_it(screen: Screen, cast: Cast) -> None:
    page = screen.desk(None, "/account/login/")
    type_password(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("登录再加一步")
    screen.check(page)
    page.get_by_role("link", name="设置验证器").click()
    screen.check(page)
    box = page.locator(".sign-qr svg").bounding_box()
    assert box and box["width"] > 150
    page.locator("details summary", has_text="扫不了").click()
    secret = page.locator(".sign-key").inner_text().replace(" ", "")
    assert re.fullmatch(r"[A-Z2-7]{32}", secret)
    page.get_by_label("验证器里的六位数字").fill("000000")
    page.get_by_role("button", name="好了").click()
    expect(page.locator("#errors")).to_be_visible()
    page.get_by_label("验证器里的六位数字").fill(code_of(secret))
    page.get_by_role("button", name="好了").click()
    expect(page.locator(".spare-codes li")).to_have_count(10)
    screen.check(page)
    page.set_viewport_size({"width": PHONE, "height": 844})
    screen.check(page)
    page.get_by_role("link", name="已经收好").click()
    expect(page).to_have_url(re.compile("/desk/$"))
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_out(page)
    type_password(page)
    screen.check(page)
    page.get_by_label("验证器里的六位数字").fill(code_of(secret, 1))
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page).to_have_url(re.compile("/desk/$"))
    assert any(cookie["name"] == tries.NAME for cookie in page.context.cookies())


def test_a_passkey_at_set_up_at_signing_in_and_when_asked_again(screen: Screen, cast: Cast) -> None:
    page = screen.desk(None, "/account/login/")
    key, number = add_virtual_authenticator(page)
    type_password(page)
    page.get_by_role("link", name="设置通行密钥").click()
    page.get_by_label("给它起个名字").fill("钥匙串上的 <b>")
    page.get_by_role("button", name="现在设置").click()
    expect(page.locator(".spare-codes li")).to_have_count(10)
    held = Authenticator.objects.get(user=cast.handler, type="webauthn")
    assert held.wrap().name == "钥匙串上的 <b>"
    page.goto(screen.address + "/desk/")
    sign_out(page)
    type_password(page)
    page.get_by_role("button", name="改用通行密钥").click()
    expect(page).to_have_url(re.compile("/desk/$"))
    page.goto(screen.address + "/account/again/passkey/?next=/account/second/")
    screen.check(page)
    page.get_by_role("button", name="用通行密钥确认").click()
    expect(page).to_have_url(re.compile(r":\d+/account/second/$"))
    screen.check(page)
    # A key that is not the person's: said in words, and no way in.
    page.goto(screen.address + "/desk/")
    sign_out(page)
    key.send("WebAuthn.clearCredentials", {"authenticatorId": number})
    type_password(page)
    page.get_by_role("button", name="改用通行密钥").click()
    expect(page.locator("#passkey-failed")).to_be_visible()
    page.goto(screen.address + "/desk/")
    assert "/account/login/" in page.url
