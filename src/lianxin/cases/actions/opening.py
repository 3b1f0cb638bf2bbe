"""Open cases for filed concerns: one at a time or a file of thousands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from lianxin.access import SYSTEM, Viewer
from lianxin.cases import events, queries
from lianxin.cases.actions.conflicts import place_case
from lianxin.cases.actions.finding import Finding, read
from lianxin.cases.actions.following import follow, pull_of
from lianxin.cases.actions.moving import move, refresh_due
from lianxin.cases.models import Case, Conflict, Lane, Source, Standing
from lianxin.cases.states import State
from lianxin.database.rows import insert
from lianxin.deadlines import actions as deadlines
from lianxin.deadlines import queries as clocks
from lianxin.intake import queries as intake
from lianxin.journal.actions import record, record_many
from lianxin.journal.events import Event
from lianxin.kernel import clock
from lianxin.kernel.workdays import add
from lianxin.people import queries as people
from lianxin.people.actions import ensure_root
from lianxin.sorting.queries import offers

if TYPE_CHECKING:
    from lianxin.intake.models import Concern
    from lianxin.people.models import Unit


def open_cases(concern_ids: Sequence[int], *, by: Viewer) -> list[Case]:
    """Open a case for each concern that has none (T1); register it where the preset says so (T2).

    What speaks of conduct, or names somebody of the staff, is held before anybody of the office
    can see it. A constant number of statements for any number of concerns, and some for each held.
    """
    rules = clocks.rules(settings.LIANXIN_POLICY)
    registers = rules.flag("auto_register")
    state = State.REGISTERED if registers else State.SUBMITTED
    kind = "triage" if registers else "ack"
    span = rules.span(kind)
    now = clock.now()
    calendar = clocks.calendar()
    with transaction.atomic():
        concerns = intake.without_case(concern_ids)
        since = {concern.pk: _since(concern, now) for concern in concerns}
        wishes = intake.join_wishes([concern.pk for concern in concerns])
        due = {at: add(at, span, calendar) if span else None for at in set(since.values())}
        desk = _desks({concern.area_id for concern in concerns})
        found = read(concerns, {area: unit.path for area, unit in desk.items()})
        cases = [
            Case(
                concern=concern,
                state=state,
                moved_at=now,
                opened_at=now,
                due_at=due[since[concern.pk]],
                policy_id=str(rules.id),
                desk_unit=desk[concern.area_id],
                lane=Lane.HIGHER if finding.holds else Lane.ORDINARY,
            )
            for concern, finding in zip(concerns, found, strict=True)
        ]
        insert(cases)
        if span is not None:
            deadlines.start_many(
                [
                    deadlines.Start(case.subject, kind, span, since[case.concern_id])
                    for case in cases
                ]
            )
        entries: list[tuple[Event, str, str]] = []
        for case in cases:
            opened = events.CaseOpened(case.concern_id, f"{rules.code}.{rules.version}")
            entries.append((opened, case.subject, by.actor))
            if registers:
                entries.append((events.Registered(), case.subject, by.actor))
        held = [pair for pair in zip(cases, found, strict=True) if pair[1].holds]
        entries += _hold(held, by=by)
        # Before the chain is held, as by everybody who changes a case.
        meant = _meant(wishes, held)
        record_many(entries)
        _join(cases, wishes, meant, by=by)
        for case, finding in held:
            place_case(case, above=not finding.named)
    return cases


def _hold(held: Sequence[tuple[Case, Finding]], *, by: Viewer) -> list[tuple[Event, str, str]]:
    """Keep away whoever the words name, until a person says what is meant; the entries of it."""
    rows = [
        Conflict(
            case=case,
            **{f"{party}_id": pk},
            ground=ground,
            source=Source.WORDS,
            standing=Standing.FOUND,
            at=case.opened_at,
        )
        for case, finding in held
        for party, pk, ground in finding.named
    ]
    insert(rows)
    return [
        (events.KeptAway(row.pk, row.ground, row.standing), f"case:{row.case_id}", by.actor)
        for row in rows
    ]


def _meant(wishes: Mapping[int, str], held: Sequence[tuple[Case, Finding]]) -> dict[int, Case]:
    """The case that each concern (id) can join now. Never what must be looked at first."""
    if not wishes:
        return {}
    own = {case.concern_id for case, _finding in held}
    offered = [offer.category_id for offer in offers().values()]
    rows = queries.to_be_joined(set(wishes.values()), offered)
    return {
        concern: rows[number]
        for concern, number in wishes.items()
        if concern not in own and number in rows
    }


def _join(
    cases: Sequence[Case], wishes: Mapping[int, str], meant: Mapping[int, Case], *, by: Viewer
) -> None:
    """Join each to what its person says is the same; else say that it goes by itself."""
    for case in cases:
        if case.concern_id not in wishes:
            continue
        parent = meant.get(case.concern_id)
        if parent is None:
            record(events.GoesAlone(), subject=case.subject, by=by.actor)
            continue
        joined, pulled = events.Merged(parent.pk, wished=True), pull_of(parent)
        move(case, "join", by=by, events=[joined], parent_id=parent.pk)
        if follow(parent, pulled):
            refresh_due(parent)
        record(events.Joined(case.pk, wished=True), subject=parent.subject, by=by.actor)


def register_case(case: Case, *, by: Viewer) -> None:
    """Put a submitted case into the register (T2), where a clerk does it by hand."""
    with transaction.atomic():
        move(case, "register", by=by, events=[events.Registered()])


def _desks(areas: set[int | None]) -> dict[int | None, Unit]:
    """The desk for each area: its own, else that of the nearest area around it, else the root's."""
    around = people.desks_around(areas)
    if not all(around.values()):
        root = ensure_root(by=SYSTEM)
        around = {area: units or [root] for area, units in around.items()}
    return {area: units[0] for area, units in around.items()}


def _since(concern: Concern, now: datetime) -> datetime:
    """From when the limits run: of what was held back in a flood, from when it was filed."""
    return concern.filed_at if hasattr(concern, "hold") else now
