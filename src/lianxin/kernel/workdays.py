"""Counting time after the Civil Code (民法典, L21) arts 200-204, in Shanghai time.

Hours count from the set moment. Counted in days or working days, day one is not counted
(art 201); a last day that is not a working day moves to the next working day (art 203); the
last day ends at 24:00, here 23:59:59 (art 203). Working hours (`wh`) are ours: 09:00-12:00
and 14:00-18:00 on working days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol

from lianxin.kernel.clock import SHANGHAI

WORKING_HOURS = ((time(9), time(12)), (time(14), time(18)))
LONGEST = 100_000

_DAY = timedelta(days=1)
_END_OF_DAY = time(23, 59, 59)
# The longest run of days off is under two weeks; this only stops an impossible calendar.
_LONGEST_REST = 366


class Unit(StrEnum):
    """Second, minute, hour, working hour, working day (工作日), calendar day (日)."""

    SECOND = "s"
    MINUTE = "min"
    HOUR = "h"
    WORKING_HOUR = "wh"
    WORKING_DAY = "wd"
    DAY = "d"


_ELAPSED = {
    Unit.SECOND: timedelta(seconds=1),
    Unit.MINUTE: timedelta(minutes=1),
    Unit.HOUR: timedelta(hours=1),
}


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time in one unit, 0 to 100 000. Zero means "at once" or "the same day"."""

    value: int
    unit: Unit

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit", Unit(self.unit))
        if not 0 <= self.value <= LONGEST:
            raise ValueError(f"a span is between 0 and {LONGEST}, not {self.value}")

    def __str__(self) -> str:
        return f"{self.value}{self.unit}"


class Calendar(Protocol):
    """Says which dates are working days, make-up Saturdays and holidays considered."""

    def is_working(self, day: date, /) -> bool: ...


def add(start: datetime, span: Span, calendar: Calendar) -> datetime:
    """The moment at which `span`, begun at `start` (aware), is over; in UTC."""
    local = _local(start)
    match span.unit:
        case Unit.WORKING_HOUR:
            return _add_working_time(local, timedelta(hours=span.value), calendar)
        case Unit.WORKING_DAY:
            day = local.date()
            for _ in range(span.value):
                day = _working_from(day + _DAY, calendar)
            return max(_end_of(_working_from(day, calendar)), local.astimezone(UTC))
        case Unit.DAY:
            day = _working_from(local.date() + _DAY * span.value, calendar)
            # In the last second of a day "the same day" must not be over before it began.
            return max(_end_of(day), local.astimezone(UTC))
        case _:
            return start.astimezone(UTC) + _ELAPSED[span.unit] * span.value


def between(start: datetime, end: datetime, unit: Unit, calendar: Calendar) -> float:
    """How much of `unit` is left at `start` until `end`; negative when `end` is past.

    Days and working days are whole numbers, and day one is not counted: late on the last day
    there are 0 left.
    """
    if end < start:
        return -between(end, start, unit, calendar)
    first, last = _local(start), _local(end)
    match unit:
        case Unit.WORKING_HOUR:
            return _working_time(first, last, calendar) / timedelta(hours=1)
        case Unit.WORKING_DAY:
            return float(_working_days(first.date(), last.date(), calendar))
        case Unit.DAY:
            return float((last.date() - first.date()).days)
        case _:
            return (end - start) / _ELAPSED[unit]


def shift(
    due: datetime, paused_from: datetime, resumed_at: datetime, unit: Unit, calendar: Calendar
) -> datetime:
    """`due` after a pause: what was left of `unit` at the pause is left again at the resumption.

    In days the day of pausing counts as used and the day of resuming as paused, so a pause
    within one day moves nothing. What was overdue when paused stays overdue.
    """
    due = due.astimezone(UTC)
    if due < paused_from or resumed_at <= paused_from:
        return due
    first, last = _local(paused_from), _local(resumed_at)
    match unit:
        case Unit.WORKING_HOUR:
            left = _working_time(first, _local(due), calendar)
            return max(due, _add_working_time(last, left, calendar))
        case Unit.WORKING_DAY:
            if first.date() == last.date():
                return due
            left_days = _working_days(first.date(), _local(due).date(), calendar)
            return max(due, add(resumed_at, Span(left_days, unit), calendar))
        case Unit.DAY:
            moved = _local(due).date() + (last.date() - first.date())
            return max(due, _end_of(_working_from(moved, calendar)))
        case _:
            return due + (resumed_at - paused_from)


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(SHANGHAI)


def _end_of(day: date) -> datetime:
    return datetime.combine(day, _END_OF_DAY, SHANGHAI).astimezone(UTC)


def _working_from(day: date, calendar: Calendar) -> date:
    """`day` itself, or the next working day after it."""
    for _ in range(_LONGEST_REST):
        if calendar.is_working(day):
            return day
        day += _DAY
    raise ValueError(f"no working day in the year before {day}")


def _working_days(after: date, until: date, calendar: Calendar) -> int:
    days = (after + _DAY * n for n in range(1, (until - after).days + 1))
    return sum(calendar.is_working(day) for day in days)


def _slots(day: date) -> list[tuple[datetime, datetime]]:
    return [
        (datetime.combine(day, opens, SHANGHAI), datetime.combine(day, closes, SHANGHAI))
        for opens, closes in WORKING_HOURS
    ]


def _working_time(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    total = timedelta()
    day = start.date()
    while day <= end.date():
        if calendar.is_working(day):
            for opens, closes in _slots(day):
                total += max(min(end, closes) - max(start, opens), timedelta())
        day += _DAY
    return total


def _add_working_time(start: datetime, left: timedelta, calendar: Calendar) -> datetime:
    """The earliest moment by which `left` of working time has passed since `start`."""
    if not left:
        return start.astimezone(UTC)
    day = start.date()
    while True:
        day = _working_from(day, calendar)
        for opens, closes in _slots(day):
            begin = max(start, opens)
            room = max(closes - begin, timedelta())
            if left <= room:
                return (begin + left).astimezone(UTC)
            left -= room
        day += _DAY
