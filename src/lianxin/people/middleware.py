"""Ends sign-ins that lasted too long, and puts ``viewer`` and ``proof`` on every request."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from lianxin.people import sittings
from lianxin.people.models import User
from lianxin.people.queries import viewer_for


class SittingMiddleware:
    """Asks nothing of the database for a resident, who has no session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            if sittings.is_over(request.session):
                logout(request)
                messages.info(
                    request,
                    _("For safety you were signed out after a while. Please sign in again."),
                )
            elif "X-Poll" not in request.headers:
                # A page that looks by itself for what is new is nobody sitting in front of it.
                sittings.note(request.session)
        return self.get_response(request)


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
        request.proof = SimpleLazyObject(lambda: sittings.proof_of(request))  # type: ignore[attr-defined]
        return self.get_response(request)
