"""Reads of ledgers and of the sheets on their way in."""

from __future__ import annotations

import base64
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lianxin.access import Viewer, scope, scoping
from lianxin.intake import importing
from lianxin.intake.channels.ledger.models import Ledger, Sheet
from lianxin.intake.policy import TAKE_DOWN
from lianxin.kernel.problems import Problem
from lianxin.kernel.sheets import Row, SheetProblem
from lianxin.people import queries as people
from lianxin.people.sheets import Columns, message_of, open_sheet
from lianxin.seals.sealing import Shut, unseal_here

LABEL = "ledger"
MOST_ROWS = 5_000
"""More than a unit types in months; the command takes more."""


@scoping("intake.Ledger")
def ledgers_in_sight(viewer: Viewer, rows: QuerySet[Ledger]) -> QuerySet[Ledger]:
    """The ledgers of the units where somebody takes down what is said, and of those below."""
    return rows.filter(unit__in=people.units_below(viewer, *TAKE_DOWN))


@scoping("intake.Sheet")
def own_sheets(viewer: Viewer, rows: QuerySet[Sheet]) -> QuerySet[Sheet]:
    """One's own, as long as its ledger is in sight."""
    return rows.filter(by=viewer.user_id, ledger__in=scope(viewer, Ledger))


def ledgers(viewer: Viewer, *, size: int, skip: int = 0) -> list[Ledger]:
    """The ledgers in sight, by unit and name."""
    rows = scope(viewer, Ledger).select_related("unit").order_by("unit__path", "name", "pk")
    return list(rows[skip : skip + size])


def waiting(viewer: Viewer, *, size: int, skip: int = 0) -> list[Sheet]:
    """One's own sheets that are not taken in yet, the newest first, without what they hold."""
    rows = scope(viewer, Sheet).select_related("ledger__unit").defer("content")
    return list(rows.order_by("-sent_at", "-pk")[skip : skip + size])


def waiting_count(viewer: Viewer) -> int:
    """How many of one's own sheets are not taken in yet."""
    return scope(viewer, Sheet).count()


def rows_of(sheet: Sheet) -> list[Row]:
    """The rows of a sheet. Problem when it is of no use."""
    try:
        told: dict[str, Any] = unseal_here(sheet.content, label=LABEL)
    except Shut as error:
        raise Problem(_("This sheet can no longer be opened. Please bring it again.")) from error
    return read(base64.b64decode(told["content"]))


def read(content: bytes) -> list[Row]:
    """The rows in the bytes of a file. Problem at `file` when they are none, or too many."""
    try:
        return _rows(content, importing.COLUMNS)
    except Problem as problem:
        told = problem.__cause__
        if not isinstance(told, SheetProblem) or told.code != "no_header":
            raise
    # None of its columns has a name we know: whoever brings it says what they are.
    return _rows(content, {})


def _rows(content: bytes, known: Columns) -> list[Row]:
    rows: list[Row] = []
    for row in open_sheet(content, columns=known):
        rows.append(row)
        if len(rows) > MOST_ROWS:
            raise Problem(message_of("too_many_rows", {"most": MOST_ROWS}), "file")
    if not rows:
        raise Problem(message_of("empty", {}), "file")
    return rows
