"""Waiting for the person: once, with a longest, told, and the clock stands still (T17, T18)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lianxin.cases import actions
from lianxin.cases.states import State
from lianxin.deadlines import queries as clocks
from lianxin.deadlines.models import Clock
from lianxin.intake import actions as intake
from lianxin.journal import outbox, periodic
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from tests.walk import Walk

pytestmark = pytest.mark.django_db


def ask(walk: Walk) -> None:
    actions.ask_info(walk.case, text="请拍一张灯杆上的编号。", by=walk.viewer("handler"))


def handling(walk: Walk) -> Clock:
    return next(row for row in clocks.running(walk.case.subject) if row.kind == "handling")


def test_the_clock_stands_still_with_a_reason_and_a_longest(walk: Walk) -> None:
    walk.until("handling")
    ask(walk)
    row = handling(walk)
    assert walk.case.state == State.AWAITING_INFO
    assert row.paused_at and row.pause_reason and row.pause_until


def test_words_from_the_resident_end_the_wait(walk: Walk) -> None:
    walk.until("handling")
    before = handling(walk).due_at
    ask(walk)
    # Long enough for a working day to pass, whatever the day.
    with clock.at(clock.now() + timedelta(days=9)):
        intake.add_words(walk.case.concern, words="编号是 D017。", by=walk.resident)
        outbox.drain()
    assert walk.case.state == State.HANDLING
    assert handling(walk).paused_at is None
    assert handling(walk).due_at > before


def test_the_wait_ends_by_itself(walk: Walk) -> None:
    walk.until("handling")
    ask(walk)
    with clock.at(clock.now() + timedelta(days=12)):
        periodic.run_due(clock.now())
    assert walk.case.state == State.HANDLING


def test_the_person_is_asked_only_once(walk: Walk) -> None:
    walk.until("handling")
    ask(walk)
    actions.resume(walk.case, came=True, by=walk.viewer("handler"))
    with pytest.raises(Problem):
        ask(walk)
