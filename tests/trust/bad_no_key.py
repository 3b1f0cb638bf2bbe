"""Known-bad settings: a form that is sent again counts as another one."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from lianxin.config.settings import *  # noqa: F403
from lianxin.config.settings import MIDDLEWARE as GOOD


class NoKey:
    """Gives every form a key of its own, whatever it brings."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "POST":
            post = request.POST.copy()
            post["key"] = str(uuid.uuid4())
            request.POST = post  # type: ignore[assignment]
        return self.get_response(request)


MIDDLEWARE = [*GOOD, "tests.trust.bad_no_key.NoKey"]
