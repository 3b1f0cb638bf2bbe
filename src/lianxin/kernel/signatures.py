"""Messages between machines that share a secret: HMAC-SHA-256 (RFC 2104) of time and body.

What we tell others is signed as their libraries expect it (Standard Webhooks), with an id.
"""

from __future__ import annotations

import base64
import hmac
import time
from collections.abc import Mapping

TIMESTAMP, SIGNATURE = "X-Lianxin-Timestamp", "X-Lianxin-Signature"
FRESH = 300
"""Seconds a message may be under way, or two clocks apart: later it is taken for a replay."""


def headers(body: bytes, secret: str) -> dict[str, str]:
    """The two headers under which a body is sent now."""
    stamp = str(int(time.time()))
    return {TIMESTAMP: stamp, SIGNATURE: _signature(stamp, body, secret).hex()}


def is_signed(sent: Mapping[str, str], body: bytes, secret: str) -> bool:
    """Whether the body came under these headers from somebody with the secret, just now."""
    stamp = sent.get(TIMESTAMP, "")
    if not (secret and stamp.isascii() and stamp.isdecimal() and len(stamp) <= 12):
        return False
    try:
        signature = bytes.fromhex(sent.get(SIGNATURE, ""))
    except ValueError:
        return False
    fresh = abs(time.time() - int(stamp)) <= FRESH
    return fresh and hmac.compare_digest(signature, _signature(stamp, body, secret))


def _signature(stamp: str, body: bytes, secret: str) -> bytes:
    return hmac.digest(secret.encode(), f"{stamp}.".encode() + body, "sha256")


def webhook_headers(name: str, body: bytes, secret: bytes) -> dict[str, str]:
    """The three headers of Standard Webhooks under which a body is sent now; ``name`` is its id."""
    stamp = str(int(time.time()))
    mac = hmac.digest(secret, f"{name}.{stamp}.".encode() + body, "sha256")
    return {
        "webhook-id": name,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }
