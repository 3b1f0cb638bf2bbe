"""Known-bad settings: what was posted goes into the log."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from lianxin.config.settings import *  # noqa: F403
from lianxin.config.settings import MIDDLEWARE as GOOD


class LogPost:
    """Notes what came in, for debugging."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "POST":
            logging.getLogger("lianxin.debug").info("%s", request.POST)
        return self.get_response(request)


MIDDLEWARE = ["tests.trust.bad_log_post.LogPost", *GOOD]
