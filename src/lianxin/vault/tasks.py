"""The vault's own chore."""

from __future__ import annotations

from lianxin.journal.periodic import every
from lianxin.vault import actions


@every(seconds=86_400, name="vault.shred")
def shred() -> None:
    """Remove what may no longer be kept."""
    actions.shred_due()
