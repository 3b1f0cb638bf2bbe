"""The outside bodies a matter can be handed over to, and which of them owe a receipt."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from lianxin import access
from lianxin.cases import queries
from lianxin.cases.states import DESK
from lianxin.kernel import clock
from lianxin.pages.views.desk import frame
from lianxin.people.http import StaffRequest
from lianxin.people.roles import Role
from lianxin.sorting import queries as sorting
from lianxin.ui import paging

PAGE = 20


@access.staff(*DESK, Role.SUPERVISOR)
@never_cache
@require_GET
def bodies(request: StaffRequest) -> HttpResponse:
    """What each is for, and whose receipt is awaited how long. A constant number of queries."""
    viewer, today = request.viewer, clock.today()
    queries.prepare(viewer)
    page, skip = paging.position(request, PAGE)
    owed, found = (
        queries.outstanding(viewer),
        queries.awaited_in_sight(viewer, size=PAGE + 1, skip=skip),
    )
    context = {
        "bodies": [(row, owed.get(row.pk)) for row in sorting.bodies()],
        "today": today,
        "rows": [
            (row, frame.case_url(row.case), (today - row.sent_on).days, (today - row.due_on).days)
            for row in found[:PAGE]
        ],
        **paging.pager(page, more=len(found) > PAGE),
    }
    return render(request, "pages/desk/bodies.html", context)
