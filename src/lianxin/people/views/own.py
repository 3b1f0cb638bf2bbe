"""What a member of staff keeps for themselves: declared interests."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lianxin import access
from lianxin.people import actions, queries
from lianxin.people.forms import InterestForm, attempt
from lianxin.people.http import StaffRequest


@access.staff()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def interests(request: StaffRequest) -> HttpResponse:
    """One's own declared interests, and a form for one more."""
    units = {unit.pk: unit for unit in queries.unit_tree(request.viewer)}
    form = InterestForm(request.POST or None, units=units.values())
    if request.method == "POST" and attempt(
        form,
        lambda data: actions.declare_interest(
            **{**data, "unit": units.get(data["unit"])}, by=request.viewer
        ),
    ):
        messages.success(request, _("Declared. What is about it is not shown to you any more."))
        return redirect("interests")
    rows = queries.interests_of(request.viewer)
    return render(request, "people/interests.html", {"form": form, "interests": rows})


@access.staff()
@require_POST
def interest_end(request: StaffRequest, pk: int) -> HttpResponse:
    """End one of one's own interests."""
    interest = queries.interests_of(request.viewer).filter(pk=pk).first()
    if interest is None:
        raise Http404
    actions.end_interest(interest, by=request.viewer)
    messages.success(request, _("Ended. What was found in the past stays as it was decided."))
    return redirect("interests")
