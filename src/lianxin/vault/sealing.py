"""Sealing and opening one text: HPKE (RFC 9180), bound to the field and the row it lies in."""

from __future__ import annotations

import hashlib
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

SUITE = "hpke-x25519-sha256-chacha20poly1305"
STEP = 64
_suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


class Damaged(Exception):  # noqa: N818 - reads as what happened
    """The ciphertext was changed, moved to another row or field, or sealed to another key."""


def seal(text: str, *, field: str, row: UUID, key: X25519PublicKey) -> bytes:
    """The ciphertext; its length tells the length of the text in steps of 64 bytes only."""
    return _suite.encrypt(_pad(text.encode("utf-8", "replace")), key, info=_info(field, row))


def unseal(ciphertext: bytes, *, field: str, row: UUID, key: X25519PrivateKey) -> str:
    """The text, or Damaged."""
    try:
        padded = _suite.decrypt(ciphertext, key, info=_info(field, row))
    except (InvalidTag, ValueError) as error:
        raise Damaged(f"the {field} in row {row} cannot be opened") from error
    length = int.from_bytes(padded[:4])
    return padded[4 : 4 + length].decode()


def digest(text: str) -> str:
    """How a record names the words of a letter: hex SHA-256."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def public_key(raw: bytes) -> X25519PublicKey:
    """A public key from the 32 bytes of its file."""
    return X25519PublicKey.from_public_bytes(raw)


def _info(field: str, row: UUID) -> bytes:
    return f"vault.v1|{field}|{row}".encode()


def _pad(content: bytes) -> bytes:
    framed = len(content).to_bytes(4) + content
    return framed + bytes(-len(framed) % STEP)
