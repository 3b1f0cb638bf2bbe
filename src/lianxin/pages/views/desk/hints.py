"""What a clerk can tell somebody while they speak: what sort of matter, who handles it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lianxin import access
from lianxin.cases import queries as cases
from lianxin.intake import queries as intake
from lianxin.intake.policy import TAKE_DOWN
from lianxin.kernel import words
from lianxin.pages.views.desk import frame
from lianxin.people import queries as people
from lianxin.people.http import StaffRequest
from lianxin.sorting import queries as sorting

MOST = 4_000
"""Characters that are looked at: whoever speaks says early what it is about."""
LEAST = 4


@access.staff(*TAKE_DOWN)
@never_cache
@require_POST
def hints(request: StaffRequest) -> HttpResponse:
    """Suggestions for what is being typed. Nothing of it is kept."""
    said = words.clean(request.POST.get("words", ""))[:MOST]
    place = words.clean(request.POST.get("place", ""))[:200]
    given = request.POST.get("area", "")
    area = int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else None
    if len(said) < LEAST:
        return render(request, "pages/desk/hints.html", {})
    alike = cases.alike(request.viewer, intake.unfiled(said, place=place, area_id=area))
    context = {
        "sorts": sorting.who_handles(f"{said} {place}", area),
        "areas": [] if area else people.communities_in(f"{place} {said}"),
        "same": frame.rows_of(request.viewer, [row.case for row in alike[:3]]),
    }
    return render(request, "pages/desk/hints.html", context)
