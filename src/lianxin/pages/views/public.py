"""The first page, the page about us, and the page of one concern."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lianxin import access
from lianxin.access import Denied, Refused
from lianxin.intake import queries as intake
from lianxin.intake import tickets
from lianxin.intake.channels.wechat import queries as wechat
from lianxin.kernel.ids import format_code, parse_id
from lianxin.kernel.problems import Problem
from lianxin.pages.resident.about import about_facts
from lianxin.pages.resident.acts import acts, may
from lianxin.pages.resident.doing import DEEDS, Deed
from lianxin.pages.resident.figures import figures
from lianxin.pages.resident.standing import standing
from lianxin.pages.resident.tracked import Tracked, tracked
from lianxin.ui.forms import apply_problem

LEAVE = "leave"


@access.public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this place is for, on one screen."""
    return render(request, "pages/public/home.html", {"figures": figures()})


@access.public
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """How it works, the limits, the rights of whoever writes, what staff cannot do."""
    return render(request, "pages/public/about.html", about_facts())


@access.resident
@never_cache
@require_safe
def case(request: HttpRequest) -> HttpResponse:
    """One concern, for whoever typed its code: where it stands, what was said, what can be done."""
    look = tickets.look(request)
    if look is None:
        return redirect("track")
    known = tracked(
        look.concern, helper=look.helper, before=parse_id(request.GET.get("messages", ""))
    )
    offered = acts(known)
    context = {
        "known": known,
        "standing": standing(known),
        "acts": [act for act in offered if act.answer],
        "absent": [act for act in offered if not act.answer and act.usual],
        "may_write": any(act.name == "write" and act.answer for act in offered),
        "together": request.build_absolute_uri(reverse("together")).partition("://")[2],
    }
    response = render(request, "pages/public/case.html", context)
    if look.helper is None:
        tickets.give_case(request, response, look.concern)
    return response


@access.resident
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def case_act(request: HttpRequest, act: str) -> HttpResponse:
    """One thing the person does about their concern."""
    look = tickets.look(request)
    if look is None:
        return redirect("track")
    if act == LEAVE:
        response = redirect("home" if request.method == "POST" else "tracked")
        if request.method == "POST":
            tickets.take_back(response, tickets.CASE)
            tickets.take_back(response, tickets.HELPER)
        return response
    deed = DEEDS.get(act)
    known = tracked(look.concern, helper=look.helper)
    answer = may(known, act)
    if deed is None or answer is None:
        raise Http404
    if isinstance(answer, Denied):
        messages.info(request, str(answer))
        return redirect("tracked")
    done = _do(request, deed.of(known), known)
    if look.helper is None:
        tickets.give_case(request, done, look.concern)
    return done


def _do(request: HttpRequest, deed: Deed, known: Tracked) -> HttpResponse:
    known_already = {
        "promise": request.GET.get("of", "")[:20],
        # Asked for by the form that has it, and by no other.
        "notify": lambda: intake.notice_choice(known.concern.pk) or "",
    }
    form = deed.form_for(request, known_already)
    if form.is_bound and form.is_valid():
        try:
            deed.do(known, form)
        except Problem as problem:
            apply_problem(form, problem)
        except Refused as refused:
            form.add_error(None, refused.reason)
        else:
            messages.success(request, str(deed.thanks))
            response = redirect(deed.then)
            response.status_code = 303
            return response
    context = {
        "deed": deed,
        "form": form,
        "known": known,
        "promise": known.promise(str(form["promise"].value()))
        if "promise" in form.fields
        else None,
        "wechat": wechat.is_open() and wechat.tells_here(),
        # Made by the page that shows it, and by no other.
        "phrase": lambda: format_code(wechat.new_phrase(known.concern)),
    }
    return render(request, deed.template, context)
