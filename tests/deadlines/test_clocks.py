"""Clocks: started, stopped, paused, extended, inside the caller's transaction."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from lianxin.deadlines import actions, queries
from lianxin.deadlines.models import Clock
from lianxin.kernel import clock
from lianxin.kernel.clock import SHANGHAI
from lianxin.kernel.problems import Problem
from lianxin.kernel.workdays import Span, Unit

WEEK = Span(5, Unit.WORKING_DAY)
CASE = "case:12"


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


@pytest.mark.django_db(transaction=True)
def test_a_clock_needs_the_transaction_of_its_act() -> None:
    for act in (
        lambda: actions.start(CASE, "sign", WEEK),
        lambda: actions.stop(CASE),
        lambda: actions.cancel(CASE),
        lambda: actions.resume(CASE, "sign"),
    ):
        with pytest.raises(RuntimeError):
            act()


@pytest.mark.django_db
def test_start_and_stop_in_time_and_late() -> None:
    with clock.at(at("01-05 10:00")):
        sign = actions.start(CASE, "sign", Span(1, Unit.WORKING_DAY))
        actions.start(CASE, "handling", WEEK)
    assert sign.due_at == sign.original_due_at == at("01-06 23:59:59")
    assert [c.kind for c in queries.running(CASE)] == ["sign", "handling"]
    assert queries.next_due(CASE) == at("01-06 23:59:59")
    assert queries.next_due(CASE, "handling") == at("01-12 23:59:59")
    with clock.at(at("01-06 23:59:59")):
        (stopped,) = actions.stop(CASE, "sign")
    assert stopped.outcome == "met"
    with clock.at(at("01-13 00:00")):
        assert [c.kind for c in queries.overdue(clock.now())] == ["handling"]
        assert not queries.overdue(clock.now(), ["sign"])
        (late,) = actions.stop(CASE)
    assert late.outcome == "late" and queries.running(CASE) == []
    assert queries.next_due(CASE) is None
    assert [c.outcome for c in queries.history(CASE)] == ["met", "late"]
    assert actions.stop(CASE) == []


@pytest.mark.django_db
def test_a_real_contact_before_the_start_counts_as_met() -> None:
    with clock.at(at("01-05 10:00")):
        actions.start(CASE, "contact", Span(24, Unit.HOUR))
        (stopped,) = actions.stop(CASE, "contact", at=at("01-05 09:00"))
    assert stopped.outcome == "met" and stopped.stopped_at == stopped.started_at


@pytest.mark.django_db
def test_one_running_clock_for_a_subject_kind_and_ref() -> None:
    actions.start(CASE, "milestone", WEEK, ref="1")
    actions.start(CASE, "milestone", WEEK, ref="2")
    with pytest.raises(Problem):
        actions.start(CASE, "milestone", WEEK, ref="2")
    # the transaction is still good, and a stopped clock makes room
    assert len(actions.stop(CASE, "milestone", ref="2")) == 1
    actions.start(CASE, "milestone", WEEK, ref="2")
    assert len(actions.cancel(CASE)) == 2
    assert {c.outcome for c in queries.history(CASE)} == {"met", "cancelled"}


@pytest.mark.django_db
def test_500_at_once(django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(12):
        made = actions.start_many(actions.Start(f"case:{n}", "handling", WEEK) for n in range(500))
    assert len(made) == 500 and all(c.pk for c in made)
    with django_assert_max_num_queries(1):
        found = queries.running_for([f"case:{n}" for n in range(501)])
    assert len(found["case:499"]) == 1 and found["case:500"] == []
    with django_assert_max_num_queries(0):
        assert {queries.light(c, clock.now()) for c in made} == {"green"}


@pytest.mark.django_db
def test_pause_and_resume_give_back_the_time() -> None:
    with clock.at(at("01-05 10:00")):
        actions.start(CASE, "handling", WEEK)
    with clock.at(at("01-07 10:00")):
        actions.pause(CASE, "handling", "待补充材料", at("01-14 18:00"))
        with pytest.raises(Problem):
            actions.pause(CASE, "handling", "again", at("01-14 18:00"))
        assert queries.next_due(CASE) is None
        assert queries.light(queries.running(CASE)[0], clock.now()) == "paused"
    with clock.at(at("02-01 10:00")):
        # paused, so not overdue, though the old moment has passed
        assert not queries.overdue(clock.now())
        (over,) = queries.pauses_over(clock.now())
        # a late worker gives no more than the longest pause: five working days
        resumed = actions.resume(over.subject, over.kind)
    assert resumed.due_at == at("01-19 23:59:59")
    assert resumed.original_due_at == at("01-12 23:59:59")
    assert resumed.paused_at is None and not queries.pauses_over(at("02-01 10:00"))
    with pytest.raises(Problem):
        actions.resume(CASE, "handling")


@pytest.mark.django_db
def test_stopping_while_paused_counts_the_pause() -> None:
    with clock.at(at("01-05 10:00")):
        actions.start(CASE, "handling", Span(10, Unit.HOUR))
    with clock.at(at("01-05 12:00")):
        actions.pause(CASE, "handling", "调解中", at("01-20 12:00"))
    with clock.at(at("01-08 12:00")):
        (stopped,) = actions.stop(CASE)
    assert stopped.outcome == "met" and stopped.due_at == at("01-08 20:00")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("reason", "until", "field"),
    [
        (" \x00", "01-14 18:00", "reason"),
        ("字" * 201, "01-14 18:00", "reason"),
        ("等材料", "01-04 18:00", "until"),
    ],
)
def test_a_pause_needs_a_reason_and_an_end(reason: str, until: str, field: str) -> None:
    with clock.at(at("01-05 10:00")):
        actions.start(CASE, "handling", WEEK)
        with pytest.raises(Problem) as found:
            actions.pause(CASE, "handling", reason, at(until))
    assert list(found.value.messages) == [field]


@pytest.mark.django_db
def test_extension_moves_the_due_moment_and_keeps_the_first() -> None:
    with clock.at(at("01-05 10:00")):
        actions.start(CASE, "handling", Span(60, Unit.DAY))
        extended = actions.extend(CASE, "handling", Span(30, Unit.DAY))
    assert extended.original_due_at == at("03-06 23:59:59")
    # day 90 is 5 April 2026, inside 清明; the next working day is the 7th
    assert extended.due_at == at("04-07 23:59:59")
    with pytest.raises(Problem):
        actions.extend(CASE, "sign", WEEK)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("span", "now", "light"),
    [
        # elapsed time: 24 h from Monday 10:00
        ("24 h", "01-05 10:00", "green"),
        ("24 h", "01-05 22:00", "green"),
        ("24 h", "01-05 22:01", "yellow"),
        ("24 h", "01-06 04:01", "red"),
        ("24 h", "01-06 10:00", "red"),
        ("24 h", "01-06 10:01", "overdue"),
        # working time: 13 working hours until Tuesday's end; the night takes nothing away
        ("1 wd", "01-05 18:00", "green"),
        ("1 wd", "01-06 08:59", "green"),
        ("1 wd", "01-06 10:00", "yellow"),
        ("1 wd", "01-06 15:00", "red"),
        ("1 wd", "01-06 23:00", "red"),
        ("1 wd", "01-07 00:00", "overdue"),
        ("0 h", "01-05 10:00", "red"),
    ],
)
def test_lights(span: str, now: str, light: str) -> None:
    value, unit = span.split()
    with clock.at(at("01-05 10:00")):
        made = actions.start(CASE, "handling", Span(int(value), Unit(unit)))
    assert queries.light(made, at(now)) == light
    assert 0.0 <= queries.share_left(made, at(now)) <= 1.0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"stopped_at": datetime(2025, 1, 1, tzinfo=UTC), "outcome": "met"},
        {"stopped_at": datetime(2027, 1, 1, tzinfo=UTC), "outcome": "fine"},
        {"stopped_at": datetime(2027, 1, 1, tzinfo=UTC)},
        {"outcome": "met"},
        {"due_at": datetime(2025, 1, 1, tzinfo=UTC)},
        {"unit": "y"},
        {"subject": ""},
        {"paused_at": datetime(2026, 6, 1, tzinfo=UTC), "pause_reason": "?"},
    ],
)
def test_the_database_refuses_impossible_clocks(wrong: dict[str, Any]) -> None:
    moment = datetime(2026, 1, 5, tzinfo=UTC)
    due = moment + timedelta(days=1)
    row = {
        "subject": CASE,
        "kind": "sign",
        "unit": "d",
        "started_at": moment,
        "due_at": due,
        "original_due_at": due,
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        Clock.objects.create(**(row | wrong))
    Clock.objects.create(**row)
