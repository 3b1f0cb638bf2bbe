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
from django.utils.cache import add_never_cache_headers
from django.utils.functional import SimpleLazyObject

from lianxin.access import proof
from lianxin.access.answers import Refused
from lianxin.access.rules import Rule, rule_of, without_rule
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
    """Asks each view's rule before the view runs. Reads ``request.viewer`` and ``request.proof``.

    What is not for everybody is kept by no cache, whatever the view says about it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        _refuse_to_start_without_rules()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        rule: Rule | None = getattr(request, "access_rule", None)
        if rule is None or rule.kind != "public":
            add_never_cache_headers(response)
        elif "Cache-Control" not in response:
            # Every page is in the language and the type that this reader chose.
            response.headers["Cache-Control"] = "private, no-cache"
        return response

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
        request.access_rule = rule  # type: ignore[attr-defined]
        viewer: Viewer = getattr(request, "viewer", ANONYMOUS)
        if rule.kind in ("public", "resident"):
            request.viewer = SimpleLazyObject(lambda: _by_every_step(request, viewer))  # type: ignore[attr-defined]
            return None
        if not viewer.signed_in:
            return _lead(request, settings.LOGIN_URL)
        if rule.kind == "staff":
            return _staff(request, rule, viewer)
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refused):
            return None
        viewer: Viewer = getattr(request, "viewer", ANONYMOUS)
        layout = "ui/desk.html" if viewer.signed_in else "ui/front.html"
        context = {"layout": layout, "reason": error.reason}
        return render(request, "access/refused.html", context, status=403)


def _by_every_step(request: HttpRequest, viewer: Viewer) -> Viewer:
    """Who looks at a page that needs no sign-in: with a step still to take, a stranger."""
    return viewer if viewer.signed_in and _proof(request).complete else ANONYMOUS


def _proof(request: HttpRequest) -> proof.Proof:
    shown: proof.Proof = getattr(request, "proof", proof.NONE)
    return shown


def _staff(request: HttpRequest, rule: Rule, viewer: Viewer) -> HttpResponseBase | None:
    shown = _proof(request)
    if not shown.complete:
        return _lead(request, settings.SECOND_FACTOR_URL)
    if not viewer.has(*rule.roles):
        raise Http404
    if rule.fresh:
        reading = request.method in ("GET", "HEAD")
        if not shown.within(proof.FRESH - proof.SPARE if reading else proof.FRESH):
            return _lead(request, settings.STEP_UP_URL, back=request.get_full_path())
    return None


def _lead(request: HttpRequest, to: str, back: str = "") -> HttpResponseBase:
    """To another page first, and from there back to the page they are on, or to ``back``."""
    if "HX-Request" not in request.headers:
        return redirect_to_login(back or request.get_full_path(), to)
    # htmx would put that page inside the part it asked for; send the whole page instead.
    here = urlsplit(request.headers.get("HX-Current-URL", ""))
    back = back or (f"{here.path}?{here.query}" if here.query else here.path or "/")
    return HttpResponse(headers={"HX-Redirect": redirect_to_login(back, to)["Location"]})
