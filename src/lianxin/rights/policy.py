"""Which rule of retention fits a case, and what keeps its data from being touched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from lianxin.cases import queries as cases
from lianxin.cases.actions.moving import rules_of
from lianxin.cases.states import ARCHIVE_AFTER, ENDED, State
from lianxin.deadlines import queries as deadlines
from lianxin.kernel import clock
from lianxin.kernel.workdays import Span, Unit, add
from lianxin.promises import queries as promises
from lianxin.rights.choices import Data
from lianxin.sorting.queries import lineage

if TYPE_CHECKING:
    from lianxin.cases.models import Case

APPEALS = frozenset({"objection", "review_right", "recheck_right", "sealed_notice"})


class Hold(StrEnum):
    """What keeps data from being removed although its time would be over, for the command line."""

    NO_CASE = "not registered yet"
    OPEN = "still open"
    SEALED = "handed over under seal"
    DECISION = "a decision is waited for"
    SUPERVISED = "under supervision"
    APPEAL = "open to objection, review or reopening"
    PROMISE = "a promise is still open"


def rule_for(rules: Sequence[dict[str, Any]], what: Data, case: Case | None) -> dict[str, Any]:
    """The first rule for this kind of data that fits the case; an edition always has one."""
    kind = case.kind if case else ""
    codes = ["", *lineage(case.category.code)] if case and case.category else [""]
    return next(
        rule
        for rule in rules
        if rule["what"] == what and rule["kind"] in ("", kind) and rule["category"] in codes
    )


def ended_on(case: Case) -> date:
    """The day the matter came to its end.

    A case that was joined ends with the one it joined. Being archived moves a case once more,
    so long after its end as `cases` waits for it.
    """
    last = _answering(case)
    moment = last.moved_at - ARCHIVE_AFTER if last.state == State.ARCHIVED else last.moved_at
    return moment.astimezone(clock.SHANGHAI).date()


def hold(case: Case | None) -> Hold | None:
    """What keeps the data of a case from being removed; None when nothing does."""
    if case is None:
        return Hold.NO_CASE
    both = [case] if case.parent_id is None else [case, _answering(case)]
    last = both[-1]
    if any(row.state == State.SEALED for row in both):
        return Hold.SEALED
    if last.state not in ENDED:
        return Hold.OPEN
    if any(cases.waiting(row) for row in both):
        return Hold.DECISION
    if any(cases.open_supervisions(row) for row in both):
        return Hold.SUPERVISED
    subjects = [row.subject for row in both]
    if _may_still_appeal(last, subjects):
        return Hold.APPEAL
    return Hold.PROMISE if promises.open_promises(subjects).exists() else None


def _may_still_appeal(case: Case, subjects: list[str]) -> bool:
    now = clock.now()
    for running in deadlines.running_for(subjects).values():
        if any(row.kind in APPEALS and row.due_at >= now for row in running):
            return True
    window = rules_of(case).span("reopen_window") or Span(90, Unit.DAY)
    return case.state != State.ARCHIVED and now <= add(case.moved_at, window, deadlines.calendar())


def _answering(case: Case) -> Case:
    return cases.case_by_id(case.parent_id) if case.parent_id else case
