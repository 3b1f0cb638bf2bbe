"""What is written to the journal about boxes."""

from __future__ import annotations

from typing import ClassVar

from lianxin.journal.events import Event, register


@register
class BoxPutUp(Event):
    """A suggestion box was put up at a place; `unit` opens it."""

    name: ClassVar[str] = "intake.box_put_up"
    unit: int


@register
class BoxChanged(Event):
    """What a suggestion box is called, where it hangs or who opens it was changed."""

    name: ClassVar[str] = "intake.box_changed"
    fields: tuple[str, ...]


@register
class BoxTakenDown(Event):
    """A suggestion box was taken down; what came by it stays."""

    name: ClassVar[str] = "intake.box_taken_down"


@register
class BoxOpened(Event):
    """Two people opened a box; its letters got the numbers from `first` to `last`."""

    name: ClassVar[str] = "intake.box_opened"
    opening: int
    second: int
    first: int
    last: int


@register
class SlipsPrinted(Event):
    """Receipt slips with query codes were printed for a box."""

    name: ClassVar[str] = "intake.slips_printed"
    first: int
    last: int
