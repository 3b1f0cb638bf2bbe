"""What is written to the journal about calls: that none was missed can be checked by it."""

from __future__ import annotations

from typing import ClassVar

from lianxin.journal.events import Event, register


@register
class CallTold(Event):
    """The telephone system told that a call rang, was answered or ended, at `at` (ISO 8601)."""

    name: ClassVar[str] = "intake.call_told"
    what: str
    at: str


@register
class CallTried(Event):
    """Somebody called back, and nobody answered."""

    name: ClassVar[str] = "intake.call_tried"
    tries: int


@register
class CallSettled(Event):
    """A call needs nothing more: the person was `reached` or given up."""

    name: ClassVar[str] = "intake.call_settled"
    reached: bool
