"""All doors at which staff take something down, in the order they are offered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lianxin.intake.channels.api.queries import told as told_of_program
from lianxin.intake.channels.box.door import DOOR as BOX
from lianxin.intake.channels.call.door import DOOR as CALL
from lianxin.intake.channels.door import Door
from lianxin.intake.channels.found.door import DOOR as FOUND
from lianxin.intake.channels.letter.door import DOOR as LETTER
from lianxin.intake.channels.open311.queries import told as told_of_system
from lianxin.intake.channels.outreach.door import DOOR as OUTREACH
from lianxin.intake.channels.proxy.door import DOOR as PROXY
from lianxin.intake.channels.reception.door import DOOR as RECEPTION
from lianxin.intake.channels.report_line.door import DOOR as REPORT_LINE
from lianxin.intake.channels.visit.door import DOOR as VISIT
from lianxin.intake.choices import Channel
from lianxin.intake.offline import queries as offline

if TYPE_CHECKING:
    from lianxin.intake.models import Concern

DOORS = (CALL, VISIT, LETTER, BOX, RECEPTION, PROXY, OUTREACH, FOUND, REPORT_LINE)
_TOLD = {door.channel: door.told for door in DOORS} | {
    Channel.OPEN311: told_of_system,
    Channel.API: told_of_program,
}
_NAMED = {door.name: door for door in DOORS}


def door(name: str) -> Door | None:
    """The door with this name; None: there is no such door."""
    return _NAMED.get(name)


def told(concern: Concern) -> str:
    """What only its door knows of a concern, in some words; empty when there is nothing."""
    told_of = _TOLD.get(Channel(concern.channel))
    by_program = "" if told_of is told_of_program else told_of_program(concern)
    said = [told_of(concern) if told_of else "", by_program, offline.told(concern)]
    return " · ".join(filter(None, said))
