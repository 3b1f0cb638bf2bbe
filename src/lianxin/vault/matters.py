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
from lianxin.vault.choices import Way
from lianxin.vault.templates import Words


@dataclass(frozen=True)
class Addressee:
    """Whose notices they are, by which way they wish them, and what the notice has to say.

    ``number`` is the receipt's as people read it, ``language`` what they read, ``write_to`` the
    address at which an e-mail of theirs is taken in; empty when there is none. ``turn``: what they
    have is no concern but a turn on a reception day. ``words``: those of a unit, for this way and
    language, if it has any; the vault looks at them before it uses them.
    """

    owner: UUID
    way: Way
    number: str
    language: str
    write_to: str = ""
    turn: bool = False
    words: Words | None = None


@dataclass(frozen=True)
class Matter:
    """Whose details they are, and what somebody may do with them now.

    ``two``: a second person must agree before they are shown. ``may_decide`` tells whether
    another user (an id) may be that person, ``language`` what the resident reads, ``write_to``
    where an e-mail of theirs is taken in.
    """

    owner: UUID
    two: bool
    may_open: Answer
    may_write: Answer
    may_call: Answer
    may_decide: Callable[[int], Answer]
    language: str = "zh-hans"
    write_to: str = ""


Teller = Callable[[str, int], Matter | None]
Addresser = Callable[[str], Addressee | None]

_tellers: dict[str, Teller] = {}
_addressers: dict[str, Addresser] = {}


def matter(kind: str) -> Callable[[Teller], Teller]:
    """Register who tells of subjects like `case:12`."""

    def register(teller: Teller) -> Teller:
        if _tellers.setdefault(kind, teller) is not teller:
            raise TypeError(f"two tellers of {kind!r}")
        return teller

    return register


def addresser(kind: str) -> Callable[[Addresser], Addresser]:
    """Register who tells whether and how the resident of `case:12` wishes to be told of news."""

    def register(function: Addresser) -> Addresser:
        if _addressers.setdefault(kind, function) is not function:
            raise TypeError(f"two addressers of {kind!r}")
        return function

    return register


def find(subject: str, user_id: int) -> Matter | None:
    """The matter as this user may treat it; None for one that is not there."""
    kind, pk = _named(subject)
    teller = _tellers.get(kind)
    return teller(pk, user_id) if teller and pk else None


def addressee(subject: str) -> Addressee | None:
    """Who is told of news about a subject; None when nobody is there or wishes it."""
    kind, pk = _named(subject)
    function = _addressers.get(kind)
    return function(pk) if function and pk else None


def _named(subject: str) -> tuple[str, str]:
    """Kind and id. A subject has one name: under `case:05` the limits and the story of `case:5`
    would not be found."""
    kind, _colon, pk = subject.partition(":")
    plain = pk.isascii() and pk.isdecimal() and not pk.startswith("0")
    return kind, pk if plain else ""


def user_of(actor: str) -> int | None:
    """The id in `user:5`; None for the system and for residents."""
    kind, _colon, pk = actor.partition(":")
    return int(pk) if kind == "user" and pk.isdecimal() else None
