"""What cannot be solved now: facts, steps with dates, a leader, a report date (T25, T26, M37)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from lianxin.cases import actions
from lianxin.cases.states import State
from lianxin.deadlines import queries as clocks
from lianxin.journal import outbox, periodic
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.pages import story
from lianxin.promises import queries as promises
from tests.walk import Walk

pytestmark = pytest.mark.django_db


def plan(walk: Walk) -> actions.NewDeferral:
    today = clock.today()
    return actions.NewDeferral(
        facts="整条路的电缆都老了，换灯只能管几天。",
        why="换电缆要等明年的预算。",
        conditions="先装太阳能灯，再把电缆列进明年的计划。",
        leader_id=walk.cast.leader.pk,
        next_report_on=today + timedelta(days=25),
        milestones=[
            actions.Milestone("装 6 盏太阳能灯", today + timedelta(days=14)),
            actions.Milestone("电缆列入明年计划", today + timedelta(days=90)),
        ],
    )


def defer(walk: Walk) -> None:
    walk.until("handling")
    actions.ask_deferral(walk.case, plan(walk), by=walk.viewer("leader"))
    actions.rule_on_deferral(walk.case, grant=True, text="属实，同意", by=walk.viewer("supervisor"))


def test_an_approved_timetable_becomes_promises_the_resident_reads(walk: Walk) -> None:
    defer(walk)
    assert walk.case.state == State.DEFERRED
    assert [row.text for row in promises.promises_of(walk.case.subject)] == [
        "装 6 盏太阳能灯",
        "电缆列入明年计划",
    ]
    assert {row.kind for row in clocks.running(walk.case.subject)} >= {"report"}
    assert "handling" not in {row.kind for row in clocks.running(walk.case.subject)}
    told = [line.text for line in story.lines(walk.case, audience="resident")]
    assert "装 6 盏太阳能灯" in told
    assert "换电缆要等明年的预算。" in told


@pytest.mark.parametrize(
    ("missing", "field"),
    [
        ({"facts": " "}, "facts"),
        ({"conditions": ""}, "conditions"),
        ({"leader_id": None}, "leader"),
        ({"next_report_on": None}, "next_report_on"),
        ({"milestones": []}, "milestones"),
    ],
)
def test_without_any_part_it_is_not_saved(walk: Walk, missing: dict[str, Any], field: str) -> None:
    walk.until("handling")
    with pytest.raises(Problem) as caught:
        actions.ask_deferral(walk.case, replace(plan(walk), **missing), by=walk.viewer("leader"))
    assert field in caught.value.messages
    assert not walk.case.applications.exists()


def test_a_late_step_raises_supervision_once(walk: Walk) -> None:
    defer(walk)
    with clock.at(clock.now() + timedelta(days=16)):
        for _turn in range(2):
            periodic.run_due(clock.now())
            outbox.drain()
            assert walk.case.supervisions.filter(trigger__startswith="promise:").count() == 1


def test_reports_keep_it_going_and_it_ends_in_work_again(walk: Walk) -> None:
    defer(walk)
    actions.report_progress(
        walk.case,
        text="太阳能灯到货了。",
        next_report_on=clock.today() + timedelta(days=20),
        by=walk.viewer("handler"),
    )
    actions.end_deferral(walk.case, by=walk.viewer("leader"))
    assert walk.case.state == State.HANDLING
    assert {row.kind for row in clocks.running(walk.case.subject)} >= {"handling"}
