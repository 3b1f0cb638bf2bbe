"""The sealed original of a file: opened as the sealed contact of its case is."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lianxin import access
from lianxin.access import Refused
from lianxin.cases import policy, queries
from lianxin.intake.actions import open_original
from lianxin.intake.queries import attachment_for
from lianxin.kernel.problems import Problem
from lianxin.pages.forms_contact import RevealForm
from lianxin.pages.views.desk.case import page
from lianxin.pages.views.desk.contact import said
from lianxin.people.http import StaffRequest
from lianxin.ui.forms import apply_problem
from lianxin.ui.sending import send_file
from lianxin.vault.doors import Away, NotOpened
from lianxin.vault.keys import KeysUnusable


@access.staff(fresh=True)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def original(request: StaffRequest, number: str, name: UUID) -> HttpResponseBase:
    """Open it for a purpose; that it is opened is on the record before it happens."""
    found = queries.case_of(request.viewer, number)
    row = attachment_for(request.viewer, name)
    if row is None or row.concern_id != found.concern_id or not row.original:
        raise Http404
    access.require(policy.may_see_contact(request.viewer, found))
    form = RevealForm(request.POST if request.method == "POST" else None)
    panel = {"reveal": form, "original": row}
    if request.method != "POST" or not form.is_valid():
        return page(request, found, panel)
    try:
        plain = open_original(row, by=request.viewer, purpose=form.cleaned_data["purpose"])
    except Problem as problem:
        apply_problem(form, problem)
    except Refused as refused:
        return page(request, found, {**panel, "denied_original": refused.reason}, status=403)
    except (NotOpened, Away, KeysUnusable) as error:
        return page(request, found, {**panel, "denied_original": said(error)}, status=409)
    else:
        end = f"{row.uuid}.{row.original}"
        return send_file(request, plain, media_type="application/octet-stream", name=end)
    return page(request, found, panel)
