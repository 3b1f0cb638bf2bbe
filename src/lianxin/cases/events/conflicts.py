"""Who is kept away from a case, and what is sealed because of it."""

from __future__ import annotations

from typing import ClassVar

from lianxin.journal.events import Event, register


@register
class KeptAway(Event):
    """Somebody is kept away from the case: it is about them, or they have an interest (回避)."""

    name: ClassVar[str] = "cases.kept_away"
    conflict: int
    ground: str
    standing: str


@register
class ConflictLifted(Event):
    """A person looked at it: the case is not about them, or there is no interest."""

    name: ClassVar[str] = "cases.conflict_lifted"
    conflict: int


@register
class MovedUp(Event):
    """The case lies with another desk, which those it may be about do not reach."""

    name: ClassVar[str] = "cases.moved_up"
    unit: int


@register
class TakenBack(Event):
    """The unit lost the case, because it is about the unit or those who head it."""

    name: ClassVar[str] = "cases.taken_back"
    unit: int


@register
class Exposed(Event):
    """Access ended: which members of staff could see the case until now, and which had read it."""

    name: ClassVar[str] = "cases.exposed"
    could: tuple[int, ...]
    read: tuple[int, ...]


@register
class WordsSealed(Event):
    """What the case says was sealed to these keys of receivers; nothing readable is left here."""

    name: ClassVar[str] = "cases.words_sealed"
    keys: list[int]


@register
class WordsOpened(Event):
    """The receiver put the words back, because it is not for the discipline body."""

    name: ClassVar[str] = "cases.words_opened"


@register
class AcceptanceTold(Event):
    """The discipline receiver told the person whether the accusation is accepted (T9)."""

    name: ClassVar[str] = "cases.acceptance_told"
    accepted: bool


@register
class ResultTold(Event):
    """The discipline receiver told the person what came of the accusation (T9)."""

    name: ClassVar[str] = "cases.result_told"


@register
class HandedBack(Event):
    """The discipline receiver found no misconduct and gave the case to a desk, with the reason."""

    name: ClassVar[str] = "cases.handed_back"
    unit: int
    reason: str
