"""The pages about programs that may call: the administrator's, and one's own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lianxin import access
from lianxin.intake.channels.api import actions, policy, queries
from lianxin.intake.channels.api.forms import ProgramForm, RenewForm
from lianxin.intake.channels.api.models import ApiClient
from lianxin.people import queries as people
from lianxin.people.forms import attempt
from lianxin.people.http import StaffRequest

keeper = access.staff(policy.KEEPER)
keeper_now = access.staff(policy.KEEPER, fresh=True)
get_or_post = require_http_methods(["GET", "HEAD", "POST"])
A_PAGE = 25
LOGGED = 50


# --- the administrator's -------------------------------------------------------------------------
@keeper
@require_GET
def programs(request: StaffRequest) -> HttpResponse:
    """All programs this administrator looks after; those that may call first."""
    order = request.GET.get("order", "")
    order = order if order in queries.ORDERS else next(iter(queries.ORDERS))
    rows = queries.programs_for(request.viewer, order)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    here = reverse("programs")

    def address(number: int) -> str:
        return f"{here}?order={order}&page={number}"

    context = {
        "rows": page.object_list,
        "order": order,
        "orders": queries.ORDERS,
        "previous_url": address(page.number - 1) if page.has_previous() else "",
        "next_url": address(page.number + 1) if page.has_next() else "",
    }
    return render(request, "intake/desk/programs.html", context)


@keeper_now
@never_cache
@get_or_post
def add(request: StaffRequest) -> HttpResponse:
    """Let a program call. Its token is shown once; one for a person, to that person alone."""
    form = ProgramForm(request.POST if request.method == "POST" else None)
    made: list[tuple[ApiClient, str]] = []

    def make(data: dict[str, Any]) -> None:
        username = data.pop("username")
        person = people.user_called(username) if username else None
        user_id = person.pk if person else None
        access.require(queries.may_keep_for(request.viewer, user_id))
        made.append(actions.make_token(**data, user_id=user_id, by=request.viewer))

    if request.method == "POST" and attempt(form, make):
        client, token = made[0]
        return _shown(request, client, "" if client.user_id else token, reverse("programs"))
    return _form(request, form, _("Let a program call"), reverse("programs"))


@keeper
@require_GET
def program(request: StaffRequest, pk: int) -> HttpResponse:
    """What it may do, until when, and what it was told."""
    client = _kept(request, pk)
    context = {
        "client": client,
        "scopes": queries.scope_labels(client),
        "hook": queries.hook_of(client),
        "log": queries.deliveries(client, LOGGED),
    }
    return render(request, "intake/desk/program.html", context)


@keeper_now
@never_cache
@get_or_post
def renew(request: StaffRequest, pk: int) -> HttpResponse:
    """A new token in place of the old one, and a new last day."""
    client = _kept(request, pk)
    form = RenewForm(
        request.POST if request.method == "POST" else None, initial={"ends_on": client.ends_on}
    )
    made: list[str] = []
    back = reverse("program", args=[pk])
    if request.method == "POST" and attempt(
        form, lambda data: made.append(actions.renew_token(client, **data, by=request.viewer))
    ):
        return _shown(request, client, "" if client.user_id else made[0], back)
    return _form(request, form, _("A new token for %(name)s") % {"name": client.name}, back)


@keeper_now
@require_POST
def end(request: StaffRequest, pk: int) -> HttpResponse:
    """Let it call no more."""
    client = _kept(request, pk)
    actions.revoke_token(client, by=request.viewer)
    messages.success(request, _("%(name)s can call no more.") % {"name": client.name})
    return redirect("program", pk)


def _kept(request: StaffRequest, pk: int) -> ApiClient:
    client = queries.client(pk)
    # Asked in any case: what is not there and what is not theirs take the same time.
    answer = queries.may_keep_for(request.viewer, client.user_id if client else None)
    if client is None or not answer:
        raise Http404
    return client


# --- one's own -----------------------------------------------------------------------------------
@access.staff()
@require_GET
def mine(request: StaffRequest) -> HttpResponse:
    """The programs that act for me."""
    rows = queries.programs_of(request.user.pk)
    return render(request, "intake/desk/programs_mine.html", {"rows": rows})


@access.staff(fresh=True)
@never_cache
@get_or_post
def my_token(request: StaffRequest, pk: int) -> HttpResponse:
    """A new token for a program that acts for me, shown to me alone."""
    client = _mine(request, pk)
    if request.method != "POST":
        title = _("A new token for %(name)s") % {"name": client.name}
        return _form(request, forms.Form(), title, reverse("programs_mine"))
    token = actions.renew_token(client, ends_on=client.ends_on, by=request.viewer)
    return _shown(request, client, token, reverse("programs_mine"))


@access.staff()
@require_POST
def my_end(request: StaffRequest, pk: int) -> HttpResponse:
    """It acts for me no more."""
    client = _mine(request, pk)
    actions.revoke_token(client, by=request.viewer)
    messages.success(request, _("%(name)s can call no more.") % {"name": client.name})
    return redirect("programs_mine")


def _mine(request: StaffRequest, pk: int) -> ApiClient:
    client = queries.client(pk)
    if client is None or client.user_id != request.user.pk or not queries.may_call(client):
        raise Http404
    return client


def _form(request: StaffRequest, form: Any, title: str, back: str) -> HttpResponse:
    context = {"form": form, "title": title, "back": back, "button": _("Make the token")}
    return render(request, "intake/desk/program_form.html", context)


def _shown(request: StaffRequest, client: ApiClient, token: str, back: str) -> HttpResponse:
    context = {"client": client, "token": token, "back": back}
    return render(request, "intake/desk/program_token.html", context)
