"""Make, end, check promises. The callers decide who may; they own the subject."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.access import Viewer
from lianxin.journal.actions import record, record_many
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.promises import events
from lianxin.promises.choices import Check, Outcome
from lianxin.promises.models import Promise

LONGEST = timedelta(days=5 * 366)


@dataclass(frozen=True)
class NewPromise:
    """One promise to make: what (≤ 500 characters), until when, by whom."""

    text: str
    due_on: date
    unit_id: int
    leader_id: int | None = None
    owner: str = ""


def make_promises(
    promises: Sequence[NewPromise], *, subject: str, kind: str, by: Viewer
) -> list[Promise]:
    """Make promises about one subject. A date in the past or over five years away is a Problem."""
    today = clock.today()
    for promise in promises:
        if not promise.text.strip():
            raise Problem(_("Say what will be done."), "text")
        if promise.due_on < today:
            raise Problem(_("The date has already passed."), "due_on")
        if promise.due_on > today + LONGEST:
            raise Problem(_("The date is too far away."), "due_on")
    with transaction.atomic():
        made = Promise.objects.bulk_create(
            Promise(
                subject=subject,
                kind=kind,
                text=promise.text,
                unit_id=promise.unit_id,
                leader_id=promise.leader_id,
                owner=promise.owner,
                due_on=promise.due_on,
                made_at=clock.now(),
            )
            for promise in promises
        )
        record_many(
            [(events.Made(row.pk, kind, row.due_on.isoformat()), subject, by.actor) for row in made]
        )
    return made


def end_promise(promise: Promise, *, kept: bool, evidence: str, by: Viewer) -> None:
    """Say that a promise was kept, with what shows it, or broken, with the reason."""
    if not evidence.strip():
        raise Problem(
            _("Say what shows that it was done.") if kept else _("Say why it was not done."),
            "evidence",
        )
    outcome = Outcome.KEPT if kept else Outcome.BROKEN
    with transaction.atomic():
        changed = Promise.objects.filter(pk=promise.pk, ended_at__isnull=True).update(
            ended_at=clock.now(), outcome=outcome, evidence=evidence
        )
        if changed != 1:
            raise Problem(_("This promise has already ended."))
        late = clock.today() > promise.due_on
        record(events.Ended(promise.pk, outcome, late), subject=promise.subject, by=by.actor)


def check_promise(promise: Promise, *, done: bool, words: str, by: Viewer) -> None:
    """The resident's word on an ended promise. Only the resident's pages call this."""
    answer = Check.YES if done else Check.NO
    with transaction.atomic():
        changed = Promise.objects.filter(
            pk=promise.pk, ended_at__isnull=False, resident_check=""
        ).update(resident_check=answer, resident_words=words, checked_at=clock.now())
        if changed != 1:
            raise Problem(_("You have already told us about this promise."))
        record(events.Checked(promise.pk, answer), subject=promise.subject, by=by.actor)


def note_overdue(limit: int = 500) -> int:
    """Write ``promises.overdue`` once for each open promise whose date has passed."""
    with transaction.atomic():
        late = list(
            Promise.objects.filter(
                ended_at__isnull=True, due_on__lt=clock.today(), noted_late_at__isnull=True
            ).order_by("due_on", "pk")[:limit]
        )
        mine = [
            promise
            for promise in late
            if Promise.objects.filter(pk=promise.pk, noted_late_at__isnull=True).update(
                noted_late_at=clock.now()
            )
        ]
        record_many([(events.Overdue(row.pk, row.kind), row.subject, "system") for row in mine])
    return len(mine)
