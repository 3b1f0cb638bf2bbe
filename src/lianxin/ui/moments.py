"""Dates and spans as people say them: 12月3日 星期四, 还剩 2 个工作日, 逾期 1 天."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from lianxin.kernel import clock
from lianxin.kernel.workdays import Calendar, Unit, between


class _Weekdays:
    """Monday to Friday: what counts as working until the real calendar is put in."""

    def is_working(self, day: date) -> bool:
        return day.weekday() < 5


_calendar: Callable[[], Calendar] = _Weekdays


def use_calendar(source: Callable[[], Calendar]) -> None:
    """Count working days by this calendar from now on (the deadlines module sets it)."""
    global _calendar
    _calendar = source


def day(value: date | datetime | None) -> str:
    """「12月3日 星期四」, with the year when it is not this year."""
    if value is None:
        return ""
    local = local_date(value)
    if local.year == clock.today().year:
        return dateformat.format(local, pgettext("date format", "D j M"))
    return dateformat.format(local, pgettext("date format", "D j M Y"))


def moment(value: datetime | None) -> str:
    """「12月3日 14:05」, with the year when it is not this year."""
    if value is None:
        return ""
    local = value.astimezone(clock.SHANGHAI)
    if local.year == clock.today().year:
        return dateformat.format(local, pgettext("date format", "j M H:i"))
    return dateformat.format(local, pgettext("date format", "j M Y H:i"))


def ago(value: datetime | None) -> str:
    """「刚刚」, 「12 分钟前」, 「今天 14:05」, 「昨天 14:05」; older: as :func:`moment`."""
    if value is None:
        return ""
    minutes = int((clock.now() - value).total_seconds() // 60)
    if minutes < 0:
        return moment(value)
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", minutes) % {"n": minutes}
    local = value.astimezone(clock.SHANGHAI)
    time = f"{local:%H:%M}"
    if local.date() == clock.today():
        return _("today %(time)s") % {"time": time}
    if local.date() == clock.today() - timedelta(days=1):
        return _("yesterday %(time)s") % {"time": time}
    return moment(value)


def left(value: Any, unit: str = "") -> str:
    """How long until a due moment, or since it passed.

    ``value`` is a moment, or a clock (``due_at`` and, where it has them, ``unit``, ``stopped_at``,
    ``outcome``, ``paused_at``). ``unit`` is a :class:`~lianxin.kernel.workdays.Unit` value.
    """
    if value is None or value == "":
        return ""
    due = getattr(value, "due_at", value)
    unit = unit or str(getattr(value, "unit", "") or "")
    if getattr(value, "stopped_at", None):
        return _ended(str(getattr(value, "outcome", "") or ""))
    if getattr(value, "paused_at", None):
        return pgettext("clock light", "not counting for now")
    if not isinstance(due, datetime):
        return ""
    now = clock.now()
    return _overdue(now - due) if due < now else _remaining(now, due, unit)


def local_date(value: date | datetime) -> date:
    return value.astimezone(clock.SHANGHAI).date() if isinstance(value, datetime) else value


def _ended(outcome: str) -> str:
    return {
        "met": pgettext("clock light", "done in time"),
        "late": pgettext("clock light", "done late"),
        "cancelled": pgettext("clock light", "no longer counted"),
    }.get(outcome, pgettext("clock light", "done"))


def _overdue(past: timedelta) -> str:
    minutes = int(past.total_seconds() // 60)
    if minutes < 60:
        n = max(1, minutes)
        return ngettext("%(n)d minute overdue", "%(n)d minutes overdue", n) % {"n": n}
    if minutes < 24 * 60:
        n = minutes // 60
        return ngettext("%(n)d hour overdue", "%(n)d hours overdue", n) % {"n": n}
    n = past.days
    return ngettext("%(n)d day overdue", "%(n)d days overdue", n) % {"n": n}


def _remaining(now: datetime, due: datetime, unit: str) -> str:
    minutes = ceil((due - now).total_seconds() / 60)
    by_day = unit in (Unit.WORKING_DAY, Unit.DAY)
    if by_day and local_date(due) == local_date(now):
        return _("due today")
    if unit == Unit.WORKING_DAY:
        n = max(1, int(between(now, due, Unit.WORKING_DAY, _calendar())))
        return ngettext("%(n)d working day left", "%(n)d working days left", n) % {"n": n}
    if unit == Unit.DAY or minutes > 72 * 60:
        n = max(1, (local_date(due) - local_date(now)).days)
        return ngettext("%(n)d day left", "%(n)d days left", n) % {"n": n}
    if minutes < 60:
        return ngettext("%(n)d minute left", "%(n)d minutes left", minutes) % {"n": minutes}
    n = minutes // 60
    return ngettext("%(n)d hour left", "%(n)d hours left", n) % {"n": n}
