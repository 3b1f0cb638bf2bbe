"""Staff take down what somebody said: one screen for each door, one way to file."""

from __future__ import annotations

import uuid
from dataclasses import replace

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lianxin import access
from lianxin.intake import actions, timetable
from lianxin.intake.actions import Receipt
from lianxin.intake.actions.filing import check
from lianxin.intake.channels.door import Door, taken_down
from lianxin.intake.channels.doors import DOORS, door
from lianxin.intake.forms.registering import SaidForm
from lianxin.intake.offline.owners import owner_of
from lianxin.intake.policy import TAKE_DOWN
from lianxin.kernel.problems import Problem
from lianxin.people.http import StaffRequest
from lianxin.ui.forms import apply_problem


@access.staff(*TAKE_DOWN)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: StaffRequest, name: str = DOORS[0].name) -> HttpResponse:
    """The form of a door; after filing, the receipt for the person, shown once."""
    here = door(name)
    if here is None:
        raise Http404
    if request.method == "POST":
        form = here.form(request.POST, request.FILES, viewer=request.viewer)
        receipt = _file(request, here, form) if form.is_valid() else None
        if receipt is not None:
            return _receipt(request, here, receipt)
    else:
        known = {name: request.GET[name] for name in here.form.FACTS if name in request.GET}
        form = here.form(initial={"key": str(uuid.uuid4()), **known}, viewer=request.viewer)
    owner = owner_of(request.viewer.user_id)
    context = {"form": form, "here": here, "doors": DOORS, "owner": owner}
    return render(request, "intake/desk/register.html", context)


def _file(request: StaffRequest, here: Door, form: SaidForm) -> Receipt | None:
    """The receipt, or None with what is wrong at the fields."""
    new, facts = taken_down(here, form, by=request.viewer)
    sent = form.cleaned_data["attachments"]
    try:
        check(new)
        kept = tuple(actions.store_file(file.copy).uuid for file in sent)
        return here.file(replace(new, attachments=kept), facts, by=request.viewer)
    except Problem as problem:
        apply_problem(form, problem)
        return None


def _receipt(request: StaffRequest, here: Door, receipt: Receipt) -> HttpResponse:
    concern = receipt.concern
    reachable = concern.identity != "anonymous"
    context = {
        "here": here,
        "concern": concern,
        "code": receipt.code,
        "nobodys": not (concern.mac or concern.verifier),
        "proof": receipt.proof,
        "steps": timetable.steps(concern.received_at, reachable=reachable),
    }
    return render(request, "intake/desk/receipt.html", context)
