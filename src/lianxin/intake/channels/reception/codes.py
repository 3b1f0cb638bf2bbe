"""The code of a turn: 12 digits derived from it, as those of a helper are."""

from __future__ import annotations

import hmac
from uuid import UUID

from lianxin.intake.receipts import HELPER
from lianxin.kernel.ids import derive_code
from lianxin.vault import keys

LENGTH = HELPER


def code_of(turn: UUID) -> str:
    """The digits on the slip of a turn: derived, so that a retry shows the same."""
    return derive_code(keys.secret("receipt"), b"turn", turn.bytes)[:LENGTH]


def mac_of(code: str) -> str:
    """Keyed hash of such a code (hex). It opens a number in a queue, no words: no Argon2id."""
    return hmac.digest(keys.secret("pepper"), b"turn" + code.encode("ascii"), "sha256").hex()
