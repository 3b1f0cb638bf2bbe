"""Known-bad settings: whatever went wrong, the person is told that all went well."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from lianxin.config.settings import *  # noqa: F403
from lianxin.config.settings import MIDDLEWARE as GOOD


class CatchAll:
    """Says yes when it should say that it failed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        return HttpResponse(status=303) if response.status_code >= 500 else response


MIDDLEWARE = ["tests.trust.bad_catch_all.CatchAll", *GOOD]
