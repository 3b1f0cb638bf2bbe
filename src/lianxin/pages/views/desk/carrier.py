"""One's own work chat: where one is told that there is something."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lianxin import access
from lianxin.notices import pushing, queries
from lianxin.pages.forms_desk import CarrierForm, NumberForm
from lianxin.people.forms import attempt
from lianxin.people.http import StaffRequest


@access.staff()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def carrier(request: StaffRequest) -> HttpResponse:
    """Put in an address, type the number that arrived there, or take it out again."""
    posted = request.POST if request.method == "POST" else None
    do = posted.get("do", "") if posted is not None else ""
    form = CarrierForm(posted if do == "set" else None)
    number = NumberForm(posted if do == "confirm" else None)
    if do == "set" and attempt(form, lambda data: pushing.set_up(**data, by=request.viewer)):
        messages.success(request, _("A number was sent there. Please type it here."))
        return _back()
    if do == "confirm" and attempt(
        number, lambda data: pushing.confirm(data["number"], by=request.viewer)
    ):
        messages.success(request, _("From now on you are told there too."))
        return _back()
    if do == "drop":
        pushing.drop(by=request.viewer)
        messages.success(request, _("You are not told there any more."))
        return _back()
    found = queries.carrier_of(request.viewer)
    context = {"carrier": found, "form": form, "number": number}
    return render(request, "pages/desk/carrier.html", context)


def _back() -> HttpResponse:
    response = redirect("carrier")
    response.status_code = 303
    return response
