"""Look a ledger's sheet over, and take it in."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.access import Denied, Refused, Viewer
from lianxin.intake import importing
from lianxin.intake.channels.ledger import queries
from lianxin.intake.channels.ledger.events import LedgerTaken
from lianxin.intake.channels.ledger.models import Ledger, Sheet
from lianxin.intake.importing import Imported, Plan
from lianxin.intake.policy import TAKE_DOWN
from lianxin.journal.actions import record
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.kernel.sheets import Row
from lianxin.people import queries as people
from lianxin.seals.sealing import seal_here

KEPT = timedelta(days=1)
MOST_WAITING = 50
"""Sheets of one person that wait to be looked over."""


def bring(*, unit_id: int, name: str, identity: str, content: bytes, by: Viewer) -> Sheet:
    """Keep a sheet to look it over; its ledger is made with its first. Problem at the field."""
    unit = people.unit(unit_id)
    if unit is None or by.user_id is None or not by.covers(TAKE_DOWN, unit.path):
        raise Refused(Denied(_("Only who takes down what is said for this unit does this.")))
    if queries.waiting_count(by) >= MOST_WAITING:
        raise Problem(
            _("%(n)s of your sheets wait already: take them in or throw them away first.")
            % {"n": MOST_WAITING},
            "file",
        )
    queries.read(content)
    sealed = seal_here({"content": base64.b64encode(content).decode()}, label=queries.LABEL)
    with transaction.atomic():
        ledger, _made = Ledger.objects.get_or_create(
            unit=unit, name=name, defaults={"identity": identity}
        )
        sheet: Sheet = Sheet.objects.create(
            ledger=ledger,
            by_id=by.user_id,
            sent_at=clock.now(),
            identity=identity,
            content=sealed,
        )
    return sheet


def plan(sheet: Sheet, rows: list[Row], chosen: Mapping[str, str] | None, *, by: Viewer) -> Plan:
    """How a sheet is read: as chosen now, else as its ledger was the last time, else by names.

    Raises Problem when no column holds the words.
    """
    ledger = sheet.ledger
    if chosen is None:
        here = set(rows[0].values)
        chosen = {ours: theirs for ours, theirs in ledger.columns.items() if theirs in here}
    return importing.plan(
        rows[0], source=f"u{ledger.unit_id}:{ledger.name}", chosen=chosen, identity=sheet.identity,
        by_id=by.user_id, guess=not chosen,
    )  # fmt: skip


def look(rows: list[Row], how: Plan, *, by: Viewer) -> Imported:
    """What would become of the rows; nothing is filed."""
    return importing.take_over(rows, how, by=by, only_look=True)


def take(sheet: Sheet, rows: list[Row], how: Plan, *, by: Viewer) -> Imported:
    """File the good rows, remember the columns, and forget the sheet.

    Rows that are in already change nothing, so that a mended sheet can be brought again.
    """
    if not Sheet.objects.filter(pk=sheet.pk).exists():
        raise Problem(_("Somebody has done this already."))
    done = importing.take_over(rows, how, by=by)
    with transaction.atomic():
        Ledger.objects.filter(pk=sheet.ledger_id).update(
            columns=dict(how.columns), identity=sheet.identity, taken_at=clock.now()
        )
        Sheet.objects.filter(pk=sheet.pk).delete()
        record(
            LedgerTaken(done.added, done.already, done.refused), subject=sheet.ledger.subject,
            by=by.actor,
        )  # fmt: skip
    return done


def discard(sheet: Sheet) -> None:
    """Forget a sheet that is not taken in. Nothing came of it, and nothing is journalled."""
    Sheet.objects.filter(pk=sheet.pk).delete()


def forget_sheets() -> int:
    """Forget the sheets nobody came back to; how many that were."""
    return Sheet.objects.filter(sent_at__lt=clock.now() - KEPT).delete()[0]
