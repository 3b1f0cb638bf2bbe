"""How a concern stands, in one sentence, told by a module above: here nobody knows of its case.

::

    @tells_standing
    def of(concern: Concern) -> str: ...
"""

from __future__ import annotations

from collections.abc import Callable

from lianxin.intake.models import Concern

Teller = Callable[[Concern], str]

_tellers: list[Teller] = []


def tells_standing(teller: Teller) -> Teller:
    """Register the one who tells."""
    if _tellers:
        raise TypeError("two tellers of how a concern stands")
    _tellers.append(teller)
    return teller


def standing_of(concern: Concern) -> str:
    """How it stands, for whoever holds its code, in the language that is active."""
    return _tellers[0](concern) if _tellers else ""
