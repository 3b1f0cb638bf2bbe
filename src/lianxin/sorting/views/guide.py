"""Where a matter belongs: one question a page, no script, nothing kept."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lianxin import access
from lianxin.people import queries as people
from lianxin.sorting import guide


@access.public
@require_safe
def where(request: HttpRequest, name: str = guide.START) -> HttpResponse:
    """A question with its answers, or where the matter belongs."""
    step = guide.step(name)
    if step is None:
        raise Http404
    ended = isinstance(step, guide.End)
    context = {"step": step, "ended": ended, "first": name == guide.START}
    return render(request, "sorting/where.html", context | {"phone": people.public_phone()})
