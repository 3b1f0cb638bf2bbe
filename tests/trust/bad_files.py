"""Known-bad settings: a photo is not synced before the row says that it is there."""

from __future__ import annotations

import os
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from lianxin.config.settings import *  # noqa: F403
from lianxin.config.settings import MIDDLEWARE as GOOD


class NoSync:
    """Takes away from the program, not from the database, the way to sync a file."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        os.fsync = os.fdatasync = lambda fd: None

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


MIDDLEWARE = ["tests.trust.bad_files.NoSync", *GOOD]
