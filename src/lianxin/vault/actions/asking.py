"""Asking for somebody's identity, and the second person's answer."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.access import Refused, Viewer, require
from lianxin.access.answers import Denied
from lianxin.journal import actions as journal
from lianxin.kernel import clock, words
from lianxin.kernel.problems import Problem
from lianxin.vault import matters, queries
from lianxin.vault.actions.opening import known, office
from lianxin.vault.choices import Decision, Purpose, State, Verdict
from lianxin.vault.events import Asked, Decided, Reviewed
from lianxin.vault.models import Request

SHORTEST_REASON, LONGEST_REASON = 15, 500
SHORTEST_WHY = 4


def ask(
    subject: str,
    *,
    fields: Sequence[str],
    purpose: str,
    reason: str,
    by: Viewer,
    emergency: bool = False,
) -> Request:
    """Ask to see fields; with `emergency` they may be opened at once, and it is reviewed.

    Raises Refused, Problem at `fields`, `purpose` or `reason`, and for a request that still runs.
    """
    matter = known(subject, by)
    require(matter.may_open)
    reason = words.clean(reason).strip()
    problems: dict[str, list[str]] = {}
    wanted = sorted(set(fields) & set(queries.fields(matter.owner)))
    if not wanted:
        problems["fields"] = [_("Choose what you need to see.")]
    if purpose not in Purpose.values:
        problems["purpose"] = [_("Choose what you need it for.")]
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        problems["reason"] = [
            _("Please give the reason in %(least)d to %(most)d characters.")
            % {"least": SHORTEST_REASON, "most": LONGEST_REASON}
        ]
    if problems:
        raise Problem.several(problems)
    own = [row for row in queries.requests_of(subject) if row.requester == by.user_id]
    if any(queries.state(row) == State.GRANTED for row in own):
        raise Problem(_("You may open it now: what you asked for was granted."))
    if not emergency and any(queries.state(row) == State.REQUESTED for row in own):
        raise Problem(_("You have asked already; a second person has not answered yet."))
    role, unit = office(by)
    assert by.user_id is not None
    with transaction.atomic():
        request = Request.objects.create(
            subject=subject,
            owner=matter.owner,
            fields=wanted,
            purpose=purpose,
            reason=reason,
            requester=by.user_id,
            emergency=emergency,
            asked_at=clock.now(),
        )
        event = Asked(
            request=request.pk,
            fields=tuple(wanted),
            purpose=purpose,
            emergency=emergency,
            role=role,
            unit=unit,
        )
        journal.record(event, subject=subject, by=by.actor)
    return request


def decide(pk: int, *, granted: bool, why: str, by: Viewer) -> Request:
    """Grant or refuse a request as its second person. A refusal needs a reason.

    Raises Refused; Problem at `why`, and when somebody was quicker or it has lapsed.
    """
    request = _waiting(pk, by, emergency=False)
    why = _why(why, needed=not granted)
    decision = Decision.GRANTED if granted else Decision.REFUSED
    role, unit = office(by)
    with transaction.atomic():
        changed = Request.objects.filter(pk=pk, decision="").update(
            decision=decision, decided_by=by.user_id, decided_at=clock.now(), decided_why=why
        )
        if not changed:
            raise Problem(_("Somebody else has just answered."))
        event = Decided(request=pk, decision=decision, role=role, unit=unit)
        journal.record(event, subject=request.subject, by=by.actor)
    return request


def review(pk: int, *, verdict: str, why: str, by: Viewer) -> Request:
    """Say whether an opening without a second person was an emergency. Raises as `decide`."""
    request = _waiting(pk, by, emergency=True)
    if verdict not in Verdict.values:
        raise Problem(_("Choose one of the two."), field="verdict")
    why = _why(why, needed=True)
    with transaction.atomic():
        changed = Request.objects.filter(pk=pk, verdict="").update(
            verdict=verdict, reviewed_by=by.user_id, reviewed_at=clock.now(), reviewed_why=why
        )
        if not changed:
            raise Problem(_("Somebody else has just answered."))
        event = Reviewed(request=pk, verdict=verdict)
        journal.record(event, subject=request.subject, by=by.actor)
    return request


def _waiting(pk: int, by: Viewer, *, emergency: bool) -> Request:
    """The request, when this person may answer it and it still waits."""
    found = queries.request(pk)
    if found is None or found.emergency != emergency or by.user_id is None:
        raise Refused(Denied(_("There is no such request.")))
    matter = matters.find(found.subject, found.requester)
    if matter is None:
        raise Refused(Denied(_("This case is no longer there.")))
    require(matter.may_decide(by.user_id))
    answered = found.verdict if emergency else found.decision
    if answered:
        raise Problem(_("Somebody else has just answered."))
    if not emergency and queries.state(found) == State.EXPIRED:
        raise Problem(_("This request has lapsed; it has to be made anew."))
    return found


def _why(why: str, *, needed: bool) -> str:
    why = words.clean(why).strip()
    if (needed and len(why) < SHORTEST_WHY) or len(why) > LONGEST_REASON:
        raise Problem(_("Please say in a sentence why."), field="why")
    return why
