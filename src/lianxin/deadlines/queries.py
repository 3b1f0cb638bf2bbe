"""Reads: the calendar, the rules in force, the clocks of a subject and their lights."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Literal
from uuid import UUID

from django.db.models import Min, Q, QuerySet
from django.utils.translation import gettext as _

from lianxin.deadlines.models import CalendarDay, Clock, Outcome, Policy
from lianxin.deadlines.policies import CODE, Lights, Rules, parse
from lianxin.deadlines.working_calendar import Day, WorkCalendar, builtin_days
from lianxin.kernel import clock as time_now
from lianxin.kernel.problems import Problem
from lianxin.kernel.workdays import Unit, between

CALENDAR_KEPT = 5.0
"""Seconds a process may go on with the calendar it read; its own changes count at once."""

Light = Literal["green", "yellow", "red", "overdue", "paused"]

_kept: tuple[float, WorkCalendar] | None = None


def calendar() -> WorkCalendar:
    """The working calendar; one query at most every five seconds a process."""
    global _kept
    kept = _kept
    if kept is None or kept[0] < time.monotonic():
        own = dict(CalendarDay.objects.values_list("date", "working"))
        kept = _kept = (time.monotonic() + CALENDAR_KEPT, WorkCalendar(own))
    return kept[1]


def forget_calendar() -> None:
    """Read the calendar anew at the next call."""
    global _kept
    _kept = None


def missing_years(since: date, until: date) -> list[int]:
    """Years from `since` to `until` whose holidays nobody has entered yet."""
    known = calendar()
    return [year for year in range(since.year, until.year + 1) if not known.knows(year)]


def days(year: int) -> list[Day]:
    """The exceptional days of a year in order; `source` is "own" for those set here."""
    found = {day: entry for day, entry in builtin_days().items() if day.year == year}
    for own in CalendarDay.objects.filter(date__year=year):
        found[own.date] = Day(own.date, own.working, own.name, "own")
    return [found[day] for day in sorted(found)]


def policies(on: date | None = None) -> list[Policy]:
    """The versions in force on a date (default today), one for each code."""
    return list(_in_force(on).order_by("code"))


def rules(code: str, on: date | None = None) -> Rules:
    """The rules of a preset in force on a date (default today); Problem when there are none."""
    key = None
    if CODE.fullmatch(code):
        key = _in_force(on).filter(code=code).values_list("pk", flat=True).first()
    if key is None:
        raise Problem(_("There are no deadline rules “%(code)s”.") % {"code": code}, "policy")
    return _rules(key)


def rules_by_id(pk: UUID | str) -> Rules:
    """The rules of one policy version. Read from the database once in a process."""
    try:
        return _rules(pk if isinstance(pk, UUID) else UUID(pk))
    except (ValueError, Policy.DoesNotExist):
        raise Problem(
            _("There are no deadline rules “%(code)s”.") % {"code": pk}, "policy"
        ) from None


@lru_cache(maxsize=512)
def _rules(pk: UUID) -> Rules:
    policy = Policy.objects.get(pk=pk)
    return parse(policy.data, id=policy.pk, code=policy.code, version=policy.version)


def _in_force(on: date | None) -> QuerySet[Policy]:
    day = on or time_now.today()
    return Policy.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)


def running(subject: str) -> list[Clock]:
    """The running clocks of a subject, the next due first; paused ones are among them."""
    return list(_running().filter(subject=subject))


def running_for(subjects: Iterable[str]) -> dict[str, list[Clock]]:
    """The running clocks of many subjects in one query; a subject without any has []."""
    found: dict[str, list[Clock]] = {subject: [] for subject in subjects}
    for clock in _running().filter(subject__in=list(found)):
        found[clock.subject].append(clock)
    return found


def history(subject: str) -> list[Clock]:
    """Every clock of a subject, running and stopped, oldest first."""
    return list(Clock.objects.filter(subject=subject).order_by("started_at", "pk"))


def stopped_last(subjects: Iterable[str]) -> dict[str, list[Clock]]:
    """Of each of these subjects the clocks that stopped together, last of all. One query."""
    found: dict[str, list[Clock]] = {}
    rows = Clock.objects.filter(subject__in=list(subjects), stopped_at__isnull=False)
    for clock in rows.order_by("stopped_at", "pk"):
        known = found.setdefault(clock.subject, [])
        if known and known[-1].stopped_at != clock.stopped_at:
            known.clear()
        known.append(clock)
    return found


def hold(subjects: Iterable[str]) -> None:
    """Hold the running clocks of these subjects until the commit, as every act does first."""
    rows = Clock.objects.filter(subject__in=list(subjects), stopped_at=None).order_by("pk")
    list(rows.select_for_update().values_list("pk"))


def next_due(subject: str, *kinds: str) -> datetime | None:
    """When the next running clock (of these kinds, if any are named) is due; paused ones rest."""
    clocks = _of_kinds(_running().filter(subject=subject, paused_at=None), kinds)
    due: datetime | None = clocks.aggregate(due=Min("due_at"))["due"]
    return due


def overdue(now: datetime, kinds: Sequence[str] = ()) -> QuerySet[Clock]:
    """Running, unpaused clocks whose limit has passed, the oldest first."""
    return _of_kinds(_running().filter(due_at__lt=now, paused_at=None), kinds)


def pauses_over(now: datetime) -> QuerySet[Clock]:
    """Paused clocks whose longest pause has passed: the caller resumes them."""
    return Clock.objects.filter(paused_at__isnull=False, pause_until__lte=now).order_by(
        "pause_until", "pk"
    )


def _running() -> QuerySet[Clock]:
    return Clock.objects.filter(stopped_at=None).order_by("due_at", "pk")


def _of_kinds(clocks: QuerySet[Clock], kinds: Sequence[str]) -> QuerySet[Clock]:
    return clocks.filter(kind__in=kinds) if kinds else clocks


def share_left(clock: Clock, now: datetime) -> float:
    """The share of a clock's span still left, from 1.0 down to 0.0.

    For working hours and working days it is the share of working time; otherwise of all time.
    Time spent paused before counts as part of the span.
    """
    if now >= clock.due_at:
        return 0.0
    if clock.unit in (Unit.WORKING_HOUR, Unit.WORKING_DAY):
        days = calendar()
        whole = between(clock.started_at, clock.due_at, Unit.WORKING_HOUR, days)
        if whole > 0:
            return min(1.0, between(now, clock.due_at, Unit.WORKING_HOUR, days) / whole)
    whole = (clock.due_at - clock.started_at).total_seconds()
    return min(1.0, (clock.due_at - now).total_seconds() / whole)


def light(clock: Clock, now: datetime, lights: Lights | None = None) -> Light:
    """The warning light of a clock: a word, so that colour is never the only sign.

    paused: stopped for a while. overdue: past its due moment. red: less than 25 % of the span
    is left. yellow: less than 50 %. green: more. The shares are those of the preset if `lights`
    is given. A clock that has ended is overdue when it ended late, else green.
    """
    if clock.stopped_at is not None:
        return "overdue" if clock.outcome == Outcome.LATE else "green"
    if clock.paused_at is not None:
        return "paused"
    if now > clock.due_at:
        return "overdue"
    shares = lights or Lights()
    left = share_left(clock, now)
    if left < shares.red:
        return "red"
    return "yellow" if left < shares.yellow else "green"
