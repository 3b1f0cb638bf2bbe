"""Out of the case that a concern was joined to: it goes on by itself, as if it had never been."""

from __future__ import annotations

from collections.abc import Sequence

from lianxin.access import SYSTEM, Viewer
from lianxin.cases import events as told
from lianxin.cases.actions.applying import ruled
from lianxin.cases.actions.following import follow, pull_of
from lianxin.cases.actions.moving import hold_case, move, refresh_due
from lianxin.cases.models import ApplicationKind, Case, Decision
from lianxin.cases.states import State
from lianxin.deadlines import actions as deadlines
from lianxin.deadlines import queries as clocks
from lianxin.journal.actions import record
from lianxin.journal.events import Event
from lianxin.kernel import clock


def leave_parent(case: Case, name: str, *, by: Viewer, events: Sequence[Event]) -> None:
    """Make a move out of the case it was joined to: its own clocks run on from where they were."""
    parent = case.parent
    assert parent is not None
    hold_case(parent)
    pulled = pull_of(parent)
    deadlines.run_again(case.subject)
    triage = () if clocks.next_due(case.subject, "triage") else ("triage",)
    move(case, name, by=by, events=events, to=State.TRIAGE, start=triage, parent_id=None)
    if follow(parent, pulled):
        refresh_due(parent)


def split(case: Case, *, reason: str, by: Viewer) -> None:
    """Take it out again, told on both sides; without a reason nobody learns of another's why."""
    parent = case.parent
    assert parent is not None
    leave_parent(case, "split", by=by, events=[told.Split(parent.pk, reason)])
    record(told.Left(case.pk), subject=parent.subject, by=by.actor)


def let_go(parent: Case) -> None:
    """Take out whoever was joined to a case that ends for its own person alone.

    Taken back, or sealed: what the others raised is still there, and they learn nothing of why.
    Whoever had objected to being joined has what they asked for, and nobody decides on it any more.
    """
    for child in parent.joined.select_related("parent", "concern", "desk_unit").order_by("pk"):
        split(child, reason="", by=SYSTEM)
        objection = child.applications.filter(kind=ApplicationKind.OBJECTION, decision="").first()
        if objection is not None:
            objection.decision, objection.decided_at = Decision.GRANTED, clock.now()
            objection.save(update_fields=["decision", "decided_at"])
            record(ruled(objection), subject=child.subject, by=SYSTEM.actor)
