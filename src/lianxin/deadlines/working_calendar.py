"""Which dates are working days: the State Council's tables, and the days set here over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from chinese_calendar import constants

SATURDAY = 5
# 全国年节及纪念日放假办法: thirteen days off a year since 2025, eleven before. A year that comes
# with the software has many more entries; a year typed in by hand is known from this many on.
FEWEST_DAYS_OFF = 11


@dataclass(frozen=True, slots=True)
class Day:
    """One exceptional day of a year: a holiday, or a make-up working day (调休上班)."""

    date: date
    working: bool
    name: str
    source: str


@cache
def builtin_days() -> dict[date, Day]:
    """The State Council's arrangements that come with the software, 2004 to 2026."""
    off = {d: Day(d, False, name, "builtin") for d, name in constants.holidays.items()}
    return off | {d: Day(d, True, name, "builtin") for d, name in constants.workdays.items()}


@cache
def builtin_years() -> frozenset[int]:
    """Years whose arrangement comes with the software."""
    return frozenset(day.year for day in builtin_days())


@dataclass(frozen=True)
class WorkCalendar:
    """Working days with the days set here considered. Knows nothing of the database."""

    own: Mapping[date, bool] = field(default_factory=dict)

    def is_working(self, day: date, /) -> bool:
        """A year without a table counts Monday to Friday; see `knows`."""
        if day in self.own:
            return self.own[day]
        exception = builtin_days().get(day)
        return exception.working if exception else day.weekday() < SATURDAY

    def knows(self, year: int) -> bool:
        """Whether the holidays of a year are known, from the software or entered here."""
        if year in builtin_years():
            return True
        off = sum(not working for day, working in self.own.items() if day.year == year)
        return off >= FEWEST_DAYS_OFF
