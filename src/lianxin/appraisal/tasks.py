"""Background chores of the appraisal module."""

from __future__ import annotations

from lianxin.appraisal.actions import close_unrated
from lianxin.journal.periodic import every


@every(seconds=3600, name="appraisal.close_unrated")
def close_silent() -> None:
    """Close what nobody rated, as unrated (T34)."""
    close_unrated()
