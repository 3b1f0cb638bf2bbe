"""What has been reported already near a place, offered while somebody writes, told from above.

Here nobody knows which cases everybody may know of::

    @offers_nearby
    def offered(asked: Asked) -> list[Nearby]: ...
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Asked:
    """What somebody has written so far; ``chosen``: the number they have said is the same."""

    words: str
    place: str = ""
    area_id: int | None = None
    chosen: str = ""


@dataclass(frozen=True)
class Nearby:
    """A public case that is open, as far as everybody may know it: no words, nobody's name."""

    number: str
    category: str
    area: str
    at: datetime


Offerer = Callable[[Asked], list[Nearby]]

_offerers: list[Offerer] = []


def offers_nearby(offerer: Offerer) -> Offerer:
    """Register the one who knows."""
    if _offerers:
        raise TypeError("two who offer what is nearby")
    _offerers.append(offerer)
    return offerer


def nearby(asked: Asked) -> list[Nearby]:
    """What may be the same, the newest first; what was chosen stays while it can be joined."""
    return _offerers[0](asked) if _offerers and asked.words else []
