"""The webhook: another unit keeps our checkpoints. `lianxin journal receive` is its other end."""

from __future__ import annotations

import json

from django.conf import settings

from lianxin.journal.anchors import http

CONTENT = "application/json"
KEPT = 2_000


def body(line: str) -> bytes:
    """What is sent: the signed text, exactly, and its signature. Nothing else."""
    signature, _space, text = line.partition(" ")
    return json.dumps({"checkpoint": text, "signature": signature}).encode()


def line_of(body: bytes) -> str:
    """The line that a body holds; ValueError when it holds none."""
    found = json.loads(body)
    if not isinstance(found, dict):
        raise ValueError("not an object")
    text, signature = found.get("checkpoint"), found.get("signature")
    if not isinstance(text, str) or not isinstance(signature, str):
        raise ValueError("not a checkpoint and its signature")
    return f"{signature} {text}"


def keep(line: str) -> str:
    """Send it; the receipt is what the other unit answered."""
    answer = http.post(settings.ANCHOR_URL, body(line), content=CONTENT)
    # No database stores a NUL.
    return answer.decode("utf-8", "replace").replace("\0", "�")[:KEPT]
