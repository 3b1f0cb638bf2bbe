"""Handlers of the outbox that tell somebody something: only while it is news."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from lianxin.journal.events import Event
from lianxin.journal.outbox import handles
from lianxin.kernel import clock

if TYPE_CHECKING:
    from lianxin.journal.models import Entry

NEWS = timedelta(days=7)
"""What happened longer ago is no news: after a standstill nobody needs a flood of it."""
Teller = Callable[[list["Entry"]], None]


def tells(*what: type[Event], name: str) -> Callable[[Teller], Teller]:
    """As `handles`, for what happened within the last week."""

    def register(function: Teller) -> Teller:
        def told(entries: list[Entry]) -> None:
            function([entry for entry in entries if entry.at >= clock.now() - NEWS])

        handles(*what, name=name)(told)
        return function

    return register
