"""A page in Chromium, and everything that went wrong while it was looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from tests.screen import DESK

TRAPS = """
window.__seen = [];
window.__xss = () => window.__seen.push('canary');
document.addEventListener('securitypolicyviolation',
    e => window.__seen.push('policy: ' + e.violatedDirective + ' ' + e.blockedURI));
"""
LOOK = """
() => {
    const found = [...window.__seen];
    for (const e of document.querySelectorAll('[data-xss], base[href], [srcdoc]'))
        found.push('markup: ' + e.outerHTML.slice(0, 120));
    for (const e of document.querySelectorAll('[href], [src], [action], [formaction], [data]'))
        for (const name of ['href', 'src', 'action', 'formaction', 'data'])
            if (/^[^a-z]*(javascript|vbscript|data:text)/i.test(e.getAttribute(name) || ''))
                found.push('address: ' + e.outerHTML.slice(0, 120));
    for (const e of document.querySelectorAll('*'))
        for (const a of e.attributes)
            if (/^on/i.test(a.name)) found.push('handler: ' + e.outerHTML.slice(0, 120));
    return found;
}
"""


@dataclass
class Watch:
    """One browser window of one person."""

    browser: Browser
    address: str
    cookies: list[dict[str, str]]
    pages: int = 0
    faults: list[str] = field(default_factory=list)
    without_policy: bool = False
    """Whether the browser is told to ignore the content policy: then escaping stands alone."""

    def __post_init__(self) -> None:
        self.context: BrowserContext = self.browser.new_context(
            viewport={"width": DESK, "height": 900},
            locale="zh-CN",
            bypass_csp=self.without_policy,
        )
        self.context.add_init_script(TRAPS)
        cookies: Any = [{**cookie, "url": self.address} for cookie in self.cookies]
        self.context.add_cookies(cookies)
        self.path = ""
        self.page: Page = self.context.new_page()
        self.page.on("dialog", self._dialog)
        self.page.on("pageerror", lambda error: self._fault(f"script: {error}"))
        self.page.on("console", self._console)
        self.page.on("request", self._request)

    def look(self, path: str) -> None:
        """Open a page and note what is wrong with it."""
        self.path = path
        self.page.goto(self.address + path)
        for seen in self.page.evaluate(LOOK):
            self._fault(seen)
        self.pages += 1

    def close(self) -> None:
        """Close the window."""
        self.context.close()

    def _fault(self, said: str) -> None:
        self.faults.append(f"{self.path}: {said}"[:400])

    def _dialog(self, dialog: Any) -> None:
        self._fault(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _console(self, message: Any) -> None:
        # A part of a page has no head that names the icon; browsers then ask for /favicon.ico.
        asked = str(message.location.get("url", ""))
        if message.type == "error" and not asked.endswith("/favicon.ico"):
            self._fault(f"console: {message.text}")

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self._fault(f"foreign origin: {request.url}")
