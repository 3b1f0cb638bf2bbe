from __future__ import annotations

from typing import ClassVar

from lianxin.journal.events import Event, register


@register
class Revealed(Event):
    """A sealed contact detail was opened. Written, and committed, before it is opened."""

    name: ClassVar[str] = "vault.revealed"
    field: str
    purpose: str


@register
class Shredded(Event):
    """Sealed details were removed for good, by request or because their time was over."""

    name: ClassVar[str] = "vault.shredded"
    fields: tuple[str, ...]
