"""How a talk lies in the database until it is sent or forgotten: nothing of it can be read there.

Keyed with the pepper of the key folder: who has the database, or a backup of it, has neither words
nor names.
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


def mac(what: str, text: str) -> str:
    """A keyed hash (hex) of an openid ("person") or of what makes a message itself ("heard")."""
    return hmac.digest(_secret(what), text.encode(), "sha256").hex()


def seal(value: Any, *, bound: str) -> bytes:
    """Seal something that JSON can say to the row or matter it belongs to."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + _cipher().encrypt(nonce, json.dumps(value).encode(), bound.encode())


def unseal(sealed: bytes | memoryview, *, bound: str) -> Any:
    """What was sealed. Raises KeysUnusable when it was sealed with another pepper, or changed."""
    raw = bytes(sealed)
    try:
        return json.loads(_cipher().decrypt(raw[:NONCE], raw[NONCE:], bound.encode()))
    except InvalidTag:
        raise keys.KeysUnusable("A talk of WeChat was sealed with another pepper.") from None


def _cipher() -> ChaCha20Poly1305:
    return ChaCha20Poly1305(_secret("talk"))


def _secret(name: str) -> bytes:
    return hmac.digest(keys.secret("pepper"), f"wechat.{name}".encode(), "sha256")
