"""What leaves the queue: to an outside body, or set aside as no concern."""

from __future__ import annotations

from typing import ClassVar

from lianxin.journal.events import Event, register


@register
class HandedOver(Event):
    """Handed over to an outside body, with words for the person and a receipt awaited (T5, T6).

    ``mentioned``: the desk said of a complaint about conduct that the body it names is not meant.
    """

    name: ClassVar[str] = "cases.handed_over"
    handover: int
    refusal: int
    mentioned: bool = False


@register
class ReceiptCame(Event):
    """The outside body has confirmed that it has it, under a number of its own."""

    name: ClassVar[str] = "cases.receipt_came"
    handover: int


@register
class SetAside(Event):
    """No concern at all, as two people found: an advertisement, nothing in it, a test."""

    name: ClassVar[str] = "cases.set_aside"
    refusal: int
    ground: str
