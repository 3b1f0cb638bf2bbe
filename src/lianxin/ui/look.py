"""How a reader wants pages to look: language, large type, light or dark. Kept in cookies only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lianxin.ui.nav import Link, desk_links, front_links

THEME_COOKIE = "theme"
LARGE_COOKIE = "large"
THEMES = ("light", "dark")

# A language is offered in its own words, whatever language the page is in.
LANGUAGES = (("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English"))
PRODUCT = _("Lianxin")


@dataclass(frozen=True, slots=True)
class Shell:
    """What the frame around every page needs to know."""

    language: str
    theme: str
    large: bool
    here: str
    place: str
    viewer: Any
    nav: list[Link]
    front_links: list[Link]
    languages: tuple[tuple[str, str], ...] = LANGUAGES
    keeper: str | None = None
    """In whose name this device keeps what is written; empty: nobody's, None: the page says not."""

    @property
    def name(self) -> str:
        return f"{self.place} · {PRODUCT}" if self.place else str(PRODUCT)

    @property
    def unit(self) -> str:
        """The viewer's unit, when the request has been told."""
        return str(getattr(self.viewer, "unit_name", "") or "")

    @property
    def look(self) -> str:
        return address("look")

    @property
    def home(self) -> str:
        return address("home") or "/"

    @property
    def desk_home(self) -> str:
        return address("desk") or "/desk/"

    @property
    def search(self) -> str:
        return address("search")

    @property
    def bell(self) -> str:
        return address("bell")

    @property
    def sign_in(self) -> str:
        return address("account_login")

    @property
    def second_step(self) -> str:
        return address("mfa_index")

    @property
    def new_password(self) -> str:
        return address("account_change_password")

    @property
    def manifest(self) -> str:
        return address("manifest")

    @property
    def worker(self) -> str:
        return address("service_worker")

    @property
    def kept(self) -> str:
        """Where one sees what this device keeps until there is a network."""
        return address("kept")

    @property
    def sign_out(self) -> str:
        return address("account_logout")


_keeper: Callable[[Any], str] | None = None


def keep_for(name: Callable[[Any], str]) -> None:
    """Let every page say in whose name a device keeps what is written: ``name(viewer)``."""
    global _keeper
    _keeper = name


def address(name: str) -> str:
    """The address of a page, or nothing where that page is not installed."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def shell_for(request: HttpRequest | None) -> Shell:
    """Works without a request too, as an error page may have none."""
    language = (get_language() or settings.LANGUAGE_CODE).lower()
    cookies = request.COOKIES if request else {}
    theme = cookies.get(THEME_COOKIE, "")
    path = request.path if request else "/"
    viewer = getattr(request, "viewer", None)
    # A page that a device keeps is the same for everybody and knows nothing of who is signed in.
    live = viewer is not None and not getattr(request, "for_everybody", False)
    return Shell(
        language=language,
        theme=theme if theme in THEMES else "",
        large=cookies.get(LARGE_COOKIE) == "1",
        here=request.get_full_path() if request and request.method == "GET" else path,
        place=str(getattr(settings, "LIANXIN_PLACE", "")),
        viewer=viewer,
        nav=desk_links(viewer, path),
        front_links=front_links(path),
        keeper=_keeper(viewer) if live and _keeper else None,
    )
