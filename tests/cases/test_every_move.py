"""Each pair of a state and a move: it lands where the table says, or nothing happens at all."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from lianxin.access import SYSTEM, Refused
from lianxin.cases import events
from lianxin.cases.actions import move
from lianxin.cases.models import Case
from lianxin.cases.states import ENDED, MOVES, OPEN, UNREACHABLE, State
from lianxin.journal.models import Entry
from lianxin.kernel.problems import Problem
from tests.walk import Walk, begin

pytestmark = pytest.mark.django_db


def put(walk: Walk, state: State) -> Case:
    """The case as if it had come to this state, whatever the way."""
    changes: dict[str, Any] = {"state": state, "lead_unit": walk.cast.housing}
    changes["closing"] = "solved"
    if state == State.MERGED:
        changes["parent"] = begin(walk.cast).case
    Case.objects.filter(pk=walk.case.pk).update(**changes)
    return walk.case


@pytest.mark.parametrize("state", list(State))
def test_a_move_lands_or_is_refused(walk: Walk, state: State) -> None:
    case = put(walk, state)
    parent = begin(walk.cast).case
    for name, row in MOVES.items():
        more: dict[str, Any] = {"parent": parent} if name in ("merge", "join") else {}
        before = Entry.objects.count()
        point = transaction.savepoint()
        if state in row.sources:
            move(case, name, by=SYSTEM, events=[events.Registered()], **more)
            assert walk.case.state in row.lands(state), name
            assert Entry.objects.count() == before + 1, name
        else:
            with pytest.raises(Refused):
                move(case, name, by=SYSTEM, events=[events.Registered()], **more)
            assert walk.case.state == state, name
            assert Entry.objects.count() == before, name
        transaction.savepoint_rollback(point)
        case = walk.case


def test_every_state_but_the_two_of_a_later_issue_can_be_reached() -> None:
    reached = {State.SUBMITTED, State.REGISTERED}
    while True:
        more = {
            target
            for row in MOVES.values()
            for state in row.sources & reached
            for target in row.lands(state)
        }
        if more <= reached:
            break
        reached |= more
    assert reached == set(State) - UNREACHABLE


def test_every_open_state_has_a_way_on() -> None:
    for state in OPEN - UNREACHABLE:
        assert any(row.lands(state) - {state} for row in MOVES.values() if state in row.sources), (
            state
        )
    assert not OPEN & ENDED


def test_a_change_made_meanwhile_is_not_overwritten(walk: Walk) -> None:
    mine, theirs = walk.case, walk.case
    move(theirs, "answer_at_once", by=SYSTEM, events=[events.Registered()])
    with pytest.raises(Problem):
        move(mine, "sort", by=SYSTEM, events=[events.Registered()])
    assert walk.case.state == State.ANSWERED_ON_SPOT
