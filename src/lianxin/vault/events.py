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
    """Sealed details were removed for good because their time was over."""

    name: ClassVar[str] = "vault.shredded"
    fields: tuple[str, ...]


@register
class Erased(Event):
    """Everything sealed for one owner was removed at their request: what it was."""

    name: ClassVar[str] = "vault.erased"
    fields: tuple[str, ...]
    entries: int
