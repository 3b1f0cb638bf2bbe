"""What a person sees: pages of the live product in Chromium, and axe's opinion of them.

PICTURES_IN=folder keeps a picture of pages, narrow and wide, light and dark.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect

from lianxin.people.models import User
from tests.signing_in import session_of

PHONE, DESK = 390, 1440
GRAVE = {"serious", "critical"}
PICTURES = os.environ.get("PICTURES_IN", "")


def picture(page: Page, name: str) -> None:
    """Keep what it looks like, if somebody wants to look."""
    if not PICTURES:
        return
    before = page.viewport_size
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            path = Path(PICTURES) / f"{name}-{width}-{scheme}.png"
            page.screenshot(path=path, full_page=True, animations="disabled")
    page.emulate_media(color_scheme="light")
    if before is not None:
        page.set_viewport_size(before)
    page.wait_for_timeout(300)  # colours fade; axe shall judge the page at rest


class Screen:
    """Contexts of one test; collects what the browser complains about."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser = browser
        self.address = address
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def phone(self, path: str = "/", **options: Any) -> Page:
        """A resident's phone, 390 px wide, at `path`. `java_script_enabled=False` is an option."""
        return self._open(PHONE, 844, path, None, options)

    def desk(self, user: User | None, path: str = "/desk/", **options: Any) -> Page:
        """A clerk's screen, 1440 px wide, signed in as `user`, at `path`."""
        return self._open(DESK, 900, path, user, options)

    def check(self, page: Page) -> None:
        """axe finds nothing serious or critical, and nothing sticks out sideways."""
        # A button fades while its request runs; what is judged is the page at rest.
        expect(page.locator(".htmx-request")).to_have_count(0)
        found = Axe().run(page).response["violations"]
        grave = [
            f"{v['id']} ({v['impact']}): {v['help']}: {[n['target'] for n in v['nodes'][:3]]}"
            for v in found
            if v["impact"] in GRAVE
        ]
        assert not grave, f"{page.url}: " + "\n".join(grave)
        wider = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, f"{page.url} is {wider} px wider than the screen"

    def complaints_are_none(self) -> None:
        """No script error, no blocked resource, no failed request of the product's own."""
        assert not self.complaints, "\n".join(self.complaints)

    def close(self) -> None:
        """Close everything that was opened."""
        for context in self.contexts:
            context.close()

    def _open(
        self,
        width: int,
        height: int,
        path: str,
        user: User | None,
        options: dict[str, Any],
    ) -> Page:
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, **{"locale": "zh-CN", **options}
        )
        self.contexts.append(context)
        if user is not None:
            name, key = settings.SESSION_COOKIE_NAME, session_of(user)
            context.add_cookies([{"name": name, "value": key, "url": self.address}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("console", self._listen)
        page.goto(self.address + path)
        return page

    def _listen(self, message: Any) -> None:
        # A page that answers 4xx on purpose is noted as "Failed to load resource".
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(f"console: {message.text}")
