"""What is written to the journal about reception days. Nothing of who comes."""

from __future__ import annotations

from typing import ClassVar

from lianxin.journal.events import Event, register


@register
class DayPublished(Event):
    """A reception day was put into the calendar; `unit` runs it."""

    name: ClassVar[str] = "intake.reception_published"
    unit: int


@register
class DayChanged(Event):
    """What is said of a reception day was changed."""

    name: ClassVar[str] = "intake.reception_changed"
    fields: tuple[str, ...]


@register
class DayCancelled(Event):
    """A reception day was called off."""

    name: ClassVar[str] = "intake.reception_cancelled"
    reason: str


@register
class TurnTaken(Event):
    """Somebody booked a turn, or came unannounced and got one."""

    name: ClassVar[str] = "intake.turn_taken"
    day: int
    number: int


@register
class TurnEnded(Event):
    """A turn ended: the person was heard, did not come, or had cancelled."""

    name: ClassVar[str] = "intake.turn_ended"
    outcome: str


@register
class TurnPutBack(Event):
    """What was said of a turn was taken back: it waits again."""

    name: ClassVar[str] = "intake.turn_put_back"
    outcome: str


@register
class ReceptionRated(Event):
    """A visitor rated the courtesy of a reception. How is not said: the record names the turn."""

    name: ClassVar[str] = "intake.reception_rated"
