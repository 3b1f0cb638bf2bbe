"""Background work of the cases module: open cases, resume, supervise, tell staff, archive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import transaction

from lianxin.access import SYSTEM
from lianxin.cases import queries
from lianxin.cases.actions import (
    archive_old,
    open_cases,
    pass_on,
    place_case,
    resume,
    seal_waiting,
    supervise_for,
)
from lianxin.cases.events import MessageWritten, WrittenToAll
from lianxin.cases.states import State
from lianxin.cases.wording import supervision_basis
from lianxin.deadlines import queries as clocks
from lianxin.intake.events import ConcernFiled, MailBounced, Released, WordsAdded
from lianxin.journal.outbox import handles
from lianxin.journal.periodic import every
from lianxin.kernel import clock
from lianxin.promises.events import Overdue
from lianxin.seals.events import KeyMade
from lianxin.vault import actions as vault

if TYPE_CHECKING:
    from lianxin.cases.models import Case
    from lianxin.journal.models import Entry


def _ids(entries: Sequence[Entry]) -> list[int]:
    return [int(entry.subject.partition(":")[2]) for entry in entries]


@handles(ConcernFiled, name="cases.open")
def open_filed(entries: list[Entry]) -> None:
    """Open a case for each filed concern that is not held back."""
    open_cases(_ids(entries), by=SYSTEM)


@handles(Released, name="cases.open_released")
def open_released(entries: list[Entry]) -> None:
    """Open a case for what was held back in a flood and let through by a person."""
    open_cases(_ids(entries), by=SYSTEM)


@handles(WordsAdded, name="cases.resume")
def resume_answered(entries: list[Entry]) -> None:
    """Words from the resident end the wait for information."""
    for entry in entries:
        case = queries.case_of_concern(_ids([entry])[0])
        if case and entry.actor == "resident":
            _answered(case)


@handles(MessageWritten, name="cases.resume_written")
def resume_written(entries: list[Entry]) -> None:
    """So does a message from the resident: nobody shall wait because of where they wrote it."""
    for entry in entries:
        if entry.actor == "resident":
            _answered(queries.case_by_id(_ids([entry])[0]))


@handles(WrittenToAll, name="cases.write_to_all")
def write_to_all(entries: list[Entry]) -> None:
    """What the office wrote to all goes to each who was joined."""
    for entry in entries:
        event = entry.event_object()
        if isinstance(event, WrittenToAll):
            pass_on(event.message)


def _answered(case: Case) -> None:
    """Whoever was joined reads the same question, and answers it as well."""
    case = queries.case_by_id(case.parent_id) if case.parent_id else case
    if case.state == State.AWAITING_INFO:
        resume(case, came=True, by=SYSTEM)


@handles(MailBounced, name="cases.mail_bounced")
def note_bounced(entries: list[Entry]) -> None:
    """What was sent last did not arrive, however late that is learnt."""
    for entry in entries:
        if case := queries.case_of_concern(_ids([entry])[0]):
            vault.came_back(case.subject)


@handles(Overdue, name="cases.supervise_promise")
def supervise_late_promise(entries: list[Entry]) -> None:
    """A late milestone raises supervision (T26)."""
    for entry in entries:
        if not entry.subject.startswith("case:"):
            continue
        event = entry.event_object()
        case = queries.case_by_id(_ids([entry])[0])
        if queries.is_open(case) and isinstance(event, Overdue):
            supervise_for(
                case, trigger=f"promise:{event.promise}", basis=supervision_basis("milestone")
            )


@every(seconds=60, name="cases.overdue")
def supervise_overdue() -> None:
    """A limit that passes raises supervision, once a miss (C5)."""
    for case, kind, trigger in queries.open_subjects_overdue(
        ("sign", "handling", "rework", "report")
    ):
        supervise_for(case, trigger=trigger, basis=supervision_basis(kind))


@every(seconds=60, name="cases.info_over")
def resume_unanswered() -> None:
    """The date for giving information has passed: the unit goes on with what it has (T18)."""
    for case in queries.each_in_state(State.AWAITING_INFO):
        running = clocks.running(case.subject)
        if any(row.kind == "info" and row.due_at < clock.now() for row in running):
            resume(case, came=False, by=SYSTEM)


@every(seconds=3600, name="cases.archive")
def archive_ended() -> None:
    """Archive what ended long ago (T43)."""
    archive_old()


@handles(KeyMade, name="cases.seal_words")
def seal_for_new_key(_entries: list[Entry]) -> None:
    """A receiver has a key now: what lies in the sealed lane is sealed to it."""
    seal_waiting()


@every(seconds=3600, name="cases.seal_waiting")
def seal_what_waits() -> None:
    """The same for what came into the lane by another way."""
    seal_waiting()


@every(seconds=3600, name="cases.unseen")
def place_unseen() -> None:
    """Somebody may have come who can look at what a conflict kept from everybody."""
    for case in queries.seen_by_nobody():
        with transaction.atomic():
            place_case(case)
