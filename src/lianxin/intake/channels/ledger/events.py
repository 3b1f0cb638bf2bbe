"""What is written to the journal about ledgers."""

from __future__ import annotations

from typing import ClassVar

from lianxin.journal.events import Event, register


@register
class LedgerTaken(Event):
    """Rows of a ledger were taken in; `refused` stayed out, `already` were in before."""

    name: ClassVar[str] = "intake.ledger_taken"
    added: int
    already: int
    refused: int
