"""What the vault has to know of the thing a sealed owner belongs to, told by the module above.

::

    @matter("case")
    def of_case(pk: str, user_id: int) -> Matter | None: ...

The vault asks this itself before it opens anything: what a page asked before does not count.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from lianxin.access import Answer


@dataclass(frozen=True)
class Matter:
    """Whose details they are, and what somebody may do with them now.

    ``two``: a second person must agree before they are shown. ``may_decide`` tells whether
    another user (an id) may be that person, ``language`` what the resident reads.
    """

    owner: UUID
    two: bool
    may_open: Answer
    may_write: Answer
    may_call: Answer
    may_decide: Callable[[int], Answer]
    language: str = "zh-hans"


Teller = Callable[[str, int], Matter | None]

_tellers: dict[str, Teller] = {}


def matter(kind: str) -> Callable[[Teller], Teller]:
    """Register who tells of subjects like `case:12`."""

    def register(teller: Teller) -> Teller:
        if _tellers.setdefault(kind, teller) is not teller:
            raise TypeError(f"two tellers of {kind!r}")
        return teller

    return register


def find(subject: str, user_id: int) -> Matter | None:
    """The matter as this user may treat it; None for one that is not there.

    A subject has one name: under `case:05` the limits and the story of `case:5` would not be found.
    """
    kind, _colon, pk = subject.partition(":")
    teller = _tellers.get(kind)
    plain = pk.isascii() and pk.isdecimal() and not pk.startswith("0")
    return teller(pk, user_id) if teller and plain else None


def user_of(actor: str) -> int | None:
    """The id in `user:5`; None for the system and for residents."""
    kind, _colon, pk = actor.partition(":")
    return int(pk) if kind == "user" and pk.isdecimal() else None
