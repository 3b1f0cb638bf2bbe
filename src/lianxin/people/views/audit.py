"""The auditor's page: what the other two administrators did. There is nothing to press on it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from lianxin import access
from lianxin.people import telling
from lianxin.people.http import StaffRequest
from lianxin.people.roles import Role


@access.staff(Role.AUDITOR)
@require_GET
def administrators(request: StaffRequest) -> HttpResponse:
    """Accounts, roles, second steps and units, the newest act first."""
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 16 else None
    rows, further = telling.newest(before)
    here = reverse("administrators")
    context = {
        "rows": rows,
        "next_url": f"{here}?before={further}" if further else "",
        "previous_url": here if before else "",
    }
    return render(request, "people/administrators.html", context)
