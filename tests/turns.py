"""Long lists of like tests take turns: another share of them each day, all within a few days.

A run of everything has to stay short; the campaigns ask all at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from lianxin.kernel import clock

T = TypeVar("T")


def todays(things: Sequence[T], *, days: int) -> Sequence[T]:
    """The share of a list whose turn is today, when it is to be gone through in so many days."""
    return things[clock.today().toordinal() % days :: days]
