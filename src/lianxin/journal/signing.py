"""The key that signs checkpoints of the journal, in the folder `settings.KEYS`.

`journal.signing` is the private key (Ed25519, 32 bytes, 0400); only what writes checkpoints needs
it. `journal-<key id>.pub` is a public key. Each of them is believed, so that checkpoints outlive
their key: to take a new one, move `journal.signing` away and run `lianxin migrate`.
"""

from __future__ import annotations

import os
import secrets
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

PRIVATE = "journal.signing"
SIZE = 32


class SigningKeyUnusable(Exception):  # noqa: N818 - reads as what happened
    """The key cannot be read or made; the message says which file and what to do."""


def ensure() -> None:
    """Make the key where there is none, and its public half. Replaces no file."""
    folder: Path = settings.KEYS
    path = folder / PRIVATE
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _create(path, Ed25519PrivateKey.generate().private_bytes_raw())
        public = private_key().public_key()
        _create(folder / f"journal-{key_id(public)}.pub", public.public_bytes_raw())
    except OSError as error:
        raise _unusable(path, error) from error


def private_key() -> Ed25519PrivateKey:
    """The key that signs now; read from its file each time, never kept."""
    return Ed25519PrivateKey.from_private_bytes(_read(settings.KEYS / PRIVATE))


def public_keys() -> dict[str, Ed25519PublicKey]:
    """Every public key that is believed, by its id."""
    found = sorted(settings.KEYS.glob("journal-*.pub"))
    keys = [Ed25519PublicKey.from_public_bytes(_read(path)) for path in found]
    return {key_id(key): key for key in keys}


def key_id(key: Ed25519PublicKey) -> str:
    """What a checkpoint calls the key: the first 16 hex digits of the SHA-256 of its bytes."""
    return sha256(key.public_bytes_raw()).hexdigest()[:16]


def pem(key: Ed25519PublicKey) -> str:
    """The public key as other programs read it."""
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


def _create(path: Path, content: bytes) -> None:
    """Put a whole, durable file in place; the first of several processes wins."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _read(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _unusable(path, error) from error
    if len(content) != SIZE:
        raise SigningKeyUnusable(
            f"{path} is damaged: {len(content)} bytes instead of {SIZE}. Restore it."
        )
    return content


def _unusable(path: Path, error: OSError) -> SigningKeyUnusable:
    return SigningKeyUnusable(
        f"{path} cannot be used ({error.strerror}). Set LIANXIN_KEYS to the folder of the keys, "
        "or run `lianxin migrate` to make it."
    )
