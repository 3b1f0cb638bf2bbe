"""The way back in: the query code opens one concern, and nothing else."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lianxin import access
from lianxin.intake import queries, slowing, tickets
from lianxin.intake.forms import CodeForm
from lianxin.people import queries as people

UNKNOWN = _(
    "This code opens nothing. Please compare it with your receipt, four digits at a time; what you "
    "typed is still here."
)


@access.public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Ask for the code. An unknown one is always answered in the same words."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        code = form.cleaned_data["code"]
        concern = queries.by_code(code)
        if concern is not None and form.number in ("", concern.number):
            response = redirect("tracked")
            response.status_code = 303
            tickets.give_case(request, response, concern)
            return response
        slowing.slow_down(code, str(request.META.get("REMOTE_ADDR", "")))
        form.add_error("code", UNKNOWN)
    context = {"form": form, "phone": people.public_phone(), "held": tickets.read_case(request)}
    return render(request, "intake/track.html", context)
