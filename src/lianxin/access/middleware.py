"""Enforces the rule of each view, and turns a refusal nobody caught into a page that explains."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import get_resolver

from lianxin.access.answers import Refused
from lianxin.access.rules import rule_of, without_rule
from lianxin.access.viewer import ANONYMOUS, Viewer

_walked: set[str] = set()


def _refuse_to_start_without_rules() -> None:
    """A server that skips Django's checks must still not serve an undeclared URL."""
    name = str(settings.ROOT_URLCONF)
    if name in _walked:
        return
    missing = sorted(
        f"/{route} ({view})" for route, view in without_rule(get_resolver().url_patterns)
    )
    if missing:
        raise ImproperlyConfigured("no access rule for: " + ", ".join(missing))
    _walked.add(name)


class AccessMiddleware:
    """Asks each view's rule before the view runs. Reads ``request.viewer``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        _refuse_to_start_without_rules()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., Any],
        _args: Sequence[Any],
        _kwargs: Mapping[str, Any],
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        rule = rule_of(view, match.view_name if match else "")
        if rule is None:
            raise Http404
        if rule.kind != "staff":
            return None
        viewer: Viewer = getattr(request, "viewer", ANONYMOUS)
        if not viewer.signed_in:
            return _to_sign_in(request)
        if not viewer.has(*rule.roles):
            raise Http404
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refused):
            return None
        viewer: Viewer = getattr(request, "viewer", ANONYMOUS)
        layout = "ui/desk.html" if viewer.signed_in else "ui/front.html"
        context = {"layout": layout, "reason": error.reason}
        return render(request, "access/refused.html", context, status=403)


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    if "HX-Request" not in request.headers:
        return redirect_to_login(request.get_full_path())
    # htmx would put the sign-in page inside the part it asked for; send the whole page instead.
    here = urlsplit(request.headers.get("HX-Current-URL", ""))
    target = redirect_to_login(f"{here.path}?{here.query}" if here.query else here.path or "/")
    return HttpResponse(headers={"HX-Redirect": target["Location"]})
