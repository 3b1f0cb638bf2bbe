"""What goes to the person: the reply on paper 书面答复, and what became of what was sent."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from lianxin import access
from lianxin.cases import queries
from lianxin.cases.actions import note_reading
from lianxin.intake import queries as intake
from lianxin.notices import queries as notices
from lianxin.pages.views.desk import frame
from lianxin.people import queries as people
from lianxin.people.http import StaffRequest
from lianxin.replies import queries as replies
from lianxin.ui import qr
from lianxin.vault.choices import Way


@access.staff()
@never_cache
@require_GET
def letter(request: StaffRequest, number: str) -> HttpResponse:
    """The newest reply as a letter under the person's own number, without name and address.

    Whoever was joined to another case gets the reply of that one.
    """
    found = queries.case_of(request.viewer, number)
    note_reading(found, by=request.viewer)
    answering = found
    if found.parent is not None:
        answering = queries.case_of(request.viewer, found.parent.concern.number)
    tracking = request.build_absolute_uri(reverse("track"))
    context = {
        "case": found,
        "concern": found.concern,
        "here": frame.case_url(found),
        "reply": replies.newest_sent(answering),
        "standing": {"office": answering.lead_unit or answering.desk_unit},
        "phone": people.public_phone(),
        "qr": qr.drawing(tracking),
        "address": tracking.partition("://")[2],
    }
    return render(request, "pages/desk/letter.html", context)


@access.staff()
@never_cache
@require_GET
def sent(request: StaffRequest, number: str) -> HttpResponse:
    """What was sent to the person and what became of it: ways and failures, no address."""
    found = queries.case_of(request.viewer, number)
    note_reading(found, by=request.viewer)
    choice = intake.notice_choice(found.concern_id)
    context = {
        "concern": found.concern,
        "here": frame.case_url(found),
        "sent": notices.sent_about(found.subject),
        "choice": Way(choice) if choice else None,
    }
    return render(request, "pages/desk/sent.html", context)
