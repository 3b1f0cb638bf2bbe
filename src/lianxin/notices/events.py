"""What the notices module writes to the journal."""

from __future__ import annotations

from typing import ClassVar

from lianxin.journal.events import Event, register


@register
class CarrierConfirmed(Event):
    """The robot of a work chat tells from now on. Subject: the person or the unit it tells."""

    name: ClassVar[str] = "notices.carrier_confirmed"
    service: str


@register
class CarrierDropped(Event):
    """And no more. Subject: the person or the unit."""

    name: ClassVar[str] = "notices.carrier_dropped"
    service: str


@register
class Worded(Event):
    """A unit words the notices to residents of its cases 通知用语. Subject: the unit.

    ``text`` is empty when it goes back to the words from above.
    """

    name: ClassVar[str] = "notices.worded"
    way: str
    language: str
    text: str
