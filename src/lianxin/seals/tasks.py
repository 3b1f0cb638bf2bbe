"""Background work of the sealed lane's keys."""

from __future__ import annotations

from lianxin.journal.periodic import every
from lianxin.seals.actions import end_stale_shares


@every(seconds=3600, name="seals.shares")
def take_keys_back() -> None:
    """Whoever receives nothing any more unlocks nothing any more."""
    end_stale_shares()
