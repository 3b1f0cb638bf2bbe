"""The hash chain: every entry's hash covers its content and the hash before it."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

SUITE = "sha256"
GENESIS = "0" * 64


def moment_text(at: datetime) -> str:
    """The moment as it is hashed: UTC, microseconds always written."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def link(
    *, seq: int, prev: str, at: str, event: str, subject: str, actor: str, act: UUID, data: str
) -> str:
    """Hex SHA-256 over suite|seq|prev|at|event|subject|actor|act|data.

    Only `data` can hold the separator, and it comes last, so the text has one reading.
    """
    text = f"{SUITE}|{seq}|{prev}|{at}|{event}|{subject}|{actor}|{act.hex}|{data}"
    return sha256(text.encode()).hexdigest()
