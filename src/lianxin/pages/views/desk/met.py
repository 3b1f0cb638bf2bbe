"""Face to face first: in how many of their matters the units met the person (M12)."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from lianxin import access
from lianxin.cases import queries
from lianxin.kernel import clock
from lianxin.people.http import StaffRequest

DAYS = 90


@access.staff(*queries.SHOWN_TO)
@never_cache
@require_GET
def met(request: StaffRequest) -> HttpResponse:
    """The units one leads or oversees, in the order of the tree."""
    now = clock.now()
    rows = queries.met_by_unit(request.viewer, now - timedelta(days=DAYS), now)
    return render(request, "pages/desk/met.html", {"rows": rows, "days": DAYS, "few": queries.FEW})
