"""Counting time: Civil Code arts 200-204, make-up days, working hours, pauses."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxin.kernel.clock import SHANGHAI
from lianxin.kernel.workdays import Span, Unit, add, between, shift


class Calendar2026:
    """The Spring Festival of 2026 as ordered: 15-23 February off, 14 and 28 February worked."""

    off = frozenset(date(2026, 2, n) for n in range(15, 24))
    made_up = frozenset({date(2026, 2, 14), date(2026, 2, 28)})

    def is_working(self, day: date, /) -> bool:
        return day in self.made_up or (day.weekday() < 5 and day not in self.off)


CALENDAR = Calendar2026()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "value", "unit", "due"),
    [
        # hours run from the set moment, nights and holidays included
        ("2026-02-14 17:30", 2, "h", "2026-02-14 19:30"),
        ("2026-02-14 23:59", 24, "h", "2026-02-15 23:59"),
        # day one is not counted, the last day ends at midnight
        ("2026-01-05 00:00", 1, "d", "2026-01-06 23:59:59"),
        ("2026-01-05 23:59", 1, "d", "2026-01-06 23:59:59"),
        # a last day on a weekend, or in a holiday, moves to the next working day
        ("2026-01-05 10:00", 5, "d", "2026-01-12 23:59:59"),
        ("2026-02-02 10:00", 15, "d", "2026-02-24 23:59:59"),
        # ... but not from a make-up Saturday, which is a working day
        ("2026-02-07 10:00", 7, "d", "2026-02-14 23:59:59"),
        ("2026-02-12 10:00", 2, "wd", "2026-02-14 23:59:59"),
        ("2026-02-13 10:00", 2, "wd", "2026-02-24 23:59:59"),
        ("2026-02-26 10:00", 2, "wd", "2026-02-28 23:59:59"),
        ("2026-01-10 10:00", 1, "wd", "2026-01-12 23:59:59"),
        ("2026-01-05 10:00", 0, "wd", "2026-01-05 23:59:59"),
        ("2026-01-10 10:00", 0, "wd", "2026-01-12 23:59:59"),
        # working hours: over lunch, over the night, over the weekend, from outside
        ("2026-01-05 10:30", 1, "wh", "2026-01-05 11:30"),
        ("2026-01-05 11:00", 2, "wh", "2026-01-05 15:00"),
        ("2026-01-05 14:00", 4, "wh", "2026-01-05 18:00"),
        ("2026-01-05 17:00", 2, "wh", "2026-01-06 10:00"),
        ("2026-01-09 16:00", 4, "wh", "2026-01-12 11:00"),
        ("2026-01-10 03:00", 4, "wh", "2026-01-12 15:00"),
        ("2026-02-14 17:00", 2, "wh", "2026-02-24 10:00"),
    ],
)
def test_add(start: str, value: int, unit: str, due: str) -> None:
    assert add(at(start), Span(value, Unit(unit)), CALENDAR) == at(due)


moments = st.datetimes(datetime(2025, 12, 1), datetime(2026, 4, 1)).map(  # noqa: DTZ001
    lambda moment: moment.replace(tzinfo=SHANGHAI)
)
units = st.sampled_from(Unit)
values = st.integers(0, 40)


@given(moments, moments, values, values, units)
def test_later_or_longer_is_never_due_earlier(
    a: datetime, b: datetime, v: int, w: int, unit: Unit
) -> None:
    early, late = sorted((a, b))
    short, long = sorted((v, w))
    assert add(early, Span(short, unit), CALENDAR) <= add(late, Span(short, unit), CALENDAR)
    assert early <= add(early, Span(short, unit), CALENDAR)
    assert add(early, Span(short, unit), CALENDAR) <= add(early, Span(long, unit), CALENDAR)


@given(moments, st.integers(1, 40), units)
def test_what_was_added_is_left(start: datetime, value: int, unit: Unit) -> None:
    due = add(start, Span(value, unit), CALENDAR)
    left = between(start, due, unit, CALENDAR)
    # a last day moved off a holiday is more than was given, by the length of that holiday
    spare = 9 if unit is Unit.DAY else 0
    assert value - 1e-6 <= left <= value + spare + 1e-6
    assert between(due, start, unit, CALENDAR) == -left


@given(moments, moments, moments, units)
def test_a_pause_never_costs_time(a: datetime, b: datetime, c: datetime, unit: Unit) -> None:
    start, paused, resumed = sorted((a, b, c))
    due = add(start, Span(10, unit), CALENDAR)
    moved = shift(due, paused, resumed, unit, CALENDAR)
    if paused > due:
        assert moved == due
        return
    assert moved >= due
    assert between(resumed, moved, unit, CALENDAR) >= between(paused, due, unit, CALENDAR) - 1e-6


@pytest.mark.parametrize(
    ("unit", "due", "paused", "resumed", "moved"),
    [
        ("h", "05 20:00", "05 10:00", "06 09:00", "06 19:00"),
        # within one day nothing moves; over the night one working day; over a weekend, roll on
        ("wd", "09 23:59:59", "07 10:00", "07 16:00", "09 23:59:59"),
        ("wd", "09 23:59:59", "07 10:00", "08 09:00", "12 23:59:59"),
        ("d", "09 23:59:59", "05 10:00", "06 10:00", "12 23:59:59"),
        ("wh", "05 17:00", "05 15:00", "06 09:00", "06 11:00"),
    ],
)
def test_pause(unit: str, due: str, paused: str, resumed: str, moved: str) -> None:
    when = {text: at(f"2026-01-{text}") for text in (due, paused, resumed, moved)}
    found = shift(when[due], when[paused], when[resumed], Unit(unit), CALENDAR)
    assert found == when[moved]


class NeverWorking:
    def is_working(self, day: date, /) -> bool:
        return False


@pytest.mark.parametrize("unit", list(Unit)[3:])
def test_an_impossible_calendar_is_an_error_not_a_loop(unit: Unit) -> None:
    with pytest.raises(ValueError):
        add(at("2026-01-05 10:00"), Span(1, unit), NeverWorking())


def test_spans_are_bounded() -> None:
    for value in (-1, 100_001):
        with pytest.raises(ValueError):
            Span(value, Unit.DAY)
    with pytest.raises(ValueError):
        add(datetime(2026, 1, 1), Span(1, Unit.DAY), CALENDAR)  # noqa: DTZ001
    assert str(Span(5, Unit.WORKING_DAY)) == "5wd"
    assert add(at("2026-01-05 10:00"), Span(60, Unit.DAY), CALENDAR) - at(
        "2026-01-05 10:00"
    ) > timedelta(days=60)
