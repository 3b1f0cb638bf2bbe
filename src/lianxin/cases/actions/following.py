"""Joined concerns: nobody's limit ends later because of it, and nothing of that is stored.

A case keeps the clocks it has; those of what joins it stop together at that moment and stay as they
were. A running clock of the case is due when the earliest of the same kind would have been (domain
C4, T8: the earliest start stands). How much earlier that is follows from the rows alone, in plain
time, so that taking one out again gives back exactly what it took.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from lianxin.cases.models import Case
from lianxin.deadlines import actions as deadlines
from lianxin.deadlines import queries as clocks

FOLLOWS = frozenset({"ack", "triage", "sign", "contact", "acceptance_notice", "handling"})
"""What is owed to whoever raised it; the rights of a unit are its own."""
Pull = Mapping[str, timedelta]


def pull_of(case: Case) -> Pull:
    """By kind of running clock: how much earlier it is due for the sake of those who joined."""
    others = [f"case:{pk}" for pk in case.joined.order_by().values_list("pk", flat=True)]
    if not others:
        return {}
    earliest: dict[str, list[tuple[datetime, datetime]]] = {}
    for rows in clocks.stopped_last(others).values():
        for row in rows:
            if row.kind in FOLLOWS and row.stopped_at is not None:
                earliest.setdefault(row.kind, []).append((row.stopped_at, row.due_at))
    own = clocks.history(case.subject)
    found = {}
    for running in (row for row in own if row.stopped_at is None and row.kind in earliest):
        # What the case has done since somebody joined, it has done for them too.
        ended = [row for row in own if row.kind == running.kind and row.outcome in ("met", "late")]
        done = max((row.stopped_at for row in ended if row.stopped_at), default=None)
        dues = [due for at, due in earliest[running.kind] if done is None or done < at]
        if dues and min(dues) < running.original_due_at:
            found[running.kind] = running.original_due_at - max(min(dues), running.started_at)
    return found


def follow(case: Case, before: Pull, *, kinds: Collection[str] | None = None) -> bool:
    """Move the running clocks to what those who are joined now ask for; whether any moved.

    ``before``: what `pull_of` said before they came or went. ``kinds``: only these clocks.
    """
    after = pull_of(case)
    moved = False
    for kind in sorted({*before, *after}):
        change = before.get(kind, timedelta()) - after.get(kind, timedelta())
        if change and (kinds is None or kind in kinds):
            deadlines.move_due(case.subject, kind, change)
            moved = True
    return moved
