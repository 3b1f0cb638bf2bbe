"""The dispatch catalogue 派单目录: to read for everybody, to change for those who keep it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lianxin import access
from lianxin.kernel import words
from lianxin.kernel.problems import Problem
from lianxin.people.http import StaffRequest
from lianxin.people.roles import Role
from lianxin.sorting import actions, queries
from lianxin.sorting.forms import LineForm
from lianxin.ui.forms import apply_problem

KEEPERS = (Role.SYS_ADMIN, Role.DISPATCHER)


@access.staff()
@require_GET
def catalogue(request: StaffRequest) -> HttpResponse:
    """The tree with the units of every line."""
    context = {"tree": queries.catalogue(), "may_change": request.viewer.has(*KEEPERS)}
    return render(request, "sorting/catalogue.html", context)


@access.staff(*KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def line(request: StaffRequest, code: str) -> HttpResponse:
    """Add a line to a category, or replace the one of the same area."""
    category = queries.category(words.clean(code))
    if category is None:
        raise Http404
    form = LineForm(request.POST if request.method == "POST" else None, viewer=request.viewer)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.put_catalogue_line(
                actions.CatalogueLine(
                    category=category.code,
                    unit_id=data["unit"],
                    area_id=data["area"],
                    leader_id=data["leader"],
                    co_unit_ids=tuple(data["co_units"]),
                    basis=data["basis"],
                    valid_from=data["valid_from"],
                ),
                by=request.viewer,
            )
        except Problem as problem:
            apply_problem(form, problem)
        else:
            messages.success(request, _("The line holds from its day on; older cases keep theirs."))
            return redirect("catalogue")
    return render(request, "sorting/line.html", {"form": form, "category": category})
