"""The one page of this module: it keeps how a reader wants pages to look."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from lianxin.ui.look import LANGUAGES, LARGE_COOKIE, THEME_COOKIE, THEMES

YEAR = 31_536_000


# No token: it changes nothing but the sender's own display, and resident pages stay cacheable.
@csrf_exempt
@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Remember language, theme or large type, and go back to the page."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = "/"
    response = HttpResponseRedirect(target)

    def keep(name: str, value: str) -> None:
        response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=request.is_secure())

    language = request.POST.get("language")
    if language in dict(LANGUAGES):
        keep(settings.LANGUAGE_COOKIE_NAME, language)
    theme = request.POST.get("theme")
    if theme in THEMES:
        keep(THEME_COOKIE, theme)
    elif theme == "":
        response.delete_cookie(THEME_COOKIE)
    large = request.POST.get("large")
    if large == "1":
        keep(LARGE_COOKIE, "1")
    elif large == "0":
        response.delete_cookie(LARGE_COOKIE)
    return response
