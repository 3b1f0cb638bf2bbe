"""The outermost doors: what is too large to be honest is answered before anything reads it, and
every page says what a browser may load with it."""

from __future__ import annotations

from collections.abc import Callable

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from lianxin.pages.api import problems
from lianxin.pages.api.problems import Refusal

DRAIN_AT_MOST = 400_000_000
"""Bytes read and thrown away so that the browser gets to see the answer: a connection closed while
it is still sending shows the visitor a browser error instead of our words."""


class BodyLimit:
    """Answers 413 with a page when Content-Length is above `MAX_BODY`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """As Django wants it."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse or pass on."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isascii() or not length.isdigit():
            return _told(request, 400) or HttpResponse(status=400)
        if int(length) <= settings.MAX_BODY:
            return self.get_response(request)
        if int(length) <= DRAIN_AT_MOST:
            stream = request.META["wsgi.input"]
            left = int(length)
            while left > 0 and (chunk := stream.read(min(left, 1_000_000))):
                left -= len(chunk)
        with translation.override(translation.get_language_from_request(request)):
            response = _told(request, 413) or HttpResponse(
                render_to_string("413.html", request=request), status=413
            )
        response["Connection"] = "close"
        return response


def _told(request: HttpRequest, status: int) -> HttpResponse | None:
    """The same for a program; None: it is a browser that asks."""
    if not request.path.startswith(problems.PREFIX):
        return None
    return problems.answer(Refusal(status, _("The request is too large or cannot be read.")))


class Headers:
    """Sends what a browser may do with a page, unless a view has said something narrower.

    No page has a content policy of its own, so it is put together once; `csp.middleware` does it
    for every answer, which costs a twentieth of filing a concern.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """As Django wants it."""
        self.get_response = get_response
        self.others = settings.PAGE_HEADERS
        self.policy = build_policy()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on, and add the headers."""
        response = self.get_response(request)
        for name, value in self.others.items():
            response.headers.setdefault(name, value)
        # Django's page for developers brings its own style.
        if not (settings.DEBUG and response.status_code in (404, 500)):
            response.headers.setdefault(HEADER, self.policy)
        return response
