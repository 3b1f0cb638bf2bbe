"""The privacy notice for anybody; what is kept about one concern, for the holder of its code."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lianxin import access
from lianxin.intake import tickets
from lianxin.pages.resident.acts import may
from lianxin.pages.resident.own_data import copy_of, own_data
from lianxin.pages.resident.tracked import tracked
from lianxin.people import queries as people
from lianxin.rights import actions, queries
from lianxin.rights.choices import Text

READABLE, MACHINE = "html", "json"


@access.public
@require_safe
def privacy(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """The notice in force, or an earlier or coming edition by its number."""
    now = queries.in_force(Text.NOTICE)
    notice = now if number is None else queries.edition(Text.NOTICE, number)
    if notice is None:
        raise Http404
    context = {
        "notice": notice,
        "text": queries.in_language(notice),
        "now": notice.number == now.number,
        "others": [
            row for row in queries.every_edition(Text.NOTICE) if row.number != notice.number
        ],
        "periods": queries.periods(queries.in_force(Text.RETENTION)),
        "phone": people.public_phone(),
    }
    return render(request, "pages/public/privacy.html", context)


@access.resident
@never_cache
@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """What is kept about this concern, until when, who opened it, and what can be done about it."""
    concern = tickets.read_case(request)
    if concern is None:
        return redirect("track")
    known = tracked(concern)
    context = {
        "own": own_data(known),
        "known": known,
        "may_correct": may(known, "correct-contact"),
        "may_erase": may(known, "erase-contact"),
        "phone": people.public_phone(),
    }
    response = render(request, "pages/public/data.html", context)
    tickets.give_case(request, response, concern)
    return response


@access.resident
@never_cache
@require_POST
def data_copy(request: HttpRequest) -> HttpResponse:
    """The whole of it as one file: to read, or for another program. That it was taken is noted."""
    concern = tickets.read_case(request)
    if concern is None:
        return redirect("track")
    form = MACHINE if request.POST.get("form") == MACHINE else READABLE
    known = tracked(concern)
    copy = copy_of(own_data(known))
    actions.note_taken(concern, form=form, by=known.viewer)
    response: HttpResponse
    if form == MACHINE:
        response = JsonResponse(copy, json_dumps_params={"ensure_ascii": False, "indent": 1})
    else:
        response = render(request, "pages/public/data_file.html", {"copy": copy, "known": known})
    name = f"lianxin-{copy['receipt_number']}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
