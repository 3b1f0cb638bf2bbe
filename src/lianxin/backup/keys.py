"""The two keys of a backup: the one that signs stays here, the one that opens goes elsewhere."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from lianxin.vault import keys as vault

NAME = "backup"


def signing() -> Ed25519PrivateKey:
    """The key that signs archives, made with the others by `lianxin migrate`."""
    return Ed25519PrivateKey.from_private_bytes(vault.secret(NAME))


def new_identity(path: Path) -> str:
    """Write a new key file, 0400, never over another; its `age1…` recipient."""
    made = pyrage.x25519.Identity.generate()
    public = str(made.to_public())
    text = f"# created: {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}\n# public key: {public}\n{made}\n"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return public


def fingerprints() -> dict[str, str]:
    """A short hash of each lasting secret here, by name: tells later whether the same are back.

    Each file holds 32 random bytes, so that its hash tells nothing about it. The keys of sealed
    names are not among them: one that is missing may have been destroyed on purpose.
    """
    found = {}
    for path in sorted(Path(settings.KEYS).glob("*.secret")):
        if path.stem != NAME:
            found[path.name] = sha256(b"lianxin key|" + path.read_bytes()).hexdigest()[:16]
    return found
