"""The journal as those who watch over it see it: is it whole, and who outside could tell?"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from lianxin import access
from lianxin.journal import alarm, checkpoints
from lianxin.journal.anchors import sending
from lianxin.pages.forms_desk import LiftForm
from lianxin.pages.wording import ANCHORS, FAULTS
from lianxin.people import policy
from lianxin.people import queries as people
from lianxin.people.forms import attempt
from lianxin.people.http import StaffRequest
from lianxin.people.roles import Role

watchers = access.staff(Role.AUDITOR, Role.SYS_ADMIN, Role.SEC_ADMIN)


@watchers
@never_cache
@require_GET
def journal(request: StaffRequest) -> HttpResponse:
    """The alarm when there is one, the last check, the last checkpoint, every witness."""
    return render(request, "pages/desk/journal.html", _context(request))


@watchers
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lift(request: StaffRequest) -> HttpResponse:
    """Let staff work again, for a reason."""
    access.require(policy.may_lift_alarm(request.viewer))
    form = LiftForm(request.POST if request.method == "POST" else None)
    if form.is_bound and attempt(
        form, lambda values: alarm.lift(reason=values["reason"], by=request.viewer.actor)
    ):
        messages.success(request, _("Staff can work again. Your reason is on the record."))
        response = redirect("journal")
        response.status_code = 303
        return response
    return render(request, "pages/desk/journal_lift.html", {"form": form})


def _context(request: StaffRequest) -> dict[str, Any]:
    standing = alarm.standing()
    verified, lifted, last = alarm.last_verified(), alarm.last_lifted(), checkpoints.latest()
    told = verified.event_object() if verified else None
    reason = lifted.event_object() if lifted else None
    return {
        "standing": standing,
        "faults": [
            (FAULTS.get(fault.kind.value, fault.kind.value), fault.seq, fault.count)
            for fault in (standing.faults if standing else ())
        ],
        "verified": verified,
        "told": told,
        "lifted": lifted,
        "lifted_by": _who(lifted.actor) if lifted else "",
        "reason": reason,
        "last": last.statement if last else None,
        "anchors": [(ANCHORS.get(s.name, s.name), s) for s in sending.states()],
        "may_lift": bool(standing and policy.may_lift_alarm(request.viewer)),
    }


def _who(actor: str) -> str:
    kind, _colon, pk = actor.partition(":")
    if kind != "user":
        return _("from the server's command line")
    return people.user_names({int(pk)}).get(int(pk), "")
