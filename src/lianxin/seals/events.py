"""What this module writes to the journal. Subject of each: the unit whose key it is."""

from __future__ import annotations

from typing import ClassVar

from lianxin.journal.events import Event, register


@register
class KeyMade(Event):
    """A receiver made a key for their unit; ``public`` is what is sealed to."""

    name: ClassVar[str] = "seals.key_made"
    key: int
    public: str


@register
class KeyRetired(Event):
    """Nothing new is sealed to this key."""

    name: ClassVar[str] = "seals.key_retired"
    key: int


@register
class LetIn(Event):
    """A receiver let a colleague have the key, with a code that holds for a day."""

    name: ClassVar[str] = "seals.let_in"
    key: int
    user: int


@register
class PhraseSet(Event):
    """Somebody set the pass-phrase with which they unlock the key."""

    name: ClassVar[str] = "seals.phrase_set"
    key: int


@register
class Unlocked(Event):
    """Somebody unlocked these keys until they lock them again or sign out."""

    name: ClassVar[str] = "seals.unlocked"
    keys: list[int]


@register
class ShareEnded(Event):
    """Somebody who receives nothing any more can no longer unlock the key."""

    name: ClassVar[str] = "seals.share_ended"
    key: int
    user: int
