"""Receipt slips for a paper box: printed before anybody writes, so that nobody must leave a name.

A slip has a number and a query code. One half goes into the box with the letter and carries the
number alone; the other stays with the person. The code is derived from the number with the secret
of receipts (see `receipts`), so nothing is stored until the letter is typed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid5

from lianxin.intake import receipts
from lianxin.kernel.ids import bare_characters

SHEET = 8
"""Slips on a page of A4."""
NAMESPACE = UUID("5a1c7d5e-6f7b-4d3a-9d5e-3f1b0c2a8e64")
BOX_CODE = 6
"""Characters of the code of a box."""
LONGEST = 7


@dataclass(frozen=True)
class Slip:
    """One slip: ``label`` is printed on both halves, ``code`` on the person's alone."""

    box: str
    number: int

    @property
    def label(self) -> str:
        """The number as it is printed."""
        return f"{self.box}-{self.number:04d}"

    @property
    def key(self) -> str:
        """The idempotency key under which its letter is filed: one slip, one letter."""
        return f"slip:{self.box}:{self.number}"

    @property
    def owner(self) -> UUID:
        """The uuid of the concern that its letter will be."""
        return uuid5(NAMESPACE, self.key)

    @property
    def code(self) -> str:
        """The query code of that concern."""
        return receipts.code_for(receipts.key_hash(self.key), self.owner)


def read(text: str) -> Slip | None:
    """The slip whose number somebody typed, as `kernel.ids` reads; None when it cannot be one."""
    bare = bare_characters(text) or ""
    box, number = bare[:BOX_CODE], bare[BOX_CODE:]
    if not number.isdecimal() or len(number) > LONGEST or not int(number):
        return None
    return Slip(box, int(number))
