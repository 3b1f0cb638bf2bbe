"""What came in a flood and waits for a person: let it through, one, a selection, or all."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lianxin import access
from lianxin.cases import queries
from lianxin.cases.states import DESK
from lianxin.intake import actions
from lianxin.kernel.ids import parse_id
from lianxin.people.http import StaffRequest


@access.staff(*DESK)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def held(request: StaffRequest) -> HttpResponse:
    """The queue, the oldest first. Nobody's words are shown, and nothing can be thrown away."""
    if request.method == "POST":
        wanted = None if request.POST.get("do") == "all" else _chosen(request)
        n = actions.release(queries.held_ids(request.viewer, wanted), by=request.viewer)
        text = ngettext("%(n)s concern was let through.", "%(n)s concerns were let through.", n)
        messages.success(request, text % {"n": n})
        response = redirect("held")
        response.status_code = 303
        return response
    page = queries.held(request.viewer, after=parse_id(request.GET.get("after", "")))
    return render(request, "pages/desk/held.html", {"held": page})


def _chosen(request: StaffRequest) -> list[int]:
    return [pk for text in request.POST.getlist("hold")[:200] if (pk := parse_id(text))]
