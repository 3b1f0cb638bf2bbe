"""The worklist and the views one keeps of it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from lianxin import access
from lianxin.cases import actions
from lianxin.cases.queries import Filter
from lianxin.kernel import words
from lianxin.kernel.problems import Problem
from lianxin.pages.views.desk import frame
from lianxin.people.http import StaffRequest
from lianxin.ui import htmx


@access.staff()
@never_cache
@require_GET
def desk(request: StaffRequest) -> HttpResponse:
    """The list; the case is chosen from it."""
    context = frame.list_context(request)
    # First lines belong on the first page; on a list somebody has chosen they would only repeat.
    if context["wanted"] == Filter():
        context["sentences"] = frame.sentences(request.viewer)
    return render(request, "pages/desk/worklist.html", context)


@access.staff()
@never_cache
@require_GET
def filters(request: StaffRequest) -> HttpResponse:
    """The form of the filter, fetched when it is opened."""
    return render(request, "pages/desk/filter.html", frame.filter_context(request))


@access.staff()
@require_POST
def keep_view(request: StaffRequest) -> HttpResponse:
    """Keep the filter of the page under a name."""
    wanted = frame.read_filter(QueryDict(request.POST.get("query", "")[:500]))
    try:
        view = actions.save_view(
            name=words.clean(request.POST.get("name", "")), wanted=wanted, by=request.viewer
        )
    except Problem as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Kept as “%(name)s”.") % {"name": view.name})
    return htmx.redirect(request, reverse("desk") + f"?{urlencode(wanted.as_query())}")


@access.staff()
@require_POST
def forget_view(request: StaffRequest, pk: int) -> HttpResponse:
    """Forget one of one's own views."""
    actions.forget_view(pk, by=request.viewer)
    messages.success(request, _("Forgotten."))
    return htmx.redirect(request, "desk")
