"""Lines other modules put into the daily digest without a message for each of them.

::

    @digest_section("overdue")
    def overdue(user_ids: Sequence[int]) -> dict[int, list[Line]]: ...

Numbers and links only: no words of a resident ever go out by e-mail.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a digest. A lazy text is put into the recipient's own language."""

    text: str | _StrPromise
    link: str = ""


Section = Callable[[Sequence[int]], Mapping[int, Sequence[Line]]]

_sections: dict[str, Section] = {}


def digest_section(name: str) -> Callable[[Section], Section]:
    """Ask this function once a day for the lines of many people at once."""

    def register(function: Section) -> Section:
        if name in _sections:
            raise TypeError(f"digest section {name!r} is already registered")
        _sections[name] = function
        return function

    return register


def lines_for(user_ids: Sequence[int]) -> dict[int, list[Line]]:
    """The lines of every section, by person, sections in the order of their names."""
    found: dict[int, list[Line]] = {}
    for name in sorted(_sections):
        for user_id, lines in _sections[name](user_ids).items():
            found.setdefault(user_id, []).extend(lines)
    return found


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits at a unit, and when the newest of what is dangerous came there."""

    count: int
    urgent: datetime | None = None


Worklist = Callable[[Sequence[int]], Mapping[int, Waiting]]

_worklists: list[Worklist] = []


def unit_worklist(function: Worklist) -> Worklist:
    """Register who counts what waits at these units, for their duty chats.

    Anybody of the unit may read along there: nothing is counted that one of them may not know of.
    """
    _worklists[:] = [function]
    return function


def waiting_at(unit_ids: Sequence[int]) -> dict[int, Waiting]:
    """What waits at each of these units."""
    return {pk: row for function in _worklists for pk, row in function(unit_ids).items()}
