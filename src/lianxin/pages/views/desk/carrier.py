"""One's own work chat, and a unit's duty chat: where one is told that there is something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lianxin import access
from lianxin.notices import pushing, queries
from lianxin.pages.forms_desk import CarrierForm, NumberForm
from lianxin.people import queries as people
from lianxin.people.forms import attempt
from lianxin.people.http import StaffRequest

if TYPE_CHECKING:
    from lianxin.people.models import Unit


@access.staff()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def carrier(request: StaffRequest) -> HttpResponse:
    """Put in an address, type the number that arrived there, or take it out again."""
    return _page(request)


@access.staff(*pushing.BY)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def duty_chat(request: StaffRequest, pk: int) -> HttpResponse:
    """The same for the chat of a unit, by those who answer for it."""
    unit = people.unit(pk)
    if unit is None or not pushing.may_set_up(request.viewer, unit):
        raise Http404
    return _page(request, unit)


def _page(request: StaffRequest, unit: Unit | None = None) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    do = posted.get("do", "") if posted is not None else ""
    form = CarrierForm(posted if do == "set" else None)
    number = NumberForm(posted if do == "confirm" else None)
    by = request.viewer
    if do == "set" and attempt(form, lambda data: pushing.set_up(**data, by=by, unit=unit)):
        messages.success(request, _("A number was sent there. Please type it here."))
        return _back(unit)
    if do == "confirm" and attempt(
        number, lambda data: pushing.confirm(data["number"], by=by, unit=unit)
    ):
        told = (
            _("From now on the unit is told there.")
            if unit
            else _("From now on you are told there too.")
        )
        messages.success(request, told)
        return _back(unit)
    if do == "drop":
        pushing.drop(by=by, unit=unit)
        told = (
            _("The unit is not told there any more.")
            if unit
            else _("You are not told there any more.")
        )
        messages.success(request, told)
        return _back(unit)
    context = {
        "carrier": queries.carrier_of(by, unit),
        "unit": unit,
        "units": [] if unit else people.units_of(by.user_id or 0, *pushing.BY),
        "form": form,
        "number": number,
    }
    return render(request, "pages/desk/carrier.html", context)


def _back(unit: Unit | None) -> HttpResponse:
    response = redirect("duty_chat", unit.pk) if unit else redirect("carrier")
    response.status_code = 303
    return response
