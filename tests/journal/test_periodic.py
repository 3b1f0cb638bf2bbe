from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lianxin.journal import periodic
from lianxin.journal.models import Chore
from lianxin.journal.periodic import every, run_due

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_chores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(periodic, "_chores", {})


def test_a_chore_runs_when_its_time_has_come() -> None:
    ran: list[int] = []
    every(seconds=60, name="tests.count")(lambda: ran.append(1))
    moments = [0, 59, 60, 61, 120]
    assert [bool(run_due(NOW + timedelta(seconds=s))) for s in moments] == [
        True, False, True, False, True,
    ]  # fmt: skip
    assert len(ran) == 3


def test_a_second_worker_leaves_a_running_chore_alone_until_its_lease_is_over() -> None:
    inside: list[list[str]] = []

    def again() -> None:
        inside.append(run_due(NOW + timedelta(hours=2)))

    every(seconds=60, name="tests.slow")(again)
    assert run_due(NOW) == ["tests.slow"]
    assert inside == [[]]
    Chore.objects.update(running_until=datetime(2020, 1, 1, tzinfo=UTC))
    assert run_due(NOW + timedelta(hours=1)) == ["tests.slow"]


def test_a_failing_chore_is_remembered_and_stops_no_other() -> None:
    ran: list[int] = []

    @every(seconds=60, name="tests.a_bad")
    def bad() -> None:
        raise OSError("/home/somebody")

    every(seconds=60, name="tests.b_good")(lambda: ran.append(1))
    assert run_due(NOW) == ["tests.a_bad", "tests.b_good"]
    assert ran == [1]
    row = Chore.objects.get(name="tests.a_bad")
    assert row.last_error.startswith("OSError at ") and "somebody" not in row.last_error
    assert row.running_until is None and row.finished_at


def test_a_clock_set_right_again_does_not_stop_chores_for_years() -> None:
    every(seconds=60, name="tests.count")(lambda: None)
    assert run_due(NOW + timedelta(days=4_000))
    assert run_due(NOW)
    assert not run_due(NOW - timedelta(seconds=90))
