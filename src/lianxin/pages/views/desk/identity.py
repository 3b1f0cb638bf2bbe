"""The second person's list: who asks to see a contact or an original, what was opened at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from lianxin import access
from lianxin.access import Refused
from lianxin.cases import identity, queries
from lianxin.kernel.problems import Problem
from lianxin.pages.forms_contact import DecideForm, ReviewForm
from lianxin.pages.views.desk import frame
from lianxin.pages.wording import SEALED_FIELDS
from lianxin.people import queries as people
from lianxin.people.http import StaffRequest
from lianxin.ui import htmx
from lianxin.ui.forms import apply_problem
from lianxin.vault import actions
from lianxin.vault import queries as vault
from lianxin.vault.choices import Decision, Purpose

if TYPE_CHECKING:
    from lianxin.access import Viewer
    from lianxin.cases.models import Case

PAGE = 20


@dataclass(frozen=True)
class Waiting:
    """One request that this person may answer."""

    row: Any
    case: Case
    title: str
    who: str
    purpose: str
    fields: list[Any]
    due: Any
    file: bool
    """It is the sealed original of a file, not the contact."""


@access.staff(*identity.SECOND)
@never_cache
@require_GET
def requests(request: StaffRequest) -> HttpResponse:
    """What waits for this person: emergencies first, then the oldest."""
    found = _waiting(request.viewer)
    typed = request.GET.get("from", "")
    start = int(typed) if typed.isdecimal() and len(typed) < 6 else 0
    start = start if start < len(found) else 0
    return render(
        request,
        "pages/desk/identity_requests.html",
        {
            "rows": found[start : start + PAGE],
            "previous_url": f"?from={max(0, start - PAGE)}" if start else "",
            "next_url": f"?from={start + PAGE}" if start + PAGE < len(found) else "",
        },
    )


@access.staff(*identity.SECOND, fresh=True)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: StaffRequest, name: UUID) -> HttpResponse:
    """One request, and the form that answers it."""
    found = next((one for one in _waiting(request.viewer) if one.row.uuid == name), None)
    if found is None:
        raise Http404
    kind = ReviewForm if found.row.emergency else DecideForm
    form = kind(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _answered(request, found, form):
        return htmx.redirect(request, "identity_requests")
    return render(request, "pages/desk/identity_request.html", {"waiting": found, "form": form})


def _answered(request: StaffRequest, found: Waiting, form: forms.Form) -> bool:
    data = form.cleaned_data
    try:
        if found.row.emergency:
            actions.review(
                found.row.pk, verdict=data["verdict"], why=data["why"], by=request.viewer
            )
        else:
            actions.decide(
                found.row.pk,
                granted=data["decision"] == Decision.GRANTED,
                why=data["why"],
                by=request.viewer,
            )
    except Problem as problem:
        apply_problem(form, problem)
        return False
    except Refused as refused:
        form.add_error(None, refused.reason)
        return False
    messages.success(request, _("Your answer is kept. Whoever asked has been told."))
    return True


def _waiting(viewer: Viewer) -> list[Waiting]:
    """The requests in sight of this person that they may answer. A query a different asker."""
    rows = vault.undecided()
    cases = queries.cases_in_sight(viewer, [row.subject for row in rows])
    names = people.user_names({row.requester for row in rows if row.subject in cases})
    askers: dict[int, Viewer] = {}
    found = []
    for row in rows:
        case = cases.get(row.subject)
        if case is None:
            continue
        asker = askers.get(row.requester) or identity.viewer_of(row.requester)
        askers[row.requester] = asker
        if not identity.may_decide(viewer, case, asker, seen=True):
            continue
        found.append(
            Waiting(
                row=row,
                case=case,
                title=frame.title_of(case),
                who=f"{names.get(row.requester, '')} · {asker.unit_name}",
                purpose=str(Purpose(row.purpose).label),
                fields=[SEALED_FIELDS.get(name, name) for name in row.fields],
                due=vault.answer_by(row),
                file=row.subject != case.subject,
            )
        )
    return found
