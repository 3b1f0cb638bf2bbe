"""The thread, a helper, the sheet and the wait in a flood, in a browser."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from lianxin.cases import actions as cases
from lianxin.cases.models import Case
from lianxin.deadlines.actions import load_presets
from lianxin.intake import flood, work
from lianxin.intake.models import Concern, Hold
from tests.cast import Cast, make_cast
from tests.screen import Screen
from tests.walk import Walk, begin, load_sorting

pytestmark = pytest.mark.browser


@pytest.fixture
def walk(screen: Screen) -> Walk:
    cache.clear()
    load_presets()
    cast: Cast = make_cast()
    load_sorting()
    found = begin(cast)
    found.until("handling")
    cases.write_message(found.case, words="是哪一根灯杆？", by=found.viewer("handler"))
    return found


def open_page(screen: Screen, page: Page, walk: Walk) -> None:
    page.goto(screen.address + "/track/")
    page.fill("#id_code", walk.code)
    page.click("main .btn-primary")
    page.wait_for_url("**/track/case/")


@pytest.mark.parametrize("plain", [False, True], ids=["script", "plain"])
def test_a_question_is_answered_and_a_helper_looks_along(
    screen: Screen, walk: Walk, plain: bool
) -> None:
    page = screen.phone("/track/", java_script_enabled=not plain)

    def check(shown: Page) -> None:
        if not plain:
            screen.check(shown)

    open_page(screen, page, walk)
    check(page)
    page.click(".messages .btn-primary")
    check(page)
    page.fill("#id_text", "第七号，学校门口。")
    page.click("main .btn-primary")
    page.wait_for_url("**/track/case/")
    assert page.locator(".from-person .said").inner_text() == "第七号，学校门口。"
    page.goto(screen.address + "/track/case/together/")
    check(page)
    page.click("main .btn-primary")
    page.wait_for_url("**/track/case/")
    check(page)
    number = page.locator(".helper .number-big").inner_text()
    helper = screen.phone("/track/together/", java_script_enabled=not plain)
    check(helper)
    helper.fill("#id_number", number)
    helper.click("main .btn-primary")
    helper.wait_for_url("**/track/case/")
    check(helper)
    assert helper.locator(".from-person").count() == 1
    page.reload()
    page.click(".helper .btn")
    helper.reload()
    helper.wait_for_url("**/track/")
    screen.complaints_are_none()


@pytest.mark.parametrize("plain", [False, True], ids=["script", "plain"])
def test_in_a_flood_the_device_works_and_without_a_script_it_waits(
    screen: Screen, walk: Walk, monkeypatch: pytest.MonkeyPatch, plain: bool
) -> None:
    page = screen.phone("/report/", java_script_enabled=not plain)
    page.fill("#id_words", "水管爆了，街上全是水。")
    page.click("main .btn-primary")
    page.fill("#id_place", "东关大街")
    page.click("main .btn-primary")
    page.check('input[name="identity"][value="anonymous"]', force=True)
    monkeypatch.setattr(flood, "rising", lambda request: True)
    monkeypatch.setattr(work, "LEAST", 20)
    monkeypatch.setattr(work, "MOST", 40)
    page.click("main .btn-primary")
    if plain:
        page.click("main .work .btn")
    page.wait_for_url("**/report/done/")
    assert page.locator(".number-big").count() == 2
    newest = Concern.objects.order_by("-pk")[0]
    assert Hold.objects.filter(concern=newest).exists() == plain
    if plain:
        desk = screen.desk(walk.cast.dispatcher, "/desk/held/")
        screen.check(desk)
        desk.click("main .form-end .btn >> nth=1")
        desk.wait_for_url("**/desk/held/")
        assert not Case.objects.filter(concern=newest).exists()
        assert not Hold.objects.filter(released_at__isnull=True).exists()
    else:
        screen.check(page)
        page.emulate_media(media="print")
        expect(page.locator(".slip .code")).to_be_hidden()
        page.goto(screen.address + "/report/done/?with=code")
        expect(page.locator(".slip .code")).to_be_visible()
    screen.complaints_are_none()
