"""Receipt number and query code of a concern.

The code is 20 digits: an indexed *selector* (8) and a *verifier* (12). It is derived from the
idempotency key with a secret outside the database, so that a retry shows the same code although
nothing that would open the concern is stored.

The verifier is kept as Argon2id (RFC 9106) over an HMAC with a pepper outside the database: without
the pepper nobody can try a code, with it each try costs what a look-up costs. Filing writes the
HMAC and the worker replaces it within seconds: Argon2id takes a hundred times as long as filing.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import cache
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from lianxin.kernel.ids import derive_code
from lianxin.vault import keys

SELECTOR = 8
HELPER = 12
ROUNDS, MEMORY, LANES = 3, 65_536, 1
"""A tenth of a second and 64 MiB (in KiB) for each code somebody tries: RFC 9106, section 4."""


def key_hash(key: str) -> str:
    """The stored form of an idempotency key: hex SHA-256."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def code_for(stored_key: str, owner: UUID, counter: int = 0) -> str:
    """The 20-digit query code of a concern, derived, never stored."""
    return derive_code(
        keys.secret("receipt"), bytes.fromhex(stored_key), owner.bytes, counter=counter
    )


def verifier_mac(owner: UUID, code: str) -> str:
    """Keyed hash of the secret part of a code (hex): what filing writes, and Argon2id hardens."""
    message = owner.bytes + code[SELECTOR:].encode("ascii")
    return hmac.digest(keys.secret("pepper"), message, "sha256").hex()


def helper_number(helper: UUID, *, standing: bool = False) -> str:
    """The 12 digits that let a helper in: derived, so that the person can see them again.

    For a standing helper all 20: what opens for months shall be no easier to guess than a code.
    """
    code = derive_code(keys.secret("receipt"), b"helper", helper.bytes)
    return code if standing else code[:HELPER]


def helper_mac(number: str) -> str:
    """Keyed hash of such a number (hex). It opens once and for minutes: no Argon2id needed.

    Nor for 20 digits, all of which are hashed here: with the pepper they would still be too many.
    """
    return hmac.digest(keys.secret("pepper"), b"helper" + number.encode("ascii"), "sha256").hex()


def harden(mac: str) -> str:
    """Argon2id over a keyed hash, with a salt of its own, as one line of text."""
    return _hasher().hash(mac)


def matches(owner: UUID, code: str, *, verifier: str, mac: str | None) -> bool:
    """Whether a typed code opens this concern: by its verifier, or by the mac while that is unmade.

    Costs one Argon2id whatever comes of it: nothing is learnt from how long the answer takes.
    """
    typed = verifier_mac(owner, code)
    try:
        return _hasher().verify(verifier or _nobodys(), typed)
    except VerifyMismatchError:
        return mac is not None and hmac.compare_digest(mac, typed)


def _hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=ROUNDS, memory_cost=MEMORY, parallelism=LANES)


@cache
def _nobodys() -> str:
    """What an unknown selector is compared with."""
    return harden("")
