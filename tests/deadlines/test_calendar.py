"""The working calendar: the State Council's table, days set here, years nobody knows."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from lianxin.deadlines import actions, queries
from lianxin.deadlines.checks import the_calendar_reaches_far_enough
from lianxin.kernel import clock

pytestmark = pytest.mark.django_db


def test_holidays_and_make_up_days() -> None:
    days = queries.calendar()
    assert not days.is_working(date(2026, 2, 17))  # 春节
    assert days.is_working(date(2026, 2, 14))  # a Saturday worked for it
    assert not days.is_working(date(2026, 1, 10))
    assert days.is_working(date(2026, 1, 12))


def test_own_days_lie_over_the_table_at_once() -> None:
    local = date(2026, 3, 3)
    assert queries.calendar().is_working(local)
    actions.set_days({local: (False, "三月三"), date(2026, 2, 17): (True, "值守\x00")})
    assert not queries.calendar().is_working(local)
    assert queries.calendar().is_working(date(2026, 2, 17))
    shown = {day.date: day for day in queries.days(2026)}
    assert shown[local].source == "own" and shown[date(2026, 2, 17)].name == "值守"
    assert shown[date(2026, 2, 16)].source == "builtin"
    actions.set_days({local: (True, "")})
    assert queries.calendar().is_working(local)
    actions.clear_days([local, date(2026, 2, 17)])
    assert not queries.calendar().is_working(date(2026, 2, 17))


def test_a_year_without_a_table_falls_back_and_is_reported() -> None:
    assert queries.missing_years(date(2026, 1, 1), date(2029, 1, 1)) == [2027, 2028, 2029]
    assert queries.calendar().is_working(date(2027, 10, 1))
    with clock.at(datetime(2026, 11, 20, tzinfo=UTC)):
        (warning,) = the_calendar_reaches_far_enough(None, ["default"])
        assert warning.id == "deadlines.W001" and "2027" in warning.msg
    actions.set_days({date(2027, 10, n): (False, "国庆节") for n in range(1, 14)})
    assert queries.missing_years(date(2026, 1, 1), date(2028, 1, 1)) == [2028]
    with clock.at(datetime(2026, 11, 20, tzinfo=UTC)):
        assert the_calendar_reaches_far_enough(None, ["default"]) == []


def test_one_query_however_often_it_is_asked(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        for _ in range(100):
            queries.calendar()
