"""What the replies module writes to the journal besides the moves of the case."""

from __future__ import annotations

from typing import ClassVar

from lianxin.journal.events import Event, register


@register
class AskedBack(Event):
    """The resident asked back about a reply."""

    name: ClassVar[str] = "replies.asked_back"
    question: int


@register
class AnsweredBack(Event):
    """The unit answered the question about its reply."""

    name: ClassVar[str] = "replies.answered_back"
    question: int


@register
class LetterPosted(Event):
    """The reply was given to the post on paper, on that day; ``reference``: its register number."""

    name: ClassVar[str] = "replies.letter_posted"
    reply: int
    sent_on: str
    reference: str
