"""Staff file a concern for somebody who called, came or wrote."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lianxin import access
from lianxin.intake import actions, timetable
from lianxin.intake.actions import NewConcern, Receipt
from lianxin.intake.actions.filing import check
from lianxin.kernel.problems import Problem
from lianxin.pages.forms_desk import RegisterForm
from lianxin.people.http import StaffRequest
from lianxin.people.roles import Role
from lianxin.ui.forms import apply_problem

CONTACT = ("name", "phone", "email", "address")
WHO = (Role.INTAKE_CLERK, Role.DISPATCHER, Role.COMMUNITY_SECRETARY)


@access.staff(*WHO)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: StaffRequest) -> HttpResponse:
    """The form; after filing, the receipt for the person, shown once."""
    if request.method == "POST":
        form = RegisterForm(request.POST, request.FILES)
        receipt = _file(request, form) if form.is_valid() else None
        if receipt is not None:
            return _receipt(request, receipt)
    else:
        form = RegisterForm(initial={"key": str(uuid.uuid4())})
    return render(request, "pages/desk/register.html", {"form": form})


def _file(request: StaffRequest, form: RegisterForm) -> Receipt | None:
    """The receipt, or None with what is wrong at the fields."""
    data: dict[str, Any] = dict(form.cleaned_data)
    sent = data.pop("attachments")
    new = NewConcern(
        contact={name: data.pop(name) for name in CONTACT},
        area_id=data.pop("area"),
        language=get_language() or settings.LANGUAGE_CODE,
        registered_by_id=request.viewer.user_id,
        **data,
    )
    try:
        check(new)
        kept = tuple(actions.store_file(file.copy).uuid for file in sent)
        return actions.file_concern(replace(new, attachments=kept), by=request.viewer)
    except Problem as problem:
        apply_problem(form, problem)
        return None


def _receipt(request: StaffRequest, receipt: Receipt) -> HttpResponse:
    concern = receipt.concern
    context = {
        "concern": concern,
        "code": receipt.code,
        "proof": receipt.proof,
        "steps": timetable.steps(concern.received_at, reachable=concern.identity != "anonymous"),
    }
    return render(request, "pages/desk/receipt.html", context)
