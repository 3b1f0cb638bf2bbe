"""Background chores of the promises module."""

from __future__ import annotations

from lianxin.journal.periodic import every
from lianxin.promises.actions import note_overdue


@every(seconds=300, name="promises.overdue")
def find_overdue() -> None:
    """Note each promise whose date has passed."""
    note_overdue()
