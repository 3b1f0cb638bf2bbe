"""The pages about one's data in a browser: axe finds nothing grave, nothing sticks out."""

from __future__ import annotations

from typing import Any

import pytest

from tests.screen import Screen

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "options",
    [{}, {"color_scheme": "dark", "large": True}, {"java_script_enabled": False}],
    ids=["phone", "dark and large", "plain"],
)
def test_from_the_notice_to_the_deletion(screen: Screen, options: dict[str, Any]) -> None:
    from lianxin.deadlines.actions import load_presets
    from tests.cast import make_cast
    from tests.rights.test_own_data import NAMED
    from tests.walk import begin, load_sorting

    load_presets()
    load_sorting()
    walk = begin(make_cast(), **NAMED)
    large, plain = options.pop("large", False), "java_script_enabled" in options
    page = screen.phone("/privacy/", **options)
    if large:
        page.context.add_cookies([{"name": "large", "value": "1", "url": screen.address}])
        page.reload()

    def look() -> None:
        if not plain:
            screen.check(page)

    look()
    page.goto(screen.address + "/track/")
    page.fill("#id_code", walk.code)
    page.click("main .btn-primary")
    page.wait_for_url("**/track/case/")
    page.click('a[href="/track/case/data/"]')
    look()
    page.click('a[href="/track/case/correct-contact/"]')
    look()
    page.fill("#id_phone", "1380013800")
    page.click("main .btn-primary")
    look()
    page.fill("#id_phone", "13900139000")
    page.click("main .btn-primary")
    page.wait_for_url("**/track/case/data/")
    with page.expect_download() as taken:
        page.click('button[value="html"]')
    assert walk.case.concern.words in taken.value.path().read_text("utf-8")
    page.click('a[href="/track/case/erase-contact/"]')
    look()
    page.click("main .btn-primary")
    page.wait_for_url("**/track/case/data/")
    look()
    assert page.locator("text=删除存证号").count() == 1
