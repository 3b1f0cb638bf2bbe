"""Writes: publish an edition, note that a copy was taken, let go of what is over."""

from __future__ import annotations

import json
from datetime import date, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.access import SYSTEM, Viewer
from lianxin.cases import queries as cases
from lianxin.intake import actions as intake
from lianxin.journal.actions import record
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.rights import editions, events, policy, queries
from lianxin.rights.choices import Data, Text
from lianxin.rights.models import Edition

if TYPE_CHECKING:
    from lianxin.cases.models import Case
    from lianxin.intake.models import Concern

MOST_AT_ONCE = 2_000
"""Cases one run of the chore lets go of; the next run goes on."""


def publish(text: str, content: editions.Content, *, valid_from: date, by: Viewer) -> Edition:
    """Publish an edition of what `editions.parse` read, in force from a day that has not begun.

    A day that has begun, or one not after the day of the last edition, is a Problem: what was in
    force when somebody filed must not change afterwards.
    """
    with transaction.atomic():
        last = Edition.objects.select_for_update().filter(text=text).order_by("-number").first()
        first_day = clock.today() + timedelta(days=1)
        if last is not None:
            first_day = max(first_day, last.valid_from + timedelta(days=1))
        if valid_from < first_day:
            raise Problem(
                _("The first day can be %(day)s at the earliest.") % {"day": first_day}, "from"
            )
        return _publish(text, content, last.number + 1 if last else 1, valid_from, by=by)


def load_defaults(*, by: Viewer) -> int:
    """Publish what comes with the product where nothing is published yet; how many texts."""
    done = 0
    with transaction.atomic():
        for text in Text.values:
            if not Edition.objects.filter(text=text).exists():
                _publish(text, editions.shipped(text), 1, clock.today(), by=by)
                done += 1
    return done


def _publish(
    text: str, content: editions.Content, number: int, valid_from: date, *, by: Viewer
) -> Edition:
    row = Edition.objects.create(text=text, number=number, valid_from=valid_from, content=content)
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    record(
        events.EditionPublished(
            text, number, valid_from.isoformat(), sha256(plain.encode()).hexdigest()
        ),
        subject=f"edition:{row.pk}",
        by=by.actor,
    )
    return row


def note_taken(concern: Concern, *, form: str, by: Viewer) -> None:
    """Note that a copy of what is kept is handed out, before it is."""
    with transaction.atomic():
        record(events.DataTaken(form), subject=f"concern:{concern.pk}", by=by.actor)


def let_go(limit: int = MOST_AT_ONCE) -> dict[Data, int]:
    """Remove contact details and files whose time is over; of how many cases.

    What anything holds stays; each case is looked at once more just before.
    """
    rules = queries.in_force(Text.RETENTION)
    done = {Data.CONTACT: 0, Data.FILES: 0}
    for what in done:
        for case, kept in queries.due(what, rules, clock.today()):
            if sum(done.values()) >= limit:
                return done
            if kept.held is None:
                done[what] += _let_go(case, what, kept.days, rules.number)
    return done


@transaction.atomic
def _let_go(case: Case, what: Data, days: int, edition: int) -> bool:
    # No lock on the case: whoever reopens it holds the journal's chain first, and would wait for
    # us while we wait for them.
    if policy.hold(cases.case_by_id(case.pk)) is not None:
        return False
    if what == Data.CONTACT:
        return intake.erase_contact(case.concern, why="time_over", by=SYSTEM) is not None
    files = intake.remove_files(case.concern)
    if files:
        record(
            events.FilesRemoved(files, days, edition),
            subject=f"concern:{case.concern_id}",
            by=SYSTEM.actor,
        )
    return bool(files)
