"""Every page a resident sees, in a browser: axe finds nothing grave, nothing sticks out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from lianxin.deadlines.actions import load_presets
from lianxin.intake import proofs
from lianxin.kernel import clock
from tests.cast import Cast, make_cast
from tests.intake.paper import WORDS, picture
from tests.screen import Screen
from tests.walk import Walk, begin, load_sorting

pytestmark = pytest.mark.browser
LONG = "东关大街的路灯坏了，" * 400


@pytest.fixture
def town(screen: Screen) -> Cast:
    """People, areas and grounds, made after the browser's database is ready."""
    load_presets()
    cast = make_cast()
    load_sorting()
    return cast


def _open(screen: Screen, page: Page, walk: Walk) -> None:
    page.goto(screen.address + "/track/")
    page.fill("#id_code", walk.code)
    page.click("main .btn-primary")
    page.wait_for_url("**/track/case/")


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"color_scheme": "dark"},
        {"large": "1"},
        {"language": "en"},
        {"language": "zh-hant"},
        {"java_script_enabled": False},
    ],
    ids=["phone", "dark", "elder", "en", "hant", "plain"],
)
def test_from_the_first_page_to_the_receipt(
    screen: Screen, town: Cast, options: dict[str, Any]
) -> None:
    begin(town).until("closed")
    cookies = {"large": options.pop("large", ""), "django_language": options.pop("language", "")}
    plain = options.get("java_script_enabled") is False
    page = screen.phone("/about/", **options)
    page.context.add_cookies(
        [{"name": n, "value": v, "url": screen.address} for n, v in cookies.items() if v]
    )

    def check() -> None:
        if not plain:
            screen.check(page)

    check()
    page.goto(screen.address + "/")
    check()
    page.click('.doors a[href="/report/"]')
    page.click("main .btn-primary")
    expect(page.locator("#id_words_error")).to_be_visible()
    check()
    page.fill("#id_words", WORDS)
    content = picture(size=(900, 600)).read()
    page.set_input_files(
        "#id_attachments", files={"name": "a.jpg", "mimeType": "image/jpeg", "buffer": content}
    )
    if not plain:
        page.wait_for_selector(".thumbs img")
        check()
    page.click("main .btn-primary")
    page.fill("#id_place", "东关大街中段")
    check()
    page.click("main .btn-primary")
    page.check('input[name="identity"][value="confidential"]')
    page.fill("#id_name", "赵大妈")
    page.fill("#id_phone", "１３８ 1234 5678")
    check()
    page.click(".form-end .btn-primary")
    page.wait_for_url("**/report/done/")
    expect(page.locator(".code")).to_be_visible()
    check()
    page.click(".receipt .btn-primary")
    page.wait_for_url(screen.address + "/")


def test_a_pin_comes_from_the_phone_and_goes_away_again(screen: Screen, town: Cast) -> None:
    page = screen.phone(
        "/report/",
        geolocation={"latitude": 23.366012, "longitude": 103.384004},
        permissions=["geolocation"],
    )
    page.fill("#id_words", WORDS)
    page.click("main .btn-primary")
    page.click("[data-pin-here]")
    page.wait_for_selector(".leaflet-marker-icon")
    assert page.input_value("#id_latitude") == "23.366012"
    screen.check(page)
    page.click("[data-pin-clear]")
    assert page.input_value("#id_latitude") == ""
    expect(page.locator("[data-pin-map]")).to_be_hidden()


def test_what_was_typed_is_still_there_after_leaving_and_gone_after_sending(
    screen: Screen, town: Cast
) -> None:
    page = screen.phone("/report/")
    page.fill("#id_words", WORDS)
    page.wait_for_timeout(600)
    page.goto(screen.address + "/about/")
    page.goto(screen.address + "/report/")
    assert page.input_value("#id_words") == WORDS
    page.click("main .btn-primary")
    page.check('input[name="nowhere"]')
    page.click("main .btn-primary")
    page.check('input[name="identity"][value="anonymous"]')
    expect(page.locator("#id_phone")).to_be_hidden()
    page.click(".form-end .btn-primary")
    page.wait_for_url("**/report/done/")
    page.go_back()
    page.wait_for_url("**/report/")
    page.wait_for_selector("#id_words")
    assert page.input_value("#id_words") == ""


def test_the_page_of_a_case_in_its_states(screen: Screen, town: Cast) -> None:
    fresh, replied = begin(town, words=LONG[:4_000]), begin(town)
    replied.until("replied")
    with clock.at(timedelta(0)):
        for page in (screen.phone("/track/"), screen.desk(None, "/track/")):
            screen.check(page)
            page.fill("#id_code", "1234")
            page.click("main .btn-primary")
            screen.check(page)
            _open(screen, page, fresh)
            page.click(".own-words summary")
            page.click(".deeds summary")
            screen.check(page)
            _open(screen, page, replied)
            screen.check(page)
            page.goto(screen.address + "/track/case/add/")
            screen.check(page)
            page.goto(screen.address + "/track/case/rate/")
            page.check('input[name="solved"][value="no"]')
            page.locator(".face").nth(2).click()
            expect(page.locator('input[name="why_result"]').first).to_be_visible()
            screen.check(page)
    page.locator(".face").nth(3).click()
    page.locator(".face").nth(6).click()
    page.click("main .btn-primary")
    page.wait_for_url("**/track/case/")
    expect(page.locator(".mine")).to_be_visible()
    screen.check(page)


def test_wide_screens_too(screen: Screen, town: Cast) -> None:
    begin(town).until("closed")
    for path in ("/", "/about/", "/report/", "/report/done/"):
        screen.check(screen.desk(None, path))


def test_checking_a_proof(screen: Screen, town: Cast) -> None:
    proof = str(proofs.proof_for(begin(town).case.concern))
    for page in (screen.phone("/proof/"), screen.desk(None, "/proof/", color_scheme="dark")):
        for typed, shown in (("abc", ".errors"), (proof, ".notice-success")):
            page.fill("#id_proof", typed)
            page.click("main .btn-primary")
            page.wait_for_selector(shown)
            screen.check(page)
