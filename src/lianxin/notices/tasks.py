"""Sending mail to staff."""

from __future__ import annotations

from lianxin.journal.periodic import every
from lianxin.notices import actions


@every(seconds=60, name="notices.urgent")
def send_urgent() -> None:
    """Send what cannot wait."""
    actions.send_urgent()


@every(seconds=300, name="notices.digests", at_most=3_600)
def send_digests() -> None:
    """Send today's digests to those who have not had theirs yet."""
    actions.send_digests()
