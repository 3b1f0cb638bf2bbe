"""Known-bad settings: a telephone number that was typed waits in the session."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from lianxin.config.settings import *  # noqa: F403
from lianxin.config.settings import MIDDLEWARE as GOOD


class PhoneInSession:
    """Remembers the number between two screens."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if phone := request.POST.get("phone"):
            request.session["phone"] = phone
        return self.get_response(request)


MIDDLEWARE = [*GOOD, "tests.trust.bad_phone_in_session.PhoneInSession"]
