"""The page of a receiver's key: make it, unlock it, let a colleague have it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lianxin import access
from lianxin.people.forms import attempt
from lianxin.people.http import StaffRequest
from lianxin.seals import actions, queries, unlocking
from lianxin.seals.forms import LetInForm, PhraseForm, TakeUpForm, UnlockForm
from lianxin.seals.policy import RECEIVER

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
receiver = access.staff(RECEIVER)
fresh_receiver = access.staff(RECEIVER, fresh=True)


@receiver
@never_cache
@require_safe
def keys(request: StaffRequest) -> HttpResponse:
    """How it stands with the keys of the units for which one receives."""
    desks = queries.desks(request.viewer)
    return render(request, "seals/keys.html", {"desks": desks})


@fresh_receiver
@never_cache
@get_or_post
def unlock(request: StaffRequest) -> HttpResponse:
    """Unlock one's keys at this browser; then on to where one came from."""
    form = UnlockForm(request.POST or None)
    opened = _tried(form, lambda data: actions.unlock(phrase=data["phrase"], by=request.viewer))
    if opened is None:
        return _form(request, form, _("Unlock your key"), _("Unlock"), "unlock")
    response = HttpResponseRedirect(_onward(request))
    unlocking.keep(request, response, opened, user_id=request.user.pk)
    messages.success(request, _("Unlocked, until you lock it again or sign out."))
    return response


@receiver
@require_POST
def lock(request: StaffRequest) -> HttpResponse:
    """Lock the keys again."""
    response = HttpResponseRedirect(reverse("seals"))
    unlocking.forget(request, response)
    messages.success(request, _("Locked."))
    return response


@fresh_receiver
@never_cache
@get_or_post
def make(request: StaffRequest, pk: int) -> HttpResponse:
    """Make a key for a unit; its private half is shown once, for the paper."""
    desk = _desk(request, pk)
    form = PhraseForm(request.POST or None)
    private = _tried(
        form,
        lambda data: actions.make_key(unit_id=pk, phrase=data["phrase"], by=request.viewer),
    )
    if private is None:
        return _form(request, form, _("Make a key"), _("Make the key"), "make", desk=desk)
    response = render(request, "seals/paper.html", {"private": private, "desk": desk})
    unlocking.keep(request, response, [private], user_id=request.user.pk)
    return response


@fresh_receiver
@never_cache
@get_or_post
def take_up(request: StaffRequest, pk: int) -> HttpResponse:
    """Set one's own pass-phrase with a colleague's code, or with the key from the paper."""
    desk = _desk(request, pk)
    form = TakeUpForm(request.POST or None)
    opened = _tried(
        form,
        lambda data: actions.take_up(
            unit_id=pk, code=data["code"], phrase=data["phrase"], by=request.viewer
        ),
    )
    if opened is None:
        title = _("Set your pass-phrase")
        return _form(request, form, title, _("Set the pass-phrase"), "take_up", desk=desk)
    response = redirect("seals")
    unlocking.keep(request, response, opened, user_id=request.user.pk)
    messages.success(request, _("Set. Your key is unlocked."))
    return response


@fresh_receiver
@never_cache
@get_or_post
def let_in(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a colleague have the key; the code is shown once."""
    desk = _desk(request, pk)
    form = LetInForm(request.POST or None, desk=desk)
    code = _tried(
        form, lambda data: actions.let_in(unit_id=pk, user_id=data["user"], by=request.viewer)
    )
    if code is None:
        title = _("Let a colleague have the key")
        return _form(request, form, title, _("Make a code"), "let_in", desk=desk)
    who = next(user for user in desk.without if user.pk == form.cleaned_data["user"])
    return render(request, "seals/code.html", {"code": code, "who": who, "desk": desk})


@fresh_receiver
@require_POST
def retire(request: StaffRequest, pk: int) -> HttpResponse:
    """Seal nothing new to a key."""
    key = next(
        (key for desk in queries.desks(request.viewer) for key in desk.keys if key.pk == pk), None
    )
    if key is None:
        raise Http404
    form = forms.Form(request.POST)
    if attempt(form, lambda _data: actions.retire_key(key, by=request.viewer)):
        messages.success(request, _("Nothing new is sealed to this key."))
    for error in form.non_field_errors():
        messages.error(request, str(error))
    return redirect("seals")


def _tried(form: forms.Form, act: Callable[[dict[str, Any]], Any]) -> Any:
    """What an action gave; None when the form was not sent, or something is wrong with it."""
    given: list[Any] = []
    if form.is_bound and attempt(form, lambda data: given.append(act(data))):
        return given[0]
    return None


def _form(
    request: StaffRequest, form: forms.Form, title: str, button: str, kind: str, **more: Any
) -> HttpResponse:
    context = {"form": form, "title": title, "button": button, "kind": kind, **more}
    return render(request, "seals/form.html", context)


def _desk(request: StaffRequest, pk: int) -> queries.Desk:
    """One of the viewer's own units, or 404."""
    found = next((desk for desk in queries.desks(request.viewer) if desk.unit.pk == pk), None)
    if found is None:
        raise Http404
    return found


def _onward(request: StaffRequest) -> str:
    wanted = request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else reverse("seals")
