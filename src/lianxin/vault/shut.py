"""Small things that the product itself must read again, and a copy of the database must not tell.

Keyed with the pepper of the key folder, apart for each room. Unlike an entry of the vault whoever
has both can read them: they are for hours (a talk), or no resident's (a webhook).
"""

from __future__ import annotations

import hmac
import json
import secrets
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from lianxin.vault import keys

NONCE = 12


def mac(room: str, text: str) -> str:
    """A keyed hash (hex) by which something is known again and cannot be read."""
    return hmac.digest(_secret(room), text.encode("utf-8", "replace"), "sha256").hex()


def seal(room: str, value: Any, *, bound: str) -> bytes:
    """Seal something that JSON can say to the row or matter it belongs to."""
    nonce = secrets.token_bytes(NONCE)
    cipher = ChaCha20Poly1305(_secret(room))
    return nonce + cipher.encrypt(nonce, json.dumps(value).encode(), bound.encode())


def unseal(room: str, sealed: bytes | memoryview, *, bound: str) -> Any:
    """What was sealed. Raises KeysUnusable when it was sealed with another pepper, or changed."""
    raw = bytes(sealed)
    cipher = ChaCha20Poly1305(_secret(room))
    try:
        return json.loads(cipher.decrypt(raw[:NONCE], raw[NONCE:], bound.encode()))
    except InvalidTag:
        raise keys.KeysUnusable(f"Something of {room} was sealed with another pepper.") from None


def _secret(room: str) -> bytes:
    return hmac.digest(keys.secret("pepper"), f"shut.{room}".encode(), "sha256")
