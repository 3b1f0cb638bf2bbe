"""The vault's key files, in the folder `settings.KEYS`, each 0400.

`<key id>.key` is a private key, `current.pub` the public key that seals now, `<name>.secret` 32
random bytes for keyed hashes. None of them belongs into the backup of the data.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from django.conf import settings

SECRETS = ("receipt", "pepper")
SIZE = 32
PUBLIC = "current.pub"
NAME = re.compile(r"[a-z0-9_]{1,40}\Z")


class KeysUnusable(Exception):  # noqa: N818 - reads as what happened
    """A key file is missing, unreadable or damaged; the message says which and what to do."""


def ensure() -> list[str]:
    """Make the key folder and what is missing in it; names of the files made.

    Never replaces a file. A lost public key is made again from the one private key; with several
    of them it is not known which one is current: KeysUnusable.
    """
    folder = _folder()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _locked(folder):
            return _make_missing(folder)
    except OSError as error:
        raise _unusable(folder, error) from error


def public_key() -> tuple[str, X25519PublicKey]:
    """Id and key that new entries are sealed with."""
    return _public(_folder())


def private_key(key_id: str) -> X25519PrivateKey:
    """The key with this id; read from its file each time, never kept."""
    if not NAME.match(key_id):
        raise KeysUnusable(f"{key_id!r} is not the id of a key.")
    return X25519PrivateKey.from_private_bytes(_read(_folder() / f"{key_id}.key"))


def secret(name: str) -> bytes:
    """The 32 secret bytes of this name (one of `SECRETS`), for keyed hashes."""
    if name not in SECRETS:
        raise KeysUnusable(f"There is no secret called {name!r}.")
    return _secret(_folder(), name)


def _folder() -> Path:
    folder: Path = settings.KEYS
    return folder


@lru_cache(maxsize=8)
def _public(folder: Path) -> tuple[str, X25519PublicKey]:
    raw = _read(folder / PUBLIC)
    return _key_id(raw), X25519PublicKey.from_public_bytes(raw)


@lru_cache(maxsize=32)
def _secret(folder: Path, name: str) -> bytes:
    return _read(folder / f"{name}.secret")


def _key_id(public: bytes) -> str:
    return sha256(public).hexdigest()[:16]


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    # Several processes may start together in a new folder; they must agree on one key.
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
        os.fsync(handle)
    finally:
        os.close(handle)


def _make_missing(folder: Path) -> list[str]:
    made = []
    if not (folder / PUBLIC).exists():
        own = sorted(folder.glob("*.key"))
        if len(own) > 1:
            raise KeysUnusable(f"{folder} holds several private keys but no {PUBLIC}: restore it.")
        if own:
            private = X25519PrivateKey.from_private_bytes(_read(own[0]))
        else:
            private = X25519PrivateKey.generate()
        public = private.public_key().public_bytes_raw()
        if not own:
            made.append(_create(folder / f"{_key_id(public)}.key", private.private_bytes_raw()))
        made.append(_create(folder / PUBLIC, public))
    for name in SECRETS:
        if not (folder / f"{name}.secret").exists():
            made.append(_create(folder / f"{name}.secret", secrets.token_bytes(SIZE)))
    return made


def _create(path: Path, content: bytes) -> str:
    """Put a whole, durable file in place; its name."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
    return path.name


def _read(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _unusable(path, error) from error
    if len(content) != SIZE:
        raise KeysUnusable(f"{path} is damaged: {len(content)} bytes instead of {SIZE}.")
    return content


def _unusable(path: Path, error: OSError) -> KeysUnusable:
    return KeysUnusable(
        f"{path} cannot be used ({error.strerror}). Set LIANXIN_KEYS to the folder of the keys, "
        "or run `lianxin migrate` to make them."
    )
