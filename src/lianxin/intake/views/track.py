"""The way back in: the query code opens one concern, and nothing else."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lianxin import access
from lianxin.intake import actions, queries, slowing, tickets, work
from lianxin.intake.forms import CodeForm
from lianxin.intake.views.together import opened
from lianxin.people import queries as people

LONGEST = 100
UNKNOWN = _(
    "This code opens nothing. Please compare it with your receipt, four digits at a time; what you "
    "typed is still here."
)

UNKNOWN_AT_DESK = _(
    "This code opens nothing here. At a desk a concern is opened together with the person, and "
    "only where it is in your sight. If it is your own, please sign out first."
)


@access.public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Ask for the code. An unknown one is always answered in the same words."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        code = form.cleaned_data["code"]
        if slowing.asks_work() and not _has_worked(request, code):
            return _work(request, code)
        concern = queries.by_code(code)
        if concern is not None and form.number not in ("", concern.number):
            concern = None
        viewer = request.viewer  # type: ignore[attr-defined]
        if concern is not None and not viewer.signed_in:
            response = redirect("tracked")
            response.status_code = 303
            tickets.give_case(request, response, concern)
            tickets.take_back(response, tickets.HELPER)
            return response
        if concern is not None:
            helper = actions.open_at_desk(concern, by=viewer)
        else:
            helper = actions.open_together(code, by=viewer, of=form.number)
        if helper is not None:
            return opened(request, helper)
        slowing.slow_down(code, str(request.META.get("REMOTE_ADDR", "")))
        form.add_error("code", UNKNOWN_AT_DESK if viewer.signed_in else UNKNOWN)
    context = {"form": form, "phone": people.public_phone(), "held": tickets.read_case(request)}
    return render(request, "intake/track.html", context)


def _has_worked(request: HttpRequest, code: str) -> bool:
    """Whether the device has calculated for this code, or waited because it cannot; once each."""
    payload, waited = request.POST.get("work", ""), request.POST.get("wait", "")
    if payload:
        return work.is_done(payload, code) and work.is_fresh(payload)
    return work.has_waited(waited, code) and work.is_fresh(waited)


def _work(request: HttpRequest, code: str) -> HttpResponse:
    typed = request.POST.get("code", "")[:LONGEST]
    # Who was too quick keeps the ticket, and with it the time already waited.
    wait = request.POST.get("wait", "")
    context = {
        "title": _("One moment, please"),
        "explain": _(
            "Very many wrong codes are being tried just now. So that nobody guesses yours, your "
            "device does a small calculation first."
        ),
        "otherwise": _("Can your device not do that? Then wait ten seconds and press the button."),
        "button": _("Show it"),
        "action": reverse("track"),
        "hidden": [("code", typed)],
        "challenge": work.ask(code),
        "wait": wait if work.is_ticket(wait, code) else work.ticket(code),
    }
    return render(request, "intake/work.html", context)
