"""What the notices module writes to the journal."""

from __future__ import annotations

from typing import ClassVar

from lianxin.journal.events import Event, register


@register
class CarrierConfirmed(Event):
    """Somebody of staff is told by the robot of a work chat from now on. Subject: the person."""

    name: ClassVar[str] = "notices.carrier_confirmed"
    service: str


@register
class CarrierDropped(Event):
    """And no more. Subject: the person."""

    name: ClassVar[str] = "notices.carrier_dropped"
    service: str
