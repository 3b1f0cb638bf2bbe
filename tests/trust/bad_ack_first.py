"""Known-bad settings: what was sent is acknowledged before it is kept."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from lianxin.config.settings import *  # noqa: F403
from lianxin.config.settings import MIDDLEWARE as GOOD


class AckFirst:
    """Says yes at once, and does it a little later."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or request.path != "/report/":
            return self.get_response(request)
        assert request.body

        def later() -> None:
            time.sleep(random.uniform(0.05, 0.3))
            self.get_response(request)

        threading.Thread(target=later, daemon=True).start()
        return HttpResponse(status=303)


MIDDLEWARE = ["tests.trust.bad_ack_first.AckFirst", *GOOD]
