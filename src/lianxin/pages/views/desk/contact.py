"""The sealed contact of a case: open it, ask for it, reach the person without it.

Asking is the same for the sealed original of a file: see `original`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lianxin import access
from lianxin.access import Refused
from lianxin.cases import identity, policy, queries
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.pages.forms_contact import AskForm, RevealForm, WriteForm
from lianxin.pages.views.desk import frame
from lianxin.pages.views.desk.case import page
from lianxin.pages.wording import SEALED_FIELDS
from lianxin.people.http import StaffRequest
from lianxin.ui import htmx
from lianxin.ui.forms import apply_problem
from lianxin.vault import actions
from lianxin.vault import queries as vault
from lianxin.vault.choices import State
from lianxin.vault.doors import Away, NotOpened
from lianxin.vault.keys import KeysUnusable
from lianxin.vault.wording import SENT, not_sent, said

if TYPE_CHECKING:
    from lianxin.cases.models import Case
    from lianxin.intake.models import Attachment
    from lianxin.vault.models import Request

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
HIDDEN = "•"


@dataclass(frozen=True)
class Sealed:
    """What a second person is asked for: the contact, or the original of a file."""

    subject: str
    owner: UUID
    url: str
    file: Attachment | None = None


@access.staff(fresh=True)
@never_cache
@get_or_post
def open_contact(request: StaffRequest, number: str) -> HttpResponseBase:
    """Open it for a purpose, or with what a second person granted; else ask for it."""
    found = queries.case_of(request.viewer, number)
    answer = policy.may_see_contact(request.viewer, found)
    if not answer:
        return page(request, found, {"contact": {"denied": str(answer)}}, status=403)
    if not identity.needs_second(found):
        return _routine(request, found)
    assert request.viewer.user_id is not None
    granted = vault.usable(found.subject, request.viewer.user_id)
    if granted is None:
        url = reverse("case_contact", args=[found.concern.number])
        what = Sealed(found.subject, found.concern.uuid, url)
        return asked(request, found, what, lambda row: _granted(request, found, row))
    if request.method != "POST":
        return page(request, found, {"contact": {"granted": shown(granted)}})
    return _granted(request, found, granted)


def _granted(request: StaffRequest, found: Case, row: Request) -> HttpResponse:
    return _opened(request, found, row.fields, row.reason[:200], row.pk, None)


def _routine(request: StaffRequest, found: Case) -> HttpResponse:
    form = RevealForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        fields = vault.fields(found.concern.uuid)
        return _opened(request, found, fields, form.cleaned_data["purpose"], None, form)
    return page(request, found, {"contact": {"reveal": form}})


def _opened(
    request: StaffRequest,
    found: Case,
    fields: list[str],
    purpose: str,
    granted: int | None,
    form: RevealForm | None,
) -> HttpResponse:
    """The details, masked until one asks to read them; or why they were not opened."""
    try:
        texts = actions.reveal(
            found.subject, fields=fields, by=request.viewer, purpose=purpose, request=granted
        )
    except Problem as problem:
        if form is None:
            return page(request, found, {"contact": {"denied": str(problem)}}, status=409)
        apply_problem(form, problem)
        return page(request, found, {"contact": {"reveal": form}})
    except (NotOpened, Away, KeysUnusable) as error:
        return page(request, found, {"contact": {"denied": said(error)}}, status=409)
    read = [(SEALED_FIELDS.get(name, name), masked(text), text) for name, text in texts.items()]
    context = {"opened": read, "by": request.viewer.name, "at": clock.now()}
    return page(request, found, {"contact": context})


def asked(
    request: StaffRequest,
    found: Case,
    what: Sealed,
    at_once: Callable[[Request], HttpResponseBase],
) -> HttpResponseBase:
    """The form that asks, with what was asked before; what waits is only shown.

    `at_once` opens it in an emergency.
    """
    viewer = request.viewer
    own = [row for row in vault.requests_of(what.subject) if row.requester == viewer.user_id]
    waiting = next((row for row in own if vault.state(row) == State.REQUESTED), None)
    sealed = vault.fields(what.owner)
    form = AskForm(
        request.POST if request.method == "POST" else None, sealed=None if what.file else sealed
    )
    context: dict[str, Any] = {
        "ask": form,
        "file": what.file,
        "waiting": shown(waiting) if waiting else None,
        "before": [shown(row) for row in own if row is not waiting][:5],
        "nobody": not identity.deciders(found, viewer),
        "relay": [] if what.file else identity.ways_open(viewer, found, sealed),
    }
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.ask(
                what.subject,
                fields=form.cleaned_data.get("fields_wanted", sealed),
                purpose=form.cleaned_data["purpose"],
                reason=form.cleaned_data["reason"],
                emergency=form.cleaned_data["emergency"],
                by=viewer,
            )
        except Problem as problem:
            apply_problem(form, problem)
        else:
            if row.emergency:
                return at_once(row)
            messages.success(request, _("A second person is asked. You will be told the answer."))
            return htmx.redirect(request, what.url)
    return page(request, found, {"contact": context})


@access.staff()
@never_cache
@get_or_post
def write(request: StaffRequest, number: str) -> HttpResponse:
    """Write to the person, or have oneself connected, without seeing number or address."""
    found = queries.case_of(request.viewer, number)
    ways = identity.ways_open(request.viewer, found, vault.fields(found.concern.uuid))
    if not ways:
        answer = identity.may_write(request.viewer, found)
        why = _("There is no way to reach the person from here.") if answer else str(answer)
        return page(request, found, {"contact": {"denied": why}}, status=403)
    initial = {"line": request.user.phone}
    posted = request.POST if request.method == "POST" else None
    form = WriteForm(posted, ways=ways, initial=initial)
    if request.method == "POST" and form.is_valid() and _sent(request, found, form):
        return htmx.redirect(request, frame.case_url(found, frame.kept(request)))
    return page(request, found, {"contact": {"write": form}})


def _sent(request: StaffRequest, found: Case, form: WriteForm) -> bool:
    data = form.cleaned_data
    try:
        failure = actions.write(
            found.subject,
            way=data["way"],
            text=data["text"],
            line=data.get("line", ""),
            by=request.viewer,
        )
    except Problem as problem:
        apply_problem(form, problem)
    except Refused as refused:
        form.add_error(None, refused.reason)
    except (NotOpened, Away, KeysUnusable) as error:
        form.add_error(None, said(error))
    else:
        if failure:
            form.add_error(None, not_sent(failure))
        else:
            messages.success(request, str(SENT[data["way"]]))
        return not failure
    return False


def masked(text: str) -> str:
    """Enough to know it again, not enough to read: the first and the last characters."""
    if "@" in text:
        return text[:1] + HIDDEN * 4 + text[text.rindex("@") :][:3] + HIDDEN * 3
    if len(text) < 7:
        return text[:1] + HIDDEN * 2
    return f"{text[:3]}{HIDDEN * 4}{text[-2:]}"


def shown(row: Request) -> dict[str, Any]:
    """A request as the panel shows it."""
    return {
        "row": row,
        "state": vault.state(row),
        "label": vault.state(row).label,
        "fields": [SEALED_FIELDS.get(name, name) for name in row.fields],
        "left": vault.views_left(row),
        "until": vault.until(row),
    }
