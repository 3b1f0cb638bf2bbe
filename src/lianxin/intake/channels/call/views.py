"""The hotline: what the telephone system tells, who is on the line, who is called back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lianxin import access
from lianxin.access import Refused
from lianxin.intake.channels.call import actions, hook, queries
from lianxin.intake.channels.call.forms import CallBackForm
from lianxin.intake.channels.call.models import Call
from lianxin.intake.channels.call.policy import CLERKS, answers_calls
from lianxin.kernel.problems import Problem
from lianxin.people.http import StaffRequest
from lianxin.ui import htmx, paging
from lianxin.ui.forms import apply_problem
from lianxin.ui.links import absolute
from lianxin.vault import actions as vault
from lianxin.vault.choices import Way
from lianxin.vault.doors import Away, NotOpened
from lianxin.vault.keys import KeysUnusable
from lianxin.vault.queries import ways_to
from lianxin.vault.wording import SENT, not_sent, said

clerk = access.staff(*CLERKS)
PAGE = 20
DAYS = 30


@access.signed("HOTLINE_SECRET")
def told(body: bytes) -> HttpResponse:
    """The hook of the telephone system: a call rang, was answered, ended."""
    try:
        call = actions.take_note(hook.read(body))
    except hook.Unreadable as fault:
        return JsonResponse({"error": str(fault)}, status=400)
    form = f"{reverse('register_door', args=['call'])}?call={call.uuid}"
    return JsonResponse({"form": absolute(form)})


@clerk
@never_cache
@require_safe
def hotline(request: StaffRequest) -> HttpResponse:
    """Who is on the line, and who waits to be called back."""
    page, skip = paging.position(request, PAGE)
    waiting = queries.to_call_back(request.viewer, size=PAGE + 1, skip=skip)
    context = {
        "theirs": answers_calls(request.viewer),
        "on_the_line": queries.on_the_line(request.viewer),
        "waiting": waiting[:PAGE],
        "tries": actions.TRIES,
        **paging.pager(page, more=len(waiting) > PAGE),
    }
    return htmx.render(
        request,
        "intake/channels/call/hotline.html",
        context,
        fragment="intake/channels/call/calls.html",
    )


@clerk
@require_safe
def figures(request: StaffRequest) -> HttpResponse:
    """How well calls were answered, day by day."""
    days, together = queries.figures(DAYS)
    context = {"days": days, "together": together, "n": DAYS, "wanted": queries.CONNECTED}
    return render(request, "intake/channels/call/figures.html", context)


@clerk
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def call_back(request: StaffRequest, name: str) -> HttpResponse:
    """One call that was missed; POST: have oneself connected without seeing the number."""
    call = _missed(request, name)
    if request.method != "POST":
        return _page(request, call, _form(request))
    form = _form(request)
    if form.is_valid():
        try:
            failure = vault.write(
                call.subject, way=Way.CALL, text="", line=form.cleaned_data["line"],
                by=request.viewer,
            )  # fmt: skip
        except Problem as problem:
            apply_problem(form, problem)
        except Refused as refused:
            form.add_error(None, refused.reason)
        except (NotOpened, Away, KeysUnusable) as error:
            form.add_error(None, said(error))
        else:
            if not failure:
                messages.success(request, str(SENT[Way.CALL]))
                return htmx.redirect(request, "hotline_call", call.uuid)
            form.add_error(None, not_sent(failure))
    return _page(request, call, form)


@access.staff(*CLERKS, fresh=True)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def number(request: StaffRequest, name: str) -> HttpResponse:
    """Show the number, where no platform connects the two. It is on the record."""
    call = _missed(request, name)
    if request.method != "POST":
        return _page(request, call, _form(request))  # from the other sign-in step
    try:
        shown = vault.reveal(
            call.subject,
            fields=["phone"],
            by=request.viewer,
            purpose=_("To call back a call that was missed"),
        )
    except Refused as refused:
        return _page(request, call, _form(request), denied=str(refused.reason), status=403)
    except Problem as problem:
        return _page(request, call, _form(request), denied=str(problem), status=409)
    except (NotOpened, Away, KeysUnusable) as error:
        return _page(request, call, _form(request), denied=said(error), status=409)
    return _page(request, call, _form(request), number=shown["phone"])


@clerk
@require_POST
def tried(request: StaffRequest, name: str) -> HttpResponse:
    """Nobody answered."""
    call = access.get_or_404(request.viewer, Call, uuid=name)
    try:
        seen = request.POST.get("seen", "")
        tries = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 5 else -1
        call = actions.note_try(call, seen=tries, by=request.viewer)
    except Problem as problem:
        messages.error(request, str(problem))
    else:
        if call.tries < actions.TRIES:
            messages.success(request, _("Noted. The call stays in the list; try at another hour."))
        else:
            messages.success(request, _("Noted. After three tries the call leaves the list."))
    return htmx.redirect(request, "hotline")


@clerk
@require_POST
def settled(request: StaffRequest, name: str) -> HttpResponse:
    """The person was spoken with, and there is nothing to take down."""
    call = access.get_or_404(request.viewer, Call, uuid=name)
    try:
        actions.settle(call, by=request.viewer)
    except Problem as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Noted. The number was erased."))
    return htmx.redirect(request, "hotline")


def _missed(request: StaffRequest, name: str) -> Call:
    call = access.get_or_404(request.viewer, Call, uuid=name)
    if not queries.is_missed(call):
        raise Http404
    return call


def _form(request: StaffRequest) -> CallBackForm:
    posted = request.POST if "line" in request.POST else None
    return CallBackForm(posted, initial={"line": request.user.phone})


def _page(
    request: StaffRequest, call: Call, form: CallBackForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "call": call,
        "form": form if Way.CALL in ways_to(["phone"]) else None,
        "tries": actions.TRIES,
        **more,
    }
    return render(request, "intake/channels/call/call.html", context, status=status)
