"""The answer of a policy: allowed, or denied with a reason a person can read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Allowed:
    """Yes. True in a condition."""

    def __bool__(self) -> Literal[True]:
        return True


@dataclass(frozen=True, slots=True)
class Denied:
    """No, with the reason in the reader's language. False in a condition."""

    reason: str | Promise

    def __bool__(self) -> Literal[False]:
        return False

    def __str__(self) -> str:
        return str(self.reason)


Answer = Allowed | Denied


class Refused(Exception):  # noqa: N818 - the word the pages use
    """Raised by an action whose policy said no; carries the :class:`Denied`.

    A page that does not catch it shows the reason with status 403.
    """

    def __init__(self, denied: Denied) -> None:
        super().__init__(denied)
        self.denied = denied

    @property
    def reason(self) -> str:
        return str(self.denied.reason)

    def __str__(self) -> str:
        return self.reason


def require(answer: Answer) -> None:
    """Raise :class:`Refused` unless the policy's answer is yes."""
    if isinstance(answer, Denied):
        raise Refused(answer)
