"""How whoever sits at a browser proved who they are, and how long that holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from lianxin.kernel import clock

FRESH = timedelta(minutes=15)
"""For so long the last step opens identities and takes data out."""
SPARE = timedelta(minutes=5)
"""A page with a form on it is opened only when at least this much is left for filling it in."""


@dataclass(frozen=True, slots=True)
class Proof:
    """``complete``: every step that is asked for here was taken. ``at``: when the last one was."""

    complete: bool = False
    at: datetime | None = None

    def within(self, limit: timedelta) -> bool:
        """Whether the last step was taken less than this long ago."""
        return self.at is not None and clock.now() - self.at < limit


NONE = Proof()
