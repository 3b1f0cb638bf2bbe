"""A missed date raises supervision, once a miss; a supervisor's urging waits for an answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lianxin.cases import actions
from lianxin.journal import outbox, periodic
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from tests.walk import Walk

pytestmark = pytest.mark.django_db


def test_a_passed_limit_is_supervised_once(walk: Walk) -> None:
    walk.until("handling")
    with clock.at(clock.now() + timedelta(days=30)):
        for _turn in range(3):
            periodic.run_due(clock.now())
            outbox.drain()
        row = walk.case.supervisions.get()
    assert row.by_id is None
    assert row.trigger is not None and row.trigger.startswith("handling:")


def test_a_case_in_time_is_left_alone(walk: Walk) -> None:
    walk.until("handling")
    periodic.run_due(clock.now())
    assert not walk.case.supervisions.exists()


def test_the_unit_answers_once(walk: Walk) -> None:
    walk.until("handling")
    row = actions.supervise(
        walk.case, kind="urge", text="群众又来电话了。", by=walk.viewer("supervisor")
    )
    actions.answer_supervision(row, text="今晚就换。", by=walk.viewer("leader"))
    with pytest.raises(Problem):
        actions.answer_supervision(row, text="已换。", by=walk.viewer("leader"))
