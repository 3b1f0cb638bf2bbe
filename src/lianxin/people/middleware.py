"""Puts ``request.viewer`` on every request."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from lianxin.people.models import User
from lianxin.people.queries import viewer_for


class ViewerMiddleware:
    """Reads today's memberships when a view first asks: one query a request, kept nowhere.

    Nothing about roles lives in the session, so a role that ended is gone with the next click.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        def viewer() -> object:
            user = request.user
            return viewer_for(user if isinstance(user, User) else None)

        request.viewer = SimpleLazyObject(viewer)  # type: ignore[attr-defined]
        return self.get_response(request)
