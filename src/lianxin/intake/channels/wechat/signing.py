"""How WeChat's server and we know each other: signatures, and the envelope of the safe mode.

After the documents of the official accounts platform on 消息加解密: SHA-1 over the sorted parts;
AES-256-CBC with the first half of the key as IV, PKCS#7 to 32 bytes, and inside
16 random bytes, the length (4 bytes, big-endian), the message, the app id.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7
from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import salted_hmac

from lianxin.kernel import clock

WINDOW = 300
"""Seconds by which the time of a request may differ from ours, and for which it is remembered."""
HEAD = 16
LONGEST = 200
"""Characters of one parameter of a request."""


class NotWeChat(Exception):  # noqa: N818 - what it says about the request
    """The request does not come from WeChat, or not from now."""


def signature(*parts: str) -> str:
    """SHA-1 (hex) over the sorted parts, as the protocol wants it."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def check(asked: Mapping[str, str]) -> None:
    """Raise NotWeChat unless the address is signed with our token, and recently."""
    told, timestamp, nonce = (asked.get(k, "") for k in ("signature", "timestamp", "nonce"))
    _must(told, settings.WECHAT_TOKEN, timestamp, nonce)
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        raise NotWeChat
    if abs(clock.now().timestamp() - int(timestamp)) > WINDOW:
        raise NotWeChat


def unwrapped(encrypted: str, asked: Mapping[str, str]) -> bytes:
    """The message in an envelope of the safe mode. Raises NotWeChat for one that is not ours."""
    told, timestamp, nonce = (asked.get(k, "") for k in ("msg_signature", "timestamp", "nonce"))
    _must(told, settings.WECHAT_TOKEN, timestamp, nonce, encrypted)
    key = _key()
    try:
        raw = base64.b64decode(encrypted, validate=True)
        opener = Cipher(AES256(key), CBC(key[:HEAD])).decryptor()
        padded = opener.update(raw) + opener.finalize()
        unpad = PKCS7(256).unpadder()
        plain = unpad.update(padded) + unpad.finalize()
    except ValueError:
        raise NotWeChat from None
    length = int.from_bytes(plain[HEAD : HEAD + 4])
    message, whose = plain[HEAD + 4 :][:length], plain[HEAD + 4 :][length:]
    if len(message) != length or whose != settings.WECHAT_APP_ID.encode():
        raise NotWeChat
    return message


def wrapped(text: str) -> tuple[str, str, str, str]:
    """An answer in an envelope of its own: what is encrypted, signature, timestamp, nonce."""
    message = text.encode()
    plain = secrets.token_bytes(HEAD) + len(message).to_bytes(4) + message
    plain += settings.WECHAT_APP_ID.encode()
    pad = PKCS7(256).padder()
    key = _key()
    closer = Cipher(AES256(key), CBC(key[:HEAD])).encryptor()
    sealed = closer.update(pad.update(plain) + pad.finalize()) + closer.finalize()
    encrypted = base64.b64encode(sealed).decode()
    timestamp, nonce = str(int(clock.now().timestamp())), secrets.token_hex(8)
    told = signature(settings.WECHAT_TOKEN, timestamp, nonce, encrypted)
    return encrypted, told, timestamp, nonce


def once(asked: Mapping[str, str], message: bytes) -> None:
    """Raise NotWeChat when the nonce came before with another message.

    In plain mode the signature does not cover the message: whoever has seen one request could send
    others with it. The same message again is WeChat trying again.
    """
    name = salted_hmac("lianxin.wechat", f"{asked.get('timestamp')}|{asked.get('nonce')}")
    key, digest = f"wechat:{name.hexdigest()}", hashlib.sha256(message).hexdigest()
    if not cache.add(key, digest, 2 * WINDOW) and cache.get(key, digest) != digest:
        raise NotWeChat


def _must(told: str, *parts: str) -> None:
    found = signature(*parts).encode()
    if not settings.WECHAT_TOKEN or not hmac.compare_digest(told.encode("utf-8", "replace"), found):
        raise NotWeChat


def _key() -> bytes:
    return base64.b64decode(f"{settings.WECHAT_AES_KEY}=")
