"""Puts the keys that are unlocked at this browser on the viewer."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import replace

from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from lianxin.access import Viewer
from lianxin.seals.unlocking import cookie, unlocked_at


class UnlockedMiddleware:
    """Costs nothing for a browser without the cookie."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if cookie() in request.COOKIES:
            found: Viewer = request.viewer  # type: ignore[attr-defined]

            def viewer() -> Viewer:
                if found.user_id is None:
                    return found
                # The copy of something lazy is the thing itself.
                unlocked = unlocked_at(request, user_id=found.user_id)
                return replace(copy(found), unlocked=unlocked)

            request.viewer = SimpleLazyObject(viewer)  # type: ignore[attr-defined]
        return self.get_response(request)
