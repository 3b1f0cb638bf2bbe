"""The pages of suggestion boxes: the list, one box, its poster, its slips, its openings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lianxin import access
from lianxin.intake.channels.box import actions, queries, slips
from lianxin.intake.channels.box.actions import BoxFacts
from lianxin.intake.channels.box.forms import BoxForm, OpenForm, SlipsForm
from lianxin.intake.channels.box.models import Box
from lianxin.intake.channels.box.policy import KEEPERS, OPENERS, may_keep
from lianxin.people import queries as people
from lianxin.people.forms import attempt
from lianxin.people.http import StaffRequest
from lianxin.ui import paging, qr

opener = access.staff(*OPENERS)
keeper = access.staff(*KEEPERS)
get_or_post = require_http_methods(["GET", "HEAD", "POST"])
SIZES = ("a4", "a5")
PAGE = 20


@access.public
@require_safe
def scanned(_request: HttpRequest, code: str) -> HttpResponse:
    """Where a poster leads: to the form, which knows the place. An old poster still leads there."""
    box = queries.box_at(code)
    return redirect(reverse("report") + (f"?box={box.code}" if box else ""))


@opener
@require_safe
def boxes(request: StaffRequest) -> HttpResponse:
    """The boxes in sight: what waits in each."""
    page, skip = paging.position(request, PAGE)
    found = queries.boxes(request.viewer, size=PAGE + 1, skip=skip)
    context = {
        "boxes": found[:PAGE],
        **paging.pager(page, more=len(found) > PAGE),
        "may_put_up": request.viewer.has(*KEEPERS),
    }
    return render(request, "intake/channels/box/boxes.html", context)


@opener
@require_safe
def box(request: StaffRequest, code: str) -> HttpResponse:
    """One box: letters to type in, openings, what can be printed."""
    here = _box(request, code)
    page, skip = paging.position(request, PAGE)
    openings = queries.openings(here, size=PAGE + 1, skip=skip)
    return _page(
        request,
        "box",
        here,
        seen=queries.seen([here])[0],
        waiting=queries.waiting_letters(request.viewer, here),
        openings=openings[:PAGE],
        **paging.pager(page, more=len(openings) > PAGE),
        may_keep=may_keep(request.viewer, here.unit.path),
    )


@keeper
@get_or_post
def put_up(request: StaffRequest) -> HttpResponse:
    """Put up a new box."""
    form = BoxForm(request.POST or None, viewer=request.viewer, initial={"paper": True})
    made: list[Box] = []
    if request.method == "POST" and attempt(
        form, lambda data: made.append(actions.put_up(_facts(data), by=request.viewer))
    ):
        messages.success(request, _("The box is there. Print its poster and hang it up."))
        return redirect("box", made[0].code)
    return _form(request, form, _("A new suggestion box"))


@keeper
@get_or_post
def change(request: StaffRequest, code: str) -> HttpResponse:
    """Change what is said of a box."""
    here = _kept(request, code)
    initial = {
        "name": here.name, "area": here.area_id, "place": here.place, "unit": here.unit_id,
        "paper": here.paper, "every_days": here.every_days,
    }  # fmt: skip
    form = BoxForm(request.POST or None, viewer=request.viewer, initial=initial)
    if request.method == "POST" and attempt(
        form, lambda data: actions.change(here, _facts(data), by=request.viewer)
    ):
        messages.success(request, _("Changed. If the name is new, print the poster again."))
        return redirect("box", here.code)
    return _form(request, form, _("Change this box"), here=here)


@keeper
@require_POST
def take_down(request: StaffRequest, code: str) -> HttpResponse:
    """Take a box down."""
    here = _kept(request, code)
    actions.take_down(here, by=request.viewer)
    messages.success(request, _("“%(name)s” was taken down.") % {"name": here.name})
    return redirect("boxes")


@opener
@get_or_post
def open_box(request: StaffRequest, code: str) -> HttpResponse:
    """Keep an opening on record."""
    here = _box(request, code)
    form = OpenForm(request.POST or None, initial={"first": queries.next_number(here)})

    def run(data: dict[str, Any]) -> None:
        opening = actions.open_box(
            here, first=data["first"], letters=data["letters"], second_id=data["second"],
            at=data["at"], note=data["note"], by=request.viewer,
        )  # fmt: skip
        messages.success(request, _told(opening.first, opening.last))

    if request.method == "POST" and attempt(form, run):
        return redirect("box", here.code)
    return _form(request, form, _("Open the box"), here=here)


def _told(first: int, last: int) -> str:
    count = last - first + 1
    if not count:
        return _("Noted: the box was empty.")
    return ngettext(
        "Noted. Write number %(first)d on the letter, then type it in.",
        "Noted. Write the numbers %(first)d to %(last)d on the letters, then type them in.",
        count,
    ) % {"first": first, "last": last}


@opener
@require_safe
def poster(request: StaffRequest, code: str) -> HttpResponse:
    """The poster, for the printer."""
    here = _box(request, code)
    size = request.GET.get("size", "a4")
    address = request.build_absolute_uri(reverse("box_scanned", args=[here.code]))
    return _page(
        request,
        "poster",
        here,
        size=size if size in SIZES else "a4",
        sizes=SIZES,
        address=address.partition("://")[2].rstrip("/"),
        qr=qr.drawing(address),
        phone=people.public_phone(),
    )


@opener
@never_cache
@get_or_post
def print_slips(request: StaffRequest, code: str) -> HttpResponse:
    """Print the next slips. A page with codes is shown once; the same slips never come again."""
    here = _box(request, code)
    form = SlipsForm(request.POST or None)
    printed: list[slips.Slip] = []
    if request.method == "POST" and attempt(
        form,
        lambda data: printed.extend(
            actions.print_slips(here, count=data["count"], by=request.viewer)
        ),
    ):
        track = request.build_absolute_uri(reverse("track"))
        return _page(
            request, "slips", here, slips=printed, qr=qr.drawing(track),
            track=track.partition("://")[2],
        )  # fmt: skip
    return _form(request, form, _("Receipt slips"), here=here, button=_("Make them"))


def _box(request: StaffRequest, code: str) -> Box:
    return access.get_or_404(request.viewer, Box, code=code)


def _kept(request: StaffRequest, code: str) -> Box:
    here = _box(request, code)
    if not may_keep(request.viewer, here.unit.path):
        raise Http404
    return here


def _facts(data: dict[str, Any]) -> BoxFacts:
    return BoxFacts(
        name=data["name"], area_id=data["area"], unit_id=data["unit"], place=data["place"],
        paper=data["paper"], every_days=data["every_days"],
    )  # fmt: skip


def _page(request: StaffRequest, name: str, here: Box, **more: Any) -> HttpResponse:
    return render(request, f"intake/channels/box/{name}.html", {"box": here, **more})


def _form(
    request: StaffRequest, form: Any, title: str, *, here: Box | None = None, button: str = ""
) -> HttpResponse:
    context = {"form": form, "title": title, "box": here, "button": button}
    return render(request, "intake/channels/box/form.html", context)
