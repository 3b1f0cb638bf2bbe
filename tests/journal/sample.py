"""Events of the tests."""

from __future__ import annotations

from typing import ClassVar

from lianxin.journal.events import Event, register


@register
class Noted(Event):
    """Something was noted."""

    name: ClassVar[str] = "tests.noted"
    text: str
    tags: tuple[str, ...] = ()


@register
class Done(Event):
    """A handler did its work on an entry."""

    name: ClassVar[str] = "tests.done"
    entry: int
