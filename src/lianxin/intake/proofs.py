"""Proof of filing 存证号: which entry of the journal tells of a concern, and how its hash begins.

Whoever keeps it on paper can show that the concern existed and what it said: the entry covers the
words by a keyed hash, and the journal's chain covers the entry. A history that was written anew as
a whole agrees with itself and not with the paper.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from lianxin.intake import queries
from lianxin.intake.events import ConcernFiled, ContactErased
from lianxin.intake.models import Concern
from lianxin.journal import queries as journal
from lianxin.vault import keys
from lianxin.vault import queries as vault

if TYPE_CHECKING:
    from lianxin.journal.models import Entry

DIGITS = 16
"""Hex digits of the hash on paper: 64 bits, which nobody can meet by trying."""
LONGEST = 100
PROVABLE = (ConcernFiled.name, ContactErased.name)
WRITTEN = re.compile(r"([1-9][0-9]{0,17})-([0-9a-f]{16})\Z")


class Finding(StrEnum):
    """What a proof says today."""

    UNREADABLE = "unreadable"
    NO_SUCH_ENTRY = "no_such_entry"
    GONE = "gone"
    CHANGED = "changed"
    AGREES = "agrees"
    SEALED = "sealed"
    ERASED = "erased"
    LEFT = "left"


@dataclass(frozen=True)
class Proof:
    """Number of the entry, and the first digits of its hash."""

    seq: int
    digest: str

    def __str__(self) -> str:
        groups = [self.digest[at : at + 4] for at in range(0, DIGITS, 4)]
        return "-".join([str(self.seq), *groups])


def said(concern: Concern) -> str:
    """Keyed hash (hex) of what a concern says. Without the key nobody can guess at short words."""
    parts = (
        concern.uuid.hex, concern.words, concern.title, concern.wish, concern.place,
        concern.channel, concern.identity,
    )  # fmt: skip
    # No text holds a NUL: it parts them without doubt.
    return hmac.digest(keys.secret("pepper"), "\0".join(parts).encode(), "sha256").hex()


def proof_of(entry: Entry) -> Proof:
    """What a receipt carries."""
    return Proof(entry.seq, entry.hash[:DIGITS])


def proof_for(concern: Concern) -> Proof | None:
    """The proof of a concern that is filed; None when the journal does not tell of it."""
    told = journal.story([f"concern:{concern.pk}"])
    return next((proof_of(entry) for entry in told if entry.event == ConcernFiled.name), None)


def read(text: str) -> Proof | None:
    """What somebody typed, with or without dashes and in any width; None when it is no proof."""
    if len(text) > LONGEST:
        return None
    folded = unicodedata.normalize("NFKC", text).strip().lower()
    seq, _dash, rest = re.sub(r"[\W_]+", "-", folded).partition("-")
    found = WRITTEN.match(f"{seq}-{rest.replace('-', '')}")
    return Proof(int(found[1]), found[2]) if found else None


def check(text: str) -> tuple[Finding, Concern | None]:
    """What a proof says today, and of which concern.

    That the chain is whole is for `journal.verify` to say.
    """
    proof = read(text)
    if proof is None:
        return Finding.UNREADABLE, None
    entry = journal.entry(proof.seq)
    if entry is None or entry.event not in PROVABLE or proof_of(entry) != proof:
        return Finding.NO_SUCH_ENTRY, None
    concern = queries.concern_by_id(int(entry.subject.partition(":")[2]))
    if concern is None:
        return Finding.GONE, None
    told = entry.event_object()
    if isinstance(told, ContactErased):
        left = vault.sealed_before(concern.uuid, entry.at)
        return (Finding.LEFT if left else Finding.ERASED), concern
    if concern.sealed is not None:
        return Finding.SEALED, concern
    return (Finding.AGREES if _same(entry, concern) else Finding.CHANGED), concern


def agrees(concern: Concern) -> bool | None:
    """Whether a concern says what the journal keeps of it; None when that does not tell of it."""
    told = journal.story([f"concern:{concern.pk}"])
    entry = next((entry for entry in told if entry.event == ConcernFiled.name), None)
    return _same(entry, concern) if entry else None


def _same(entry: Entry, concern: Concern) -> bool:
    told = entry.event_object()
    return isinstance(told, ConcernFiled) and hmac.compare_digest(told.said, said(concern))
