"""Background chores of the intake module."""

from __future__ import annotations

from lianxin.intake.actions import drop_waiting_photos, harden_codes
from lianxin.journal.periodic import every


@every(seconds=3600, name="intake.photos")
def forget_unsent_photos() -> None:
    """Remove pictures of forms that were never sent."""
    drop_waiting_photos()


@every(seconds=2, name="intake.codes")
def harden_new_codes() -> None:
    """Keep new codes so that they cannot be tried quickly, not even with the pepper."""
    harden_codes(seconds=1)
