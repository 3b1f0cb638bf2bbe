"""The chores that let go of what may no longer be kept, and of its bytes."""

from __future__ import annotations

from lianxin.journal.periodic import every
from lianxin.rights import actions
from lianxin.vault import scrubbing


@every(seconds=21_600, name="rights.let_go")
def let_go() -> None:
    """Remove contact details and files whose time is over (PIPL art. 19, 47)."""
    actions.let_go()


@every(seconds=3_600, name="rights.scrub")
def scrub() -> None:
    """Let go of the bytes of what was erased, where that holds nobody up."""
    scrubbing.scrub()
