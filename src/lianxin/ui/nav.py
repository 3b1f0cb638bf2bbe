"""Which pages the rail of the desk and the foot of the front door lead to.

Modules register their own entries when the application starts; nobody edits a central list.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

from lianxin.ui.icons import ICONS


@dataclass(frozen=True, slots=True)
class Entry:
    """One way to a page. ``label`` may be a lazy translation; no roles means every member."""

    label: Any
    url_name: str
    icon: str
    roles: tuple[str, ...]
    order: int


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as one reader sees it."""

    label: str
    url: str
    icon: str
    current: bool


_desk: dict[str, Entry] = {}
_front: dict[str, Entry] = {}


def register(
    label: Any, url_name: str, icon: str, roles: Iterable[str] = (), order: int = 100
) -> None:
    """Add a page to the rail of the desk, for people who hold one of the roles."""
    if icon not in ICONS:
        raise ValueError(f"no drawing named {icon!r}; see lianxin.ui.icons")
    _desk[url_name] = Entry(label, url_name, icon, tuple(str(role) for role in roles), order)


def register_front(label: Any, url_name: str, order: int = 100) -> None:
    """Add a page to the foot of every resident page."""
    _front[url_name] = Entry(label, url_name, "", (), order)


def desk_links(viewer: Any, path: str) -> list[Link]:
    """The rail for this viewer (``access.Viewer``), the page at ``path`` marked."""
    if viewer is None or getattr(viewer, "user_id", None) is None:
        return []
    entries = [e for e in _desk.values() if viewer.has(*e.roles)]
    return _links(entries, path)


def front_links(path: str) -> list[Link]:
    return _links(list(_front.values()), path)


def _links(entries: list[Entry], path: str) -> list[Link]:
    found: list[tuple[Entry, str]] = []
    for entry in sorted(entries, key=lambda e: (e.order, e.url_name)):
        try:
            found.append((entry, reverse(entry.url_name)))
        except NoReverseMatch:
            continue  # a module that is not installed here
    # The longest address that the page lies under, so that /desk/ does not claim /desk/calls/.
    current = max((url for _, url in found if path.startswith(url)), key=len, default="")
    return [Link(str(e.label), url, e.icon, url == current) for e, url in found]
