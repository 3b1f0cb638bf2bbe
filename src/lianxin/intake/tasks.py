"""Background chores of the intake module."""

from __future__ import annotations

from lianxin.intake.actions import drop_waiting_photos
from lianxin.journal.periodic import every


@every(seconds=3600, name="intake.photos")
def forget_unsent_photos() -> None:
    """Remove pictures of forms that were never sent."""
    drop_waiting_photos()
