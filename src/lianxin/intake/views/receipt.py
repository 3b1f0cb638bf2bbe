"""What somebody takes away who has filed: number, code, and what happens next."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lianxin import access
from lianxin.intake import queries, tickets, timetable
from lianxin.intake.channels.proxy.actions import hand_over_code
from lianxin.ui import qr

SHOW, HIDE = "show", "hide"


@access.public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest) -> HttpResponse:
    """Number and code to take away, and what happens next. A post puts the slip away.

    Who filed for another person sees a number of their own; the code is that person's, who has it
    shown (`do=show`) and hidden again (`do=hide`).
    """
    slip = tickets.read_receipt(request)
    if request.method == "POST":
        if slip is not None and slip.part and request.POST.get("do") in (SHOW, HIDE):
            return _handed(request, slip)
        response = redirect("home")
        tickets.take_back(response, tickets.RECEIPT)
        return response
    if slip is None:
        return render(request, "intake/receipt_gone.html")
    track = request.build_absolute_uri(reverse("track"))
    context = {
        "slip": slip,
        "steps": timetable.steps(slip.received, reachable=slip.reachable, theirs=slip.theirs),
        "track": track.partition("://")[2],
        "qr": qr.drawing(track),
        "theirs": slip.theirs,
        "with_code": request.GET.get("with") == "code",
    }
    page = "receipt_helper" if slip.theirs else "receipt"
    return render(request, f"intake/{page}.html", context)


def _handed(request: HttpRequest, slip: tickets.Slip) -> HttpResponse:
    """Show the code to the person whose it is, or hide it from whoever filed for them."""
    if request.POST["do"] == HIDE:
        slip = replace(slip, code="", part=tickets.HIDDEN)
    elif slip.waits:
        concern = queries.concern_numbered(slip.number)
        code = hand_over_code(concern, by=access.ANONYMOUS) if concern else ""
        slip = replace(slip, code=code, part=tickets.SHOWN if code else tickets.HIDDEN)
    response = redirect("receipt")
    response.status_code = 303
    tickets.give_slip(request, response, slip)
    return response
