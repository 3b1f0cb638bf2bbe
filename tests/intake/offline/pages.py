"""What tests do on the pages of a device: wait until it needs no network, write, sign in."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from playwright.sync_api import FilePayload, Page, expect

from lianxin.people.models import User
from tests.intake.offline.device import photo
from tests.screen import Screen
from tests.signing_in import session_of

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


def session(screen: Screen, page: Page, user: User, path: str = "/kept/") -> Page:
    """The same device, with somebody else signed in."""
    cookie = {
        "name": settings.SESSION_COOKIE_NAME, "value": session_of(user), "url": screen.address
    }  # fmt: skip
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    page.goto(screen.address + path)
    return page
