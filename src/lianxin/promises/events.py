"""What the promises module writes to the journal."""

from __future__ import annotations

from typing import ClassVar

from lianxin.journal.events import Event, register


@register
class Made(Event):
    """Somebody promised something until a date (ISO)."""

    name: ClassVar[str] = "promises.made"
    promise: int
    kind: str
    due_on: str


@register
class Ended(Event):
    """A promise was kept or broken; ``late`` when it ended after its date."""

    name: ClassVar[str] = "promises.ended"
    promise: int
    outcome: str
    late: bool


@register
class Overdue(Event):
    """A promise passed its date without an end. Written once."""

    name: ClassVar[str] = "promises.overdue"
    promise: int
    kind: str


@register
class Checked(Event):
    """The resident said whether a promise was kept."""

    name: ClassVar[str] = "promises.checked"
    promise: int
    answer: str
