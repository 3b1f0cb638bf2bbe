"""The headers of every address, as anybody and as staff get it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from lianxin.access.rules import Rule, rule_of
from tests.cast import Cast

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self'; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; manifest-src 'self'; worker-src 'self'"
)
ALWAYS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
VALUES = {
    "int": "1", "str": "x", "slug": "x", "uuid": "00000000-0000-0000-0000-000000000000",
    "form": "json", "path": "x",
}  # fmt: skip


def addresses(
    patterns: Sequence[Any] | None = None, prefix: str = "/"
) -> Iterator[tuple[str, Rule]]:
    """Every address of the product with something in the place of its parts, and its rule."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, route)
            continue
        assert isinstance(pattern, URLPattern)
        rule = rule_of(pattern.callback, pattern.name or "")
        assert rule is not None
        yield re.sub(r"<(\w+):\w+>", lambda part: VALUES[part[1]], route), rule


def wrong(client: Client, method: str, path: str, rule: Rule) -> list[str]:
    """Which headers of this answer are not as they must be."""
    answer = getattr(client, method)(path)
    assert answer.status_code < 500, path
    found = [name for name, value in ALWAYS.items() if answer.headers.get(name) != value]
    policy = answer.headers.get("Content-Security-Policy", "")
    rules = {part.strip() for part in policy.split(";")}
    if rules != {part.strip() for part in POLICY.split(";")} and "sandbox" not in policy:
        found.append("Content-Security-Policy")
    allowed = answer.headers.get("Permissions-Policy", "")
    if "geolocation=(self)" not in allowed or "usb=()" not in allowed or "*" in allowed:
        found.append("Permissions-Policy")
    kept = answer.headers.get("Cache-Control", "")
    if "private" not in kept or ("no-store" if rule.kind != "public" else "no-") not in kept:
        found.append("Cache-Control")
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("who", ["anybody", "sec_admin", "handler", "dispatcher"])
def test_every_address_says_what_a_browser_may_do(cast: Cast, who: str, method: str) -> None:
    client = cast.client(getattr(cast, who, None))
    every = [(path, rule) for path, rule in addresses() if "logout" not in path]
    assert len(every) > 30
    faults = {path: found for path, rule in every if (found := wrong(client, method, path, rule))}
    assert faults == {}


def test_an_address_that_does_not_exist_has_them_too(client: Client, db: None) -> None:
    assert wrong(client, "get", "/there-is-no-such-page/", Rule("staff")) == []


def test_twin_a_build_without_one_of_them_is_noticed(cast: Cast, settings: Any) -> None:
    settings.PAGE_HEADERS = {}
    settings.X_FRAME_OPTIONS = "SAMEORIGIN"
    found = wrong(Client(), "get", "/", Rule("public"))
    assert set(found) == {"Cross-Origin-Resource-Policy", "Permissions-Policy", "X-Frame-Options"}
