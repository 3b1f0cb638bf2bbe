"""The pages of ledgers: bring a sheet, say what its columns are, see what would become of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lianxin import access
from lianxin.intake.channels.ledger import actions, queries
from lianxin.intake.channels.ledger.forms import BringForm, ColumnsForm
from lianxin.intake.channels.ledger.models import Sheet
from lianxin.intake.policy import TAKE_DOWN
from lianxin.kernel.problems import Problem
from lianxin.people.forms import attempt
from lianxin.people.http import StaffRequest
from lianxin.ui import paging
from lianxin.ui.forms import apply_problem

taker = access.staff(*TAKE_DOWN)
get_or_post = require_http_methods(["GET", "HEAD", "POST"])
PAGE = 20
SHOWN = 5
MOST_TOLD = 200


@taker
@get_or_post
def ledgers(request: StaffRequest) -> HttpResponse:
    """The ledgers in sight, and a form that brings a sheet."""
    given = request.POST if request.method == "POST" else None
    form = BringForm(given, request.FILES or None, viewer=request.viewer)
    made: list[Sheet] = []

    def run(data: dict[str, Any]) -> None:
        made.append(
            actions.bring(
                unit_id=data["unit"], name=data["name"], identity=data["identity"],
                content=data["file"], by=request.viewer,
            )
        )  # fmt: skip

    if given is not None and attempt(form, run):
        return redirect("ledger_sheet", made[0].uuid)
    page, skip = paging.position(request, PAGE)
    found = queries.ledgers(request.viewer, size=PAGE + 1, skip=skip)
    context = {
        "form": form,
        "ledgers": found[:PAGE],
        "waiting": queries.waiting_count(request.viewer),
        **paging.pager(page, more=len(found) > PAGE),
    }
    return render(request, "intake/channels/ledger/ledgers.html", context)


@taker
@never_cache
@require_GET
def waiting(request: StaffRequest) -> HttpResponse:
    """One's own sheets that wait to be looked over: go on with one, or throw it away."""
    page, skip = paging.position(request, PAGE)
    found = queries.waiting(request.viewer, size=PAGE + 1, skip=skip)
    rows = [(row, row.sent_at + actions.KEPT) for row in found[:PAGE]]
    context = {"rows": rows, **paging.pager(page, more=len(found) > PAGE)}
    return render(request, "intake/channels/ledger/waiting.html", context)


@taker
@never_cache
@get_or_post
def sheet(request: StaffRequest, name: str) -> HttpResponse:
    """A sheet before it is taken in. POST: look again with these columns, or `take` the rows."""
    here = access.get_or_404(request.viewer, Sheet, uuid=name)
    try:
        rows = queries.rows_of(here)
    except Problem as problem:
        messages.error(request, str(problem))
        return redirect("ledgers")
    names = list(rows[0].values)
    form = ColumnsForm(request.POST if request.method == "POST" else None, columns=names)
    chosen = None
    if request.method == "POST":
        if not form.is_valid():
            return _page(request, here, rows, form)
        chosen = {ours: theirs for ours, theirs in form.cleaned_data.items() if theirs}
    try:
        how = actions.plan(here, rows, chosen, by=request.viewer)
        if chosen and request.POST.get("act") == "take":
            done = actions.take(here, rows, how, by=request.viewer)
            context = {"ledger": here.ledger, "done": done, "told": done.problems[:MOST_TOLD]}
            return render(request, "intake/channels/ledger/taken.html", context)
    except Problem as problem:
        if request.method != "POST":
            form = ColumnsForm({}, columns=names)
        apply_problem(form, problem)
        return _page(request, here, rows, form)
    if chosen is None:
        form = ColumnsForm(initial=dict(how.columns), columns=names)
    found = actions.look(rows, how, by=request.viewer)
    return _page(request, here, rows, form, found=found, told=found.problems[:MOST_TOLD], how=how)


@taker
@require_POST
def discard(request: StaffRequest, name: str) -> HttpResponse:
    """Leave a sheet out."""
    actions.discard(access.get_or_404(request.viewer, Sheet, uuid=name))
    messages.success(request, _("Nothing was taken in; the sheet is forgotten."))
    return redirect("ledgers")


def _page(
    request: StaffRequest, here: Sheet, rows: list[Any], form: ColumnsForm, **more: Any
) -> HttpResponse:
    names = list(rows[0].values)
    context = {
        "sheet": here,
        "form": form,
        "count": len(rows),
        "names": names,
        "first": [(row.line, [row.values[name] for name in names]) for row in rows[:SHOWN]],
        **more,
    }
    return render(request, "intake/channels/ledger/sheet.html", context)
