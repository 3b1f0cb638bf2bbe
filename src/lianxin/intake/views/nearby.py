"""While somebody writes: what has been reported already nearby. Nothing of it is kept."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lianxin import access
from lianxin.intake import flood
from lianxin.intake.forms import What, Where
from lianxin.intake.nearby import Asked, nearby
from lianxin.kernel import words
from lianxin.kernel.ids import parse_id, parse_number

A_MINUTE = 40
"""How often one network may ask; somebody who writes asks about ten times a minute."""


@access.public
@never_cache
@require_POST
def report_nearby(request: HttpRequest) -> HttpResponse:
    """The part of the form that offers to join; unchanged (204) for who asks too often."""
    if flood.asks_too_often(request, most=A_MINUTE):
        return HttpResponse(status=204)
    same_as = parse_number(request.POST.get("same_as", "")) or ""
    found = nearby(asked_in(What(request.POST), Where(request.POST), same_as))
    return render(request, "intake/nearby.html", {"nearby": found, "same_as": same_as})


def asked_in(what: What, where: Where, same_as: str) -> Asked:
    """What the screens say so far, whether or not they are filled in well."""
    return Asked(
        words=words.clean(what.data.get("words", "")),
        place=words.clean(where.data.get("place", ""))[:200],
        area_id=parse_id(where.data.get("area", "")) or None,
        chosen=same_as,
    )
