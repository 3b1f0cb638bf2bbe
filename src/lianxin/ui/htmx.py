"""One address, two answers: the whole page, or the part of it that a script asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render as render_page
from django.shortcuts import resolve_url
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect


def wants_part(request: HttpRequest) -> bool:
    """Whether a script on the page asks for a part; going back in history needs it whole."""
    details = getattr(request, "htmx", None)
    if not details:
        return False
    return not details.boosted and not details.history_restore_request


def render(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    fragment: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page ``template``, or the template ``fragment`` it includes when only that is wanted."""
    name = fragment if fragment and wants_part(request) else template
    response = render_page(request, name, dict(context or {}), status=status)
    if fragment:
        patch_vary_headers(response, ["HX-Request"])
    return response


def redirect(request: HttpRequest, to: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    """Go to another page after a change; ``to`` as in Django's ``redirect``."""
    url = resolve_url(to, *args, **kwargs)
    if getattr(request, "htmx", None):
        return HttpResponseClientRedirect(url)
    response = HttpResponseRedirect(url)
    # 303: the next request is a GET, whatever this one was.
    response.status_code = 303
    return response
