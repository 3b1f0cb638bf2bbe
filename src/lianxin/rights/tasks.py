"""The chore that lets go of what may no longer be kept."""

from __future__ import annotations

from lianxin.journal.periodic import every
from lianxin.rights import actions


@every(seconds=3_600, name="rights.let_go")
def let_go() -> None:
    """Remove contact details and files whose time is over (PIPL art. 19, 47)."""
    actions.let_go()
