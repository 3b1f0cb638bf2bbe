"""Writes: clocks, policies and calendar days.

Clock actions belong to an act of the caller: they demand its transaction and write no journal
entry of their own. A clock that is not there, or not in the state asked for, is a Problem.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lianxin.database.rows import insert
from lianxin.deadlines import policies, queries
from lianxin.deadlines.models import CalendarDay, Clock, Origin, Outcome, Policy
from lianxin.kernel import clock as time_now
from lianxin.kernel.problems import Problem
from lianxin.kernel.words import clean
from lianxin.kernel.workdays import Span, Unit, add, shift

BATCH = 500
FEW = 4
"""Up to so many clocks, a statement for each is quicker than one for all."""


@dataclass(frozen=True, slots=True)
class Start:
    """One clock to start. `at` defaults to now; `ref` tells clocks of one kind apart."""

    subject: str
    kind: str
    span: Span
    at: datetime | None = None
    ref: str = ""


def start(subject: str, kind: str, span: Span, at: datetime | None = None, ref: str = "") -> Clock:
    """Start one clock; Problem when the same one is running."""
    return start_many([Start(subject, kind, span, at, ref)])[0]


def start_many(starts: Iterable[Start]) -> list[Clock]:
    """Start many clocks in bulk; Problem, and none started, when one of them is running."""
    _demand_transaction()
    now, days = time_now.now(), queries.calendar()
    clocks = []
    # A file of thousands starts the same clock at the same moment thousands of times.
    known: dict[tuple[datetime, Span], datetime] = {}
    for new in starts:
        begun = new.at or now
        due = known.get((begun, new.span))
        if due is None:
            due = known[begun, new.span] = add(begun, new.span, days)
        clocks.append(
            Clock(
                subject=new.subject,
                kind=new.kind,
                ref=new.ref,
                unit=str(new.span.unit),
                started_at=begun,
                due_at=due,
                original_due_at=due,
            )
        )
    try:
        with transaction.atomic():
            insert(clocks)
    except IntegrityError:
        raise Problem(_("This deadline is already running.")) from None
    return clocks


def stop(
    subject: str, *kinds: str, at: datetime | None = None, ref: str | None = None
) -> list[Clock]:
    """Stop running clocks: all of the subject, or only these kinds (and this `ref`).

    The outcome is `met` until the due moment and `late` after it. A paused clock gets the time
    of its pause first. `at` before the start counts as the start. None running is no error.
    """
    moment = at or time_now.now()
    clocks = _locked(subject, kinds, ref)
    for clock in clocks:
        _end_pause(clock, moment)
        clock.stopped_at = max(moment, clock.started_at)
        clock.outcome = Outcome.MET if clock.stopped_at <= clock.due_at else Outcome.LATE
    return _save(clocks)


def cancel(subject: str, *kinds: str, ref: str | None = None) -> list[Clock]:
    """End running clocks that no longer matter (all, or these kinds): neither met nor late."""
    moment = time_now.now()
    clocks = _locked(subject, kinds, ref)
    for clock in clocks:
        _end_pause(clock, moment)
        clock.stopped_at = max(moment, clock.started_at)
        clock.outcome = Outcome.CANCELLED
    return _save(clocks)


def pause(subject: str, kind: str, reason: str, until: datetime, ref: str = "") -> Clock:
    """Pause a running clock for a stated reason, `until` at the latest."""
    clock, moment = _one(subject, kind, ref), time_now.now()
    reason = clean(reason)
    if clock.paused_at is not None:
        raise Problem(_("This deadline is already paused."))
    if not reason:
        raise Problem(_("Say why the deadline is paused."), "reason")
    if len(reason) > 200:
        raise Problem(_("At most 200 characters, please."), "reason")
    if until <= moment:
        raise Problem(_("The pause must end later than now."), "until")
    clock.paused_at, clock.pause_reason, clock.pause_until = moment, reason, until
    return _save([clock])[0]


def resume(subject: str, kind: str, at: datetime | None = None, ref: str = "") -> Clock:
    """Let a paused clock run on; its due moment moves by the pause, in the clock's own unit.

    A pause never counts beyond its `pause_until`, however late this is called.
    """
    clock = _one(subject, kind, ref)
    if clock.paused_at is None:
        raise Problem(_("This deadline is not paused."))
    _end_pause(clock, at or time_now.now())
    return _save([clock])[0]


def extend(subject: str, kind: str, span: Span, ref: str = "") -> Clock:
    """Move the due moment of a running clock by `span` (延期); `original_due_at` stays.

    Counted from the due moment, which as day one is not counted itself.
    """
    clock = _one(subject, kind, ref)
    clock.due_at = add(clock.due_at, span, queries.calendar())
    return _save([clock])[0]


def move_due(subject: str, kind: str, change: timedelta) -> None:
    """Move the due moment of a running clock in plain time; none running is no error.

    `original_due_at` stays, and a clock is never due before it began.
    """
    for clock in _locked(subject, (kind,), None):
        clock.due_at = max(clock.due_at + change, clock.started_at)
        _save([clock])


def run_again(subject: str) -> list[Clock]:
    """Let the clocks that stopped together last run on as if they had not stopped."""
    _demand_transaction()
    clocks = queries.stopped_last([subject]).get(subject, [])
    for clock in clocks:
        clock.stopped_at, clock.outcome = None, ""
    return _save(clocks)


def _demand_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a clock changes only inside the transaction of the caller's act")


def _locked(subject: str, kinds: tuple[str, ...], ref: str | None) -> list[Clock]:
    _demand_transaction()
    clocks = Clock.objects.select_for_update().filter(subject=subject, stopped_at=None)
    if kinds:
        clocks = clocks.filter(kind__in=kinds)
    if ref is not None:
        clocks = clocks.filter(ref=ref)
    return list(clocks.order_by("due_at", "pk"))


def _one(subject: str, kind: str, ref: str) -> Clock:
    found = _locked(subject, (kind,), ref)
    if not found:
        raise Problem(_("This deadline is not running."))
    return found[0]


def _end_pause(clock: Clock, moment: datetime) -> None:
    if clock.paused_at is None or clock.pause_until is None:
        return
    resumed = min(moment, clock.pause_until)
    clock.due_at = shift(
        clock.due_at, clock.paused_at, resumed, Unit(clock.unit), queries.calendar()
    )
    clock.paused_at = clock.pause_until = None
    clock.pause_reason = ""


_CHANGING = ["due_at", "stopped_at", "outcome", "paused_at", "pause_reason", "pause_until"]


def _save(clocks: list[Clock]) -> list[Clock]:
    if len(clocks) > FEW:
        Clock.objects.bulk_update(clocks, _CHANGING, batch_size=BATCH)
        return clocks
    for clock in clocks:
        Clock.objects.filter(pk=clock.pk).update(
            **{name: getattr(clock, name) for name in _CHANGING}
        )
    return clocks


# --- policies ----------------------------------------------------------------------------------


def load_presets() -> list[Policy]:
    """Bring the presets of this release into the database; returns the versions made.

    A preset that has changed since the last release becomes a new version from today; cases
    keep the one they began with. A code for which a version was made here is left alone.
    """
    made = []
    with transaction.atomic():
        for preset in policies.presets():
            latest = Policy.objects.filter(code=preset.code).order_by("-version").first()
            if latest is None:
                made.append(
                    _add_version(
                        preset.code, preset.data, preset.valid_from, Origin.BUILTIN, preset.note
                    )
                )
            elif latest.origin == Origin.BUILTIN and latest.data != preset.data:
                made.append(
                    _add_version(
                        preset.code, preset.data, time_now.today(), Origin.BUILTIN, preset.note
                    )
                )
    return made


def publish_policy(
    code: str, data: Mapping[str, Any], *, valid_from: date, note: str = ""
) -> Policy:
    """Make a new version of a policy (or the first of a new code) from a date on.

    Problem, with the path of each fault as its field, when `data` is not a proper preset, or
    when `valid_from` lies before the version now in force.
    """
    policies.parse(data)
    if not policies.CODE.fullmatch(code):
        raise Problem(_("Small letters, digits and _ only, at most 40."), "code")
    return _add_version(code, data, valid_from, Origin.OWN, clean(note)[:500])


def _add_version(
    code: str, data: Mapping[str, Any], valid_from: date, origin: Origin, note: str
) -> Policy:
    with transaction.atomic():
        latest = Policy.objects.select_for_update().filter(code=code).order_by("-version").first()
        if latest is not None:
            if valid_from < latest.valid_from:
                raise Problem(_("A newer version is in force from a later date."), "valid_from")
            Policy.objects.filter(pk=latest.pk).update(valid_to=valid_from)
        return Policy.objects.create(
            code=code,
            version=latest.version + 1 if latest else 1,
            valid_from=valid_from,
            origin=origin,
            data=dict(data),
            note=note,
        )


# --- the calendar ------------------------------------------------------------------------------


def set_days(days: Mapping[date, tuple[bool, str]]) -> None:
    """Set days over the built-in table: `{date: (working, name)}`. Replaces what was set before.

    Clocks already running keep their due moments.
    """
    CalendarDay.objects.bulk_create(
        [
            CalendarDay(date=day, working=working, name=clean(name)[:40])
            for day, (working, name) in days.items()
        ],
        update_conflicts=True,
        unique_fields=["date"],
        update_fields=["working", "name"],
    )
    _calendar_changed()


def clear_days(days: Iterable[date]) -> None:
    """Go back to the built-in table for these days."""
    CalendarDay.objects.filter(date__in=list(days)).delete()
    _calendar_changed()


def _calendar_changed() -> None:
    queries.forget_calendar()
    transaction.on_commit(queries.forget_calendar)
