"""The sealed original of a file: opened, and asked for, as the sealed contact of its case is."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.cache import never_cache

from lianxin import access
from lianxin.access import Refused
from lianxin.cases import identity, policy, queries
from lianxin.intake.actions import open_original, originals
from lianxin.intake.queries import attachment_for
from lianxin.kernel.problems import Problem
from lianxin.pages.forms_contact import RevealForm
from lianxin.pages.views.desk.case import page
from lianxin.pages.views.desk.contact import Sealed, asked, get_or_post, shown
from lianxin.people.http import StaffRequest
from lianxin.ui.forms import apply_problem
from lianxin.ui.sending import send_file
from lianxin.vault import queries as vault
from lianxin.vault.doors import Away, NotOpened
from lianxin.vault.keys import KeysUnusable
from lianxin.vault.wording import said

if TYPE_CHECKING:
    from lianxin.cases.models import Case
    from lianxin.intake.models import Attachment
    from lianxin.vault.models import Request


@access.staff(fresh=True)
@never_cache
@get_or_post
def original(request: StaffRequest, number: str, name: UUID) -> HttpResponseBase:
    """Open it for a purpose, or with what a second person granted; else ask for it."""
    found = queries.case_of(request.viewer, number)
    row = attachment_for(request.viewer, name)
    if row is None or row.concern_id != found.concern_id or not row.original:
        raise Http404
    answer = policy.may_see_contact(request.viewer, found)
    if not answer:
        context = {"denied": str(answer), "file": row}
        return page(request, found, {"contact": context}, status=403)
    if not identity.needs_second(found):
        return _routine(request, found, row)
    assert request.viewer.user_id is not None
    subject = originals.subject_of(row)
    granted = vault.usable(subject, request.viewer.user_id)
    if granted is None:
        url = reverse("case_original", args=[number, name])
        what = Sealed(subject, row.uuid, url, file=row)
        return asked(request, found, what, lambda one: _granted(request, found, row, one))
    if request.method != "POST":
        return page(request, found, {"contact": {"granted": shown(granted), "file": row}})
    return _granted(request, found, row, granted)


def _routine(request: StaffRequest, found: Case, row: Attachment) -> HttpResponseBase:
    form = RevealForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _sent(request, found, row, form.cleaned_data["purpose"], None, form)
    return page(request, found, {"contact": {"reveal": form, "file": row}})


def _granted(
    request: StaffRequest, found: Case, row: Attachment, granted: Request
) -> HttpResponseBase:
    return _sent(request, found, row, granted.reason[:200], granted.pk, None)


def _sent(
    request: StaffRequest,
    found: Case,
    row: Attachment,
    purpose: str,
    granted: int | None,
    form: RevealForm | None,
) -> HttpResponseBase:
    """The file as it came; or why it was not opened."""
    context: dict[str, object] = {"file": row}
    status = 409
    try:
        plain = open_original(row, by=request.viewer, purpose=purpose, request=granted)
    except Problem as problem:
        context["denied"] = str(problem)
        if form is not None:
            apply_problem(form, problem)
            return page(request, found, {"contact": {"reveal": form, "file": row}})
    except Refused as refused:
        context["denied"] = str(refused.reason)
        status = 403
    except (NotOpened, Away, KeysUnusable) as error:
        context["denied"] = said(error)
    else:
        end = f"{row.uuid}.{row.original}"
        return send_file(request, plain, media_type="application/octet-stream", name=end)
    return page(request, found, {"contact": context}, status=status)
