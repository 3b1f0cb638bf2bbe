"""Open cases for filed concerns: one at a time or a file of thousands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import transaction

from lianxin.access import SYSTEM, Viewer
from lianxin.cases import events
from lianxin.cases.actions.moving import move
from lianxin.cases.models import Case, Lane
from lianxin.cases.states import State
from lianxin.database.rows import insert
from lianxin.deadlines import actions as deadlines
from lianxin.deadlines import queries as clocks
from lianxin.intake import queries as intake
from lianxin.journal.actions import record_many
from lianxin.journal.events import Event
from lianxin.kernel import clock
from lianxin.kernel.workdays import add
from lianxin.people import queries as people
from lianxin.people.actions import ensure_root


def open_cases(concern_ids: Sequence[int], *, by: Viewer) -> list[Case]:
    """Open a case for each concern that has none (T1); register it where the preset says so (T2).

    A constant number of statements for any number of concerns.
    """
    rules = clocks.rules(settings.LIANXIN_POLICY)
    registers = rules.flag("auto_register")
    state = State.REGISTERED if registers else State.SUBMITTED
    kind = "triage" if registers else "ack"
    span = rules.span(kind)
    now = clock.now()
    due = None if span is None else add(now, span, clocks.calendar())
    with transaction.atomic():
        concerns = intake.without_case(concern_ids)
        desk = _desks({concern.area_id for concern in concerns})
        cases = [
            Case(
                concern=concern,
                state=state,
                moved_at=now,
                opened_at=now,
                due_at=due,
                policy_id=str(rules.id),
                desk_unit_id=desk[concern.area_id],
                lane=Lane.HIGHER if concern.about_official else Lane.ORDINARY,
            )
            for concern in concerns
        ]
        insert(cases)
        if span is not None:
            deadlines.start_many([deadlines.Start(case.subject, kind, span, now) for case in cases])
        entries: list[tuple[Event, str, str]] = []
        for case in cases:
            opened = events.CaseOpened(case.concern_id, f"{rules.code}.{rules.version}")
            entries.append((opened, case.subject, by.actor))
            if registers:
                entries.append((events.Registered(), case.subject, by.actor))
        record_many(entries)
    return cases


def register_case(case: Case, *, by: Viewer) -> None:
    """Put a submitted case into the register (T2), where a clerk does it by hand."""
    with transaction.atomic():
        move(case, "register", by=by, events=[events.Registered()])


def _desks(areas: Iterable[int | None]) -> dict[int | None, int]:
    """The desk for each area: its own, else that of the nearest area around it, else the root's."""
    desks = people.desks()
    if None not in desks:
        desks[None] = ensure_root(by=SYSTEM).pk
    found: dict[int | None, int] = {}
    for area in areas:
        around = people.area_lineage(area) if area is not None else []
        found[area] = next((desks[place] for place in around if place in desks), desks[None])
    return found
