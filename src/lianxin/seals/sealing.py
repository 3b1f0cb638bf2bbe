"""Sealing words and files to the holders of a key: age (X25519, ChaCha20-Poly1305).

What is sealed can be opened with any of the keys it was sealed to, also by the `age` command with
the key from the paper: nobody depends on this program to read what it keeps.
"""

from __future__ import annotations

import hmac
import json
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from typing import IO, Any
from uuid import UUID

import pyrage
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from pyrage import x25519

from lianxin.vault import keys

STEP = 256
"""Bytes: what is sealed tells its length only in such steps."""
NONCE, SALT, KEY_SIZE = 12, 16, 32
Blob = bytes | memoryview
"""A column of bytes, as either engine gives it."""
HERE = b"here1"
"""How something begins that is sealed with a key of this machine instead of a receiver's."""
ROUNDS, MEMORY, LANES = 3, 65_536, 1
"""Argon2id over a pass-phrase, 64 MiB (in KiB): RFC 9106, section 4."""


class Shut(Exception):  # noqa: N818 - reads as what happened
    """None of the keys at hand opens it, or it was put in another place."""


def label(kind: str, owner: UUID) -> str:
    """Where something sealed belongs: it opens nowhere else."""
    return f"{kind}:{owner}"


def new_key() -> tuple[str, str]:
    """A fresh key pair: private, public."""
    made = x25519.Identity.generate()
    return str(made), str(made.to_public())


def public_of(private: str) -> str | None:
    """The public half of a private key as somebody typed it; None when it is no key."""
    try:
        return str(x25519.Identity.from_str("".join(private.split()).upper()).to_public())
    except pyrage.IdentityError:
        return None


def seal(values: Mapping[str, Any], *, label: str, to: Sequence[str]) -> bytes:
    """Seal values to public keys. ``label`` names the place where the result belongs."""
    return bytes(pyrage.encrypt(_frame(values, label), _recipients(to)))


def unseal(sealed: Blob, *, label: str, unlocked: Sequence[str]) -> dict[str, Any]:
    """The values, or Shut."""
    if not unlocked:
        raise Shut(label)
    try:
        return _unframe(pyrage.decrypt(bytes(sealed), _identities(unlocked)), label)
    except pyrage.DecryptError as error:
        raise Shut(label) from error


def seal_file(content: IO[bytes], out: IO[bytes], *, to: Sequence[str]) -> None:
    """Seal a file, block by block."""
    pyrage.encrypt_io(content, out, _recipients(to))


def unseal_file(sealed: IO[bytes], out: IO[bytes], *, unlocked: Sequence[str]) -> None:
    """Write what was sealed, or raise Shut."""
    try:
        pyrage.decrypt_io(sealed, out, _identities(unlocked))
    except (pyrage.DecryptError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # A full disk is not a damaged file.
        raise Shut("file") from error


def seal_here(values: Mapping[str, Any], *, label: str) -> bytes:
    """Seal with a key of this machine's key folder: a thief of the database reads nothing."""
    nonce = secrets.token_bytes(NONCE)
    cipher = ChaCha20Poly1305(keys.secret("thread"))
    return HERE + nonce + cipher.encrypt(nonce, _frame(values, label), label.encode())


def unseal_here(sealed: Blob, *, label: str) -> dict[str, Any]:
    """The values of `seal_here`, or Shut."""
    nonce, rest = sealed[len(HERE) : len(HERE) + NONCE], sealed[len(HERE) + NONCE :]
    try:
        cipher = ChaCha20Poly1305(keys.secret("thread"))
        return _unframe(cipher.decrypt(bytes(nonce), bytes(rest), label.encode()), label)
    except InvalidTag as error:
        raise Shut(label) from error


def is_here(sealed: Blob) -> bool:
    """Whether a key of this machine opens it."""
    return bytes(sealed[: len(HERE)]) == HERE


def wrap(private: str, *, share: UUID, phrase: str) -> tuple[bytes, bytes]:
    """A private key wrapped in what somebody knows: salt, wrapped."""
    salt, nonce = secrets.token_bytes(SALT), secrets.token_bytes(NONCE)
    cipher = _cipher(phrase, salt)
    return salt, nonce + cipher.encrypt(nonce, private.encode(), share.bytes)


def unwrap(wrapped: Blob, *, salt: Blob, share: UUID, phrase: str) -> str:
    """The private key, or Shut."""
    try:
        cipher = _cipher(phrase, bytes(salt))
        return cipher.decrypt(bytes(wrapped[:NONCE]), bytes(wrapped[NONCE:]), share.bytes).decode()
    except InvalidTag as error:
        raise Shut("share") from error


def _cipher(phrase: str, salt: bytes) -> ChaCha20Poly1305:
    # With the pepper, which no copy of the database holds, a short phrase cannot be tried either.
    typed = unicodedata.normalize("NFKC", phrase).strip().encode()
    peppered = hmac.digest(keys.secret("pepper"), b"share" + typed, "sha256")
    key = hash_secret_raw(peppered, salt, ROUNDS, MEMORY, LANES, KEY_SIZE, Type.ID)
    return ChaCha20Poly1305(key)


def _frame(values: Mapping[str, Any], label: str) -> bytes:
    told = json.dumps({"label": label, "values": values}, ensure_ascii=False).encode()
    return told + b" " * (-len(told) % STEP)


def _unframe(told: bytes, label: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(told)
    if found["label"] != label:
        raise Shut(label)
    values: dict[str, Any] = found["values"]
    return values


def _recipients(public: Sequence[str]) -> list[x25519.Recipient]:
    return [x25519.Recipient.from_str(key) for key in public]


def _identities(private: Sequence[str]) -> list[x25519.Identity]:
    return [x25519.Identity.from_str(key) for key in private]
