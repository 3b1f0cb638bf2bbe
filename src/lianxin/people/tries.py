"""Wrong passwords and codes are counted by name and browser: nobody is locked out by others.

A browser in which somebody once signed in with all steps carries a signed cookie. Tries from it
have a count of their own; tries from all other browsers share one. So a thousand wrong tries from
elsewhere leave the person's own browser open, and a guesser gains nothing: the cookie is worth
five tries, not a sign-in.
"""

from __future__ import annotations

import secrets
from typing import Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac

from lianxin.kernel import words

NAME, HTTPS_NAME = "known", "__Host-k"
SALT = "lianxin.known-browser"
AGE = 180 * 24 * 3600
"""Seconds a browser is known after the last full sign-in."""
MOST = 10
"""People whom one browser knows: a computer at a counter. The longest unseen is forgotten."""
USED_FOR = 120
"""Seconds an app's code is remembered: longer than any clock we accept would show it."""


def bucket(request: HttpRequest, username: str) -> str:
    """The name of the count that this try belongs to."""
    mark = _mark(username)
    browser, marks = _held(request)
    return f"{mark}:{browser}" if mark in marks else mark


def count(request: HttpRequest, username: str, step: str) -> Any:
    """Count a try at a step; ``None`` when there were too many. ``rollback()`` if it was right."""
    return ratelimit.consume(
        request,
        app="allauth.account",
        action="login_failed",
        key=f"{step}:{bucket(request, username)}",
    )


def is_first_use(username: str, code: str) -> bool:
    """Whether this right code of an app is shown to us for the first time."""
    # allauth remembers a code for its own 30 seconds, but the clocks we accept show it for longer.
    used = salted_hmac(SALT, f"{username}:{code}").hexdigest()
    return bool(cache.add(f"code-used:{used}", 1, USED_FOR))


def remember(request: HttpRequest, response: HttpResponseBase, username: str) -> None:
    """This person has signed in here with every step: the browser is known from now on."""
    browser, marks = _held(request)
    mark = _mark(username)
    kept = [mark, *(other for other in marks if other != mark)][:MOST]
    response.set_cookie(
        _cookie(),
        signing.dumps([browser or secrets.token_hex(8), kept], salt=SALT),
        max_age=AGE,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def _cookie() -> str:
    return HTTPS_NAME if settings.HTTPS else NAME


def _held(request: HttpRequest) -> tuple[str, list[str]]:
    try:
        held = signing.loads(request.COOKIES.get(_cookie(), ""), salt=SALT, max_age=AGE)
    except signing.BadSignature:
        return "", []
    match held:
        case [str(browser), list(marks)]:
            return browser, [str(mark) for mark in marks]
    return "", []


def _mark(username: str) -> str:
    # Hashed, so that neither cookie nor cache says who works here.
    return salted_hmac(SALT, words.fold(username)).hexdigest()[:32]
