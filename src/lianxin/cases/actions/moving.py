"""The one writer of a case's state: check, compare and set, move the clocks, record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from lianxin.access import Viewer, require
from lianxin.cases.actions.following import FOLLOWS, follow
from lianxin.cases.models import ApplicationKind, Case, Decision, Lane
from lianxin.cases.policy import may_move
from lianxin.cases.states import BEFORE_UNIT, EVERY_CLOCK, MOVES, State
from lianxin.deadlines import actions as deadlines
from lianxin.deadlines import queries as clocks
from lianxin.deadlines.policies import Rules
from lianxin.journal.actions import record_many
from lianxin.journal.events import Event
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.sorting.kinds import Kind, Urgency

__all__ = ["EVERY_CLOCK", "level_of", "move", "refresh_due", "require_text", "rules_of", "write"]

# The clocks somebody at a desk must act on; the others are rights that may lapse.
WORKED_BY = frozenset(
    {
        "ack",
        "triage",
        "sign",
        "contact",
        "handling",
        "rework",
        "report",
        "follow_up",
        "ruling",
        "review",
        "recheck",
        "co_unit",
        "sealed_notice",
    }
)
_KEEPS_RUNNING = frozenset({"handling", "contact", "review_right"})


def rules_of(case: Case) -> Rules:
    """The limits this case lives by: the version of the preset it was opened under."""
    return clocks.rules_by_id(case.policy_id)


def level_of(case: Case) -> str:
    """Which line of the handling limits holds: that of enquiries, of the fast lane, of urgency.

    An ordinary matter that can be settled at once takes the simple track where there is one (M39).
    """
    if case.kind == Kind.ENQUIRY:
        return Kind.ENQUIRY
    fast = case.lane == Lane.FAST and case.urgency == Urgency.ORDINARY
    return "simple" if fast and "simple" in rules_of(case).levels() else case.urgency


def move(
    case: Case,
    name: str,
    *,
    by: Viewer,
    events: Sequence[Event],
    to: State | None = None,
    stop: Iterable[str] = (),
    start: Iterable[str] = (),
    **changes: Any,
) -> None:
    """Make a move of the table. Call inside a transaction, after the rows the events point at.

    Raises Refused when the viewer may not, Problem when somebody else was faster. ``to`` picks one
    of the further targets that the table allows; ``stop`` and ``start`` add clocks to the table's.
    """
    row = MOVES[name]
    require(may_move(by, case, name))
    here = State(case.state)
    target = to or row.target or here
    if target not in row.lands(here):
        raise ValueError(f"{name} does not lead from {here} to {target}")
    stopped = {*row.stops, *stop}
    if stopped:
        deadlines.stop(case.subject, *sorted(stopped))
    start_clocks(case, [*row.starts, *start])
    if here in BEFORE_UNIT and target not in BEFORE_UNIT:
        _drop_proposals(case)
    if target != here:
        changes |= {"state": target, "moved_at": clock.now()}
    changes["due_at"] = due_of(case)
    write(case, here, changes)
    record_many([(event, case.subject, by.actor) for event in events])


def _drop_proposals(case: Case) -> None:
    """Decline what was proposed at the desk and nobody decided: it could be granted after a return.

    An objection waits here only when whoever was joined takes their own concern back.
    """
    kinds = [ApplicationKind.REFUSAL, ApplicationKind.ASIDE, ApplicationKind.OBJECTION]
    case.applications.filter(kind__in=kinds, decision="").update(
        decision=Decision.DECLINED, decided_at=clock.now()
    )


def write(case: Case, expected: State, changes: dict[str, Any]) -> None:
    """Compare and set: exactly one row still in the expected state, else Problem."""
    if Case.objects.filter(pk=case.pk, state=expected).update(**changes) != 1:
        raise Problem(_("Somebody else has just changed this case. Please look at it again."))
    for name, value in changes.items():
        setattr(case, name, value)


def start_clocks(case: Case, kinds: Iterable[str]) -> None:
    """Start clocks as the case's preset says; a limit the preset does not have is not started."""
    kinds = list(kinds)
    if not kinds:
        return
    rules = rules_of(case)
    running = {row.kind for row in clocks.running(case.subject)}
    started: list[str] = []
    for kind in kinds:
        if kind in running:
            if kind in _KEEPS_RUNNING:
                continue
            deadlines.cancel(case.subject, kind)
        span = rules.span(kind, level_of(case)) if kind == "handling" else rules.span(kind)
        if span is not None:
            deadlines.start(case.subject, kind, span)
            started.append(kind)
    if FOLLOWS.intersection(started):
        follow(case, {}, kinds=started)


def hold_case(case: Case) -> None:
    """Hold another case than the one that moves until the commit: its clocks, then its row."""
    clocks.hold([case.subject])
    list(Case.objects.filter(pk=case.pk).select_for_update().values_list("pk"))


def due_of(case: Case) -> datetime | None:
    """The nearest date somebody must act by; paused clocks stand still and do not count."""
    dates = [
        row.due_at
        for row in clocks.running(case.subject)
        if row.kind in WORKED_BY and row.paused_at is None
    ]
    return min(dates, default=None)


def refresh_due(case: Case) -> None:
    """Set ``due_at`` again after a clock was moved without a move of the case."""
    write(case, State(case.state), {"due_at": due_of(case)})


def require_text(text: str, message: str, field: str = "text", *, longest: int = 2_000) -> str:
    """The text without outer spaces; Problem at the field when it is empty or too long."""
    text = text.strip()
    if not text:
        raise Problem(message, field)
    if len(text) > longest:
        raise Problem(_("This is longer than %(limit)s characters.") % {"limit": longest}, field)
    return text
