"""Receipt number and query code of a concern.

The code is 20 digits: an indexed *selector* (8) and a *verifier* (12) kept only as a keyed hash.
It is derived from the idempotency key with a secret outside the database, so that a retry shows the
same code although nothing that would open the concern is stored.
"""

from __future__ import annotations

import hashlib
import hmac
from uuid import UUID

from lianxin.kernel.ids import derive_code
from lianxin.vault import keys

SELECTOR = 8


def key_hash(key: str) -> str:
    """The stored form of an idempotency key: hex SHA-256."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def code_for(stored_key: str, owner: UUID, counter: int = 0) -> str:
    """The 20-digit query code of a concern, derived, never stored."""
    return derive_code(
        keys.secret("receipt"), bytes.fromhex(stored_key), owner.bytes, counter=counter
    )


def verifier_hash(owner: UUID, code: str) -> str:
    """Keyed hash of the secret part of a code (hex)."""
    message = owner.bytes + code[SELECTOR:].encode("ascii")
    return hmac.digest(keys.secret("pepper"), message, "sha256").hex()


def matches(owner: UUID, stored: str, code: str) -> bool:
    """Whether a typed code opens this concern; constant time."""
    return hmac.compare_digest(stored, verifier_hash(owner, code))
