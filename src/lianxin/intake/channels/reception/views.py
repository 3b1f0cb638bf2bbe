"""The calendar for everybody, a turn by its code, and the queue at the desk."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lianxin import access
from lianxin.access import Viewer
from lianxin.intake import flood, slowing
from lianxin.intake.channels.reception import actions, codes, queries
from lianxin.intake.channels.reception.actions import DayFacts
from lianxin.intake.channels.reception.forms import (
    BookForm,
    CancelForm,
    DayForm,
    RateForm,
    TurnCodeForm,
)
from lianxin.intake.channels.reception.models import STAFF_SAY, Outcome, ReceptionDay, Turn
from lianxin.intake.channels.reception.policy import PUBLISHERS, RUNNERS, may_publish
from lianxin.kernel.problems import Problem
from lianxin.people import queries as people
from lianxin.people.forms import attempt
from lianxin.people.http import StaffRequest
from lianxin.ui import paging, qr
from lianxin.ui.forms import apply_problem

runner = access.staff(*RUNNERS)
publisher = access.staff(*PUBLISHERS)
get_or_post = require_http_methods(["GET", "HEAD", "POST"])
PAGE = 20
BOOKINGS_A_MINUTE = 6
"""Of one network: a family, not a machine that takes all turns."""


@access.public
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """The days to come: who hears people, where, how many turns are free."""
    page, skip = paging.position(request, PAGE)
    found = queries.calendar(size=PAGE + 1, skip=skip)
    context = {"days": found[:PAGE], **paging.pager(page, more=len(found) > PAGE)}
    return render(request, "intake/channels/reception/calendar.html", context)


@access.public
@never_cache
@get_or_post
def book(request: HttpRequest, code: str) -> HttpResponse:
    """Book a turn on a day. No account, no name."""
    seen = queries.published(code)
    if seen is None:
        raise Http404
    posted = request.POST if request.method == "POST" else None
    form = BookForm(posted, initial={"key": str(uuid.uuid4())})
    if posted is not None and form.is_valid():
        network, shared = flood.network_of(request)
        most = BOOKINGS_A_MINUTE * (flood.SHARED_TIMES if shared else 1)
        if network and flood.many_from(f"turn:{network}", most=most):
            form.add_error(None, _("That was very fast. Please wait a minute and send it again."))
        else:
            try:
                turn = _booked(request, seen.day, form.cleaned_data)
            except Problem as problem:
                apply_problem(form, problem)
            else:
                return _turn(request, turn, fresh=True)
    context = {"seen": seen, "day": seen.day, "form": form}
    return render(request, "intake/channels/reception/book.html", context)


def _booked(request: HttpRequest, day: ReceptionDay, data: dict[str, Any]) -> Turn:
    way = data.get("notify", "")
    contact = {name: data.get(name, "") for name in ("phone", "email")} if way else {}
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return actions.book(
        day, key=data["key"], way=way, contact=contact, language=get_language() or "zh-hans",
        by=viewer,
    )  # fmt: skip


@access.public
@never_cache
@get_or_post
def turn(request: HttpRequest) -> HttpResponse:
    """A turn by its code: when it is, cancel it, say afterwards how one was received."""
    form = TurnCodeForm(request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return render(request, "intake/channels/reception/find.html", {"form": form})
    found = queries.by_code(form.cleaned_data["code"])
    if found is None:
        slowing.slow_down("", str(request.META.get("REMOTE_ADDR", "")))
        form.add_error("code", _("No turn has this code. Please look at the digits again."))
        return render(request, "intake/channels/reception/find.html", {"form": form})
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    rating = RateForm(request.POST) if "attitude" in request.POST else None
    try:
        if request.POST.get("act") == "cancel":
            actions.end(found, Outcome.CANCELLED, by=viewer)
        elif request.POST.get("act") == "rate":
            rating = rating or RateForm(request.POST)
            if rating.is_valid():
                actions.rate(found, rating.cleaned_data["attitude"], by=viewer)
                rating = None
    except Problem as problem:
        messages.error(request, str(problem))
    found.refresh_from_db()
    return _turn(request, found, rating=rating)


def _turn(
    request: HttpRequest, turn: Turn, *, fresh: bool = False, rating: RateForm | None = None
) -> HttpResponse:
    code = codes.code_of(turn.uuid)
    context = {
        "turn": turn,
        "day": turn.day,
        "fresh": fresh,
        "code": f"{code[:4]} {code[4:8]} {code[8:]}",
        "before": queries.before(turn),
        "rating": rating or RateForm(initial={"code": code}),
        "met": turn.outcome == Outcome.MET,
    }
    return render(request, "intake/channels/reception/turn.html", context)


@runner
@require_safe
def days(request: StaffRequest) -> HttpResponse:
    """The days in sight, to come or over."""
    page, skip = paging.position(request, PAGE)
    past = request.GET.get("over") == "1"
    found = queries.days(request.viewer, past=past, size=PAGE + 1, skip=skip)
    context = {
        "days": found[:PAGE],
        "past": past,
        **paging.pager(page, more=len(found) > PAGE, keep="&over=1" if past else ""),
        "may_publish": request.viewer.has(*PUBLISHERS),
    }
    return render(request, "intake/channels/reception/days.html", context)


@publisher
@get_or_post
def publish(request: StaffRequest) -> HttpResponse:
    """Put a day into the calendar."""
    form = DayForm(request.POST or None, viewer=request.viewer)
    made: list[ReceptionDay] = []

    def run(data: dict[str, Any]) -> None:
        facts = _facts(data)
        unit = people.units_by_id([facts.unit_id])[0]
        made.append(actions.publish(facts, unit_path=unit.path, by=request.viewer))

    if request.method == "POST" and attempt(form, run):
        messages.success(request, _("It stands in the calendar. People can book from now on."))
        return redirect("reception_day", made[0].code)
    return _form(request, form, _("A new reception day"))


@publisher
@get_or_post
def change(request: StaffRequest, code: str) -> HttpResponse:
    """Change what is said of a day."""
    day = _kept(request, code)
    names = ("leader", "post", "portfolio", "place", "starts_at", "ends_at", "places")
    initial = {name: getattr(day, name) for name in names} | {"unit": day.unit_id}
    form = DayForm(request.POST or None, viewer=request.viewer, initial=initial)
    if request.method == "POST" and attempt(
        form, lambda data: actions.change(day, _facts(data), by=request.viewer)
    ):
        messages.success(request, _("Changed. Whoever wished it is told."))
        return redirect("reception_day", day.code)
    return _form(request, form, _("Change this day"), day=day)


@publisher
@get_or_post
def cancel(request: StaffRequest, code: str) -> HttpResponse:
    """Call a day off."""
    day = _kept(request, code)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and attempt(
        form, lambda data: actions.cancel(day, why=data["why"], by=request.viewer)
    ):
        messages.success(request, _("Called off. Whoever wished it is told."))
        return redirect("reception_day", day.code)
    return _form(request, form, _("Call this day off"), day=day)


@runner
@require_safe
def day(request: StaffRequest, code: str) -> HttpResponse:
    """One day: its turns in their order, and what there is to do about each."""
    here = _day(request, code)
    turns = queries.turns(here)
    context = {
        "day": here,
        "turns": turns,
        "waiting": sum(not turn.outcome for turn in turns),
        "ratings": queries.ratings(here),
        "may_publish": may_publish(request.viewer, here.unit.path),
    }
    return render(request, "intake/channels/reception/day.html", context)


@runner
@require_POST
def give(request: StaffRequest, code: str) -> HttpResponse:
    """A turn for somebody who came unannounced: to its slip."""
    here = _day(request, code)
    try:
        made = actions.give(here, by=request.viewer)
    except Problem as problem:
        messages.error(request, str(problem))
        return redirect("reception_day", here.code)
    return redirect("reception_slip", here.code, made.number)


@runner
@never_cache
@require_safe
def slip(request: StaffRequest, code: str, nth: int) -> HttpResponse:
    """The slip of a turn, to print or to read out."""
    here = _day(request, code)
    made = _turn_of(here, nth)
    if made.key or made.outcome:
        # Whoever booked has their code; afterwards it is the visitor's alone, who judges with it.
        raise Http404
    digits = codes.code_of(made.uuid)
    address = request.build_absolute_uri(reverse("turn"))
    context = {
        "day": here,
        "turn": made,
        "code": f"{digits[:4]} {digits[4:8]} {digits[8:]}",
        "qr": qr.drawing(address),
        "address": address.partition("://")[2],
    }
    return render(request, "intake/channels/reception/slip.html", context)


@runner
@require_POST
def ended(request: StaffRequest, code: str, nth: int, outcome: str) -> HttpResponse:
    """Somebody was heard without anything to take down, or did not come; `back` takes it back."""
    here = _day(request, code)
    if outcome not in (*STAFF_SAY, "back"):
        raise Http404
    turn = _turn_of(here, nth)
    try:
        if outcome == "back":
            actions.put_back(turn, by=request.viewer)
        else:
            actions.end(turn, Outcome(outcome), by=request.viewer)
    except Problem as problem:
        messages.error(request, str(problem))
    return redirect("reception_day", here.code)


def _day(request: StaffRequest, code: str) -> ReceptionDay:
    return access.get_or_404(request.viewer, ReceptionDay, code=code)


def _turn_of(day: ReceptionDay, number: int) -> Turn:
    found = queries.turn_of(day, number)
    if found is None:
        raise Http404
    return found


def _kept(request: StaffRequest, code: str) -> ReceptionDay:
    here = _day(request, code)
    if not may_publish(request.viewer, here.unit.path):
        raise Http404
    return here


def _facts(data: dict[str, Any]) -> DayFacts:
    return DayFacts(unit_id=data["unit"], **{k: v for k, v in data.items() if k != "unit"})


def _form(
    request: StaffRequest, form: Any, title: str, *, day: ReceptionDay | None = None
) -> HttpResponse:
    context = {"form": form, "title": title, "day": day}
    return render(request, "intake/channels/reception/form.html", context)
