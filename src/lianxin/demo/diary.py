"""Plausible moments: office hours, days when people are awake, working days back from today."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random

from lianxin.deadlines import queries as clocks
from lianxin.kernel.clock import SHANGHAI

OFFICE = ((time(9), time(12)), (time(14), time(17, 50)))
AWAKE = (7, 22)
DAY, ZERO = timedelta(days=1), timedelta()


class Diary:
    """Moves moments into hours in which somebody would act. Aware datetimes throughout."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.days = clocks.calendar()

    def office(self, moment: datetime) -> datetime:
        """This moment, or one soon after the office opens again."""
        local = moment.astimezone(SHANGHAI)
        while True:
            if self.days.is_working(local.date()):
                for opens, shuts in OFFICE:
                    if local.time() < opens:
                        return self._from(local, opens)
                    if local.time() < shuts:
                        return local
            local = datetime.combine(local.date() + DAY, time(0), SHANGHAI)

    def working_days(self, moment: datetime, days: float) -> datetime:
        """So many working days on; a part of a day is taken as a part of office hours."""
        local = moment.astimezone(SHANGHAI)
        whole = int(days)
        while whole > 0:
            local += DAY
            whole -= self.days.is_working(local.date())
        return self.office(local + timedelta(hours=8 * (days % 1)))

    def back(self, moment: datetime, days: int) -> datetime:
        """A morning so many working days before the moment."""
        local = moment.astimezone(SHANGHAI)
        while days > 0:
            local -= DAY
            days -= self.days.is_working(local.date())
        return self._from(local, time(8, 20))

    def before(self, moment: datetime, part: float) -> datetime:
        """So much of a day's office hours before the moment."""
        local = moment.astimezone(SHANGHAI)
        left = part * sum((_on(local, shuts) - _on(local, opens) for opens, shuts in OFFICE), ZERO)
        while True:
            if self.days.is_working(local.date()):
                for opens, shuts in reversed(OFFICE):
                    worked = min(local, _on(local, shuts)) - _on(local, opens)
                    if worked > left:
                        return _on(local, opens) + worked - left
                    left -= max(worked, ZERO)
            local = datetime.combine(local.date() - DAY, time.max, SHANGHAI)

    def awake(self, moment: datetime) -> datetime:
        """This moment, or a time in the next morning when people are up."""
        local = moment.astimezone(SHANGHAI)
        if AWAKE[0] <= local.hour < AWAKE[1]:
            return local
        if local.hour >= AWAKE[1]:
            local += DAY
        return self._from(local, time(AWAKE[0]), within=150)

    def _from(self, local: datetime, opens: time, within: int = 35) -> datetime:
        return _on(local, opens) + timedelta(seconds=self.rng.randint(60, within * 60))


def _on(day: datetime, at: time) -> datetime:
    return datetime.combine(day.date(), at, SHANGHAI)
