"""When the journal is not as it was written: staff can only read until the auditor lifts it.

Nothing here turns a resident away. What a person lifts is one finding; another one raises the
alarm again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.journal import canonical, verify
from lianxin.journal.actions import record
from lianxin.journal.events import Event, register
from lianxin.journal.models import Entry
from lianxin.kernel import words
from lianxin.kernel.problems import Problem

SUBJECT = "journal"
SHORTEST, LONGEST = 10, 500
MOST_TOLD = 20


@register
class Verified(Event):
    """The whole journal was checked: how many entries, how many checkpoints, and how it was."""

    name: ClassVar[str] = "journal.verified"
    entries: int
    checkpoints: int
    whole: bool


@register
class Broken(Event):
    """The journal was found not to be as it was written. Staff can only read since then.

    A fault is its kind, the number of the first entry, and how many: "cut:18:3".
    """

    name: ClassVar[str] = "journal.broken"
    finding: str
    faults: tuple[str, ...]


@register
class Lifted(Event):
    """The alarm was lifted, for a reason. The finding stays a finding."""

    name: ClassVar[str] = "journal.lifted"
    finding: str
    reason: str


@dataclass(frozen=True)
class Alarm:
    """An alarm that stands."""

    since: datetime
    finding: str
    faults: tuple[verify.Fault, ...]


def standing() -> Alarm | None:
    """The alarm, unless there is none or it was lifted."""
    entry = _last(Broken, Lifted)
    found = entry.event_object() if entry else None
    if entry is None or not isinstance(found, Broken):
        return None
    return Alarm(entry.at, found.finding, tuple(map(_fault, found.faults)))


def is_on() -> bool:
    """Whether staff can only read. One query, asked with every page of the desk."""
    return standing() is not None


def last_verified() -> Entry | None:
    """The entry that tells of the last check of the whole journal."""
    return _last(Verified)


def last_lifted() -> Entry | None:
    """The entry that tells who lifted the last alarm, when and why."""
    return _last(Lifted)


def check() -> verify.Verdict:
    """Walk the whole journal, record it, and raise the alarm when it is not whole."""
    verdict = verify.verify()
    with transaction.atomic():
        event = Verified(verdict.entries, verdict.checkpoints, bool(verdict))
        record(event, subject=SUBJECT, by="system")
        if not verdict:
            _raise(verdict.finding, verdict.faults)
    return verdict


def glance() -> bool:
    """Whether the newest checkpoints agree; the alarm is raised when one does not.

    What was known when the last alarm was lifted is passed over: the daily check has it.
    """
    lifted = last_lifted()
    news = [
        said
        for said in verify.glance()
        if lifted is None or datetime.fromisoformat(said.at) > lifted.at
    ]
    if news and standing() is None:
        # What a whole check finds has a name of its own, by which a lifted finding is known.
        verdict = verify.verify()
        with transaction.atomic():
            _raise(verdict.finding, verdict.faults)
    return not news


def lift(*, reason: str, by: str) -> None:
    """Let staff work again although the journal is not whole. The caller has asked its policy.

    Raises Problem for a reason that is too short or too long, or when no alarm stands.
    """
    reason = words.clean(reason)
    if len(reason) < SHORTEST:
        raise Problem(_("Please say what was found out and why work can go on."), field="reason")
    if len(reason) > LONGEST:
        raise Problem(
            _("Please keep to %(length)d characters.") % {"length": LONGEST}, field="reason"
        )
    with transaction.atomic():
        alarm = standing()
        if alarm is None:
            raise Problem(_("There is no alarm to lift."))
        record(Lifted(finding=alarm.finding, reason=reason), subject=SUBJECT, by=by)


def _raise(finding: str, faults: Sequence[verify.Fault]) -> None:
    last = _last(Broken, Lifted)
    if last is not None and canonical.load(last.data)["finding"] == finding:
        return
    told = tuple(f"{fault.kind}:{fault.seq}:{fault.count}" for fault in faults[:MOST_TOLD])
    record(Broken(finding=finding, faults=told), subject=SUBJECT, by="system")


def _fault(text: str) -> verify.Fault:
    kind, seq, count = text.split(":")
    return verify.Fault(verify.Kind(kind), int(seq), int(count))


def _last(*events: type[Event]) -> Entry | None:
    names = [event.name for event in events]
    return Entry.objects.filter(subject=SUBJECT, event__in=names).order_by("-seq").first()
