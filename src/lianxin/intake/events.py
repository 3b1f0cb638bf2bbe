"""What the intake module writes to the journal."""

from __future__ import annotations

from typing import ClassVar

from lianxin.journal.events import Event, register


@register
class ConcernFiled(Event):
    """A concern was received and acknowledged with a number and a query code.

    ``said`` is a keyed hash of its words: a change of them shows.
    """

    name: ClassVar[str] = "intake.concern_filed"
    channel: str
    identity: str
    said: str = ""


@register
class WordsAdded(Event):
    """Words or files were added to a concern; ``photos`` counts files of every kind."""

    name: ClassVar[str] = "intake.words_added"
    addition: int
    photos: int
