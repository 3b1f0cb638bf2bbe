"""The archive as a file: a mark, an age stream, and a signature over every byte before it.

`HEADER` + age ciphertext of a tar + signer's public key (32) + Ed25519 signature (64) + `FOOTER`.
Whoever has no key can tell whether a byte was changed; whoever has the key file can also open it
with the `age` program (docs/backup.md says how).
"""

from __future__ import annotations

import os
import tarfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO

import pyrage
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

HEADER = b"lianxin backup 1\n"
FOOTER = b"\nend of archive\n"
TAIL = 32 + 64 + len(FOOTER)
DOMAIN = b"lianxin.backup.v1|"
PIECE = 1 << 20

Progress = Callable[[int, int], None]
"""Called with how much is done and how much there is."""
Bars = Callable[[str], AbstractContextManager[Progress]]
"""Begins a stage of the work under a label; what it gives is told of the progress."""


class Unfit(Exception):  # noqa: N818 - reads as what was found
    """The archive is not what it should be; the message says in a sentence what is wrong."""


class CannotOpen(Exception):  # noqa: N818 - reads as what happened
    """The archive may be sound, but this key does not open it."""


@dataclass(frozen=True)
class Checked:
    """A whole archive: who signed it (64 hex digits), digest of its content, size in bytes."""

    signer: str
    digest: str
    size: int


class _Hashed:
    """Writes to a file, hashes what it writes, and keeps an error that the cipher would hide."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.hash = sha256()
        self.error: OSError | None = None

    def write(self, content: bytes) -> int:
        self.hash.update(content)
        try:
            return self.file.write(content)
        except OSError as error:
            self.error = error
            raise

    def flush(self) -> None:
        self.file.flush()


def signer_of(key: Ed25519PrivateKey) -> str:
    """The public half of a signing key, as people compare it."""
    return key.public_key().public_bytes_raw().hex()


@contextmanager
def written(
    file: IO[bytes], *, recipients: Sequence[str], key: Ed25519PrivateKey
) -> Iterator[tarfile.TarFile]:
    """A tar to fill; what is added is sealed and written at once, and signed at the end.

    Raises the OSError of the file (a full disk), whatever the block raises, and Unfit for a
    recipient that is none.
    """
    known = [recipient(text) for text in recipients]
    out = _Hashed(file)
    out.write(HEADER)
    reading, writing = os.pipe()
    failed: list[BaseException] = []

    def seal() -> None:
        try:
            with os.fdopen(reading, "rb", PIECE) as plain:
                pyrage.encrypt_io(plain, out, known)
        except BaseException as error:
            failed.append(out.error or error)

    thread = threading.Thread(target=seal)
    thread.start()
    try:
        with os.fdopen(writing, "wb", PIECE) as pipe, tarfile.open(fileobj=pipe, mode="w|") as tar:
            yield tar
    except BrokenPipeError:
        thread.join()
        if not failed:
            raise
    finally:
        thread.join()
    if failed:
        raise failed[0]
    signature = key.sign(DOMAIN + out.hash.digest())
    file.write(key.public_key().public_bytes_raw() + signature + FOOTER)


def recipient(text: str) -> pyrage.x25519.Recipient:
    """An `age1…` recipient, or Unfit."""
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError as error:
        raise Unfit(
            f"{text!r} in LIANXIN_BACKUP_RECIPIENT is no recipient: it begins with age1. "
            "`lianxin backup key FILE` makes one."
        ) from error


def check(path: Path, progress: Progress | None = None) -> Checked:
    """Read every byte and hold it against the signature; Unfit when anything differs."""
    size = path.stat().st_size
    end = size - TAIL
    digest = sha256()
    with path.open("rb") as file:
        if file.read(len(HEADER)) != HEADER:
            raise Unfit(f"{path} is not a backup of Lianxin, or its beginning is damaged.")
        if end < len(HEADER):
            raise Unfit(f"{path} is cut off.")
        digest.update(HEADER)
        done = len(HEADER)
        while done < end:
            piece = file.read(min(PIECE, end - done))
            if not piece:
                raise Unfit(f"{path} became shorter while it was read.")
            digest.update(piece)
            done += len(piece)
            if progress:
                progress(done, end)
        tail = file.read(TAIL)
    public, signature = tail[:32], tail[32:96]
    if tail[96:] != FOOTER:
        raise Unfit(f"{path} is cut off, or its end is damaged.")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, DOMAIN + digest.digest())
    except (InvalidSignature, ValueError) as error:
        raise Unfit(
            f"{path} is damaged or was changed: its content does not agree with its signature."
        ) from error
    return Checked(public.hex(), digest.hexdigest(), size)


def identity(path: Path) -> list[pyrage.x25519.Identity]:
    """The keys in an age identity file; CannotOpen when there is none."""
    try:
        lines = path.read_text("utf-8").splitlines()
        found = [
            pyrage.x25519.Identity.from_str(line.strip())
            for line in lines
            if line.strip() and not line.startswith("#")
        ]
    except (UnicodeDecodeError, pyrage.IdentityError) as error:
        raise CannotOpen(f"{path} is no key file: AGE-SECRET-KEY-1… is expected.") from error
    if not found:
        raise CannotOpen(f"{path} holds no key.")
    return found


class _Inside:
    """The sealed part of an archive as a file to read."""

    def __init__(self, file: IO[bytes], left: int) -> None:
        self.file = file
        self.left = left

    def read(self, size: int = -1) -> bytes:
        piece = self.file.read(self.left if size < 0 else min(size, self.left))
        self.left -= len(piece)
        return piece


@contextmanager
def opened(
    path: Path, identities: Sequence[pyrage.x25519.Identity]
) -> Iterator[Iterator[tuple[tarfile.TarInfo, IO[bytes]]]]:
    """The members of an archive in turn, each to be read before the next one is asked for.

    Raises CannotOpen for the wrong key and Unfit for a stream that breaks off or was changed.
    """
    reading, writing = os.pipe()
    failed: list[Exception] = []

    def unseal() -> None:
        try:
            with path.open("rb") as file, os.fdopen(writing, "wb", PIECE) as plain:
                file.seek(len(HEADER))
                inside = _Inside(file, path.stat().st_size - len(HEADER) - TAIL)
                pyrage.decrypt_io(inside, plain, list(identities))
        except Exception as error:
            failed.append(error)

    thread = threading.Thread(target=unseal)
    thread.start()
    try:
        with os.fdopen(reading, "rb", PIECE) as plain:
            try:
                with tarfile.open(fileobj=plain, mode="r|") as tar:
                    yield _members(tar)
                while plain.read(PIECE):
                    pass
            except (tarfile.TarError, EOFError) as error:
                with suppress(OSError):
                    while plain.read(PIECE):
                        pass
                raise _broken(path, failed, thread) or Unfit(f"{path}: {error}.") from error
    finally:
        thread.join()
    if failed:
        raise _broken(path, failed, thread) or failed[0]


def _members(tar: tarfile.TarFile) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    for member in tar:
        content = tar.extractfile(member) if member.isreg() else None
        if content is None:
            raise Unfit(f"{member.name} in the archive is no plain file.")
        yield member, content


def _broken(
    path: Path, failed: list[Exception], thread: threading.Thread
) -> Unfit | CannotOpen | None:
    thread.join()
    if not failed:
        return None
    if isinstance(failed[0], pyrage.DecryptError) and "matching keys" in str(failed[0]):
        return CannotOpen(
            "This key does not open the archive: it was sealed to another one. Take the key file "
            "whose recipient stood in LIANXIN_BACKUP_RECIPIENT when the backup was made."
        )
    return Unfit(f"{path} cannot be opened to its end: {failed[0]}.")
