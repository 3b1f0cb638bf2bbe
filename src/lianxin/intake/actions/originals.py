"""What came, as it came: sealed when the person asks for it, opened as the vault opens a name.

Each file has an age key of its own (X25519, ChaCha20-Poly1305 in blocks of 64 KiB); that key is an
entry of the vault, so nothing here can read it back but `vault.actions.reveal`.
"""

from __future__ import annotations

import tempfile
import uuid
from typing import IO

import pyrage
from pyrage import x25519

from lianxin.access import Refused, Viewer
from lianxin.intake import policy
from lianxin.intake.actions import scanning
from lianxin.intake.choices import Scan
from lianxin.intake.models import Attachment
from lianxin.intake.storage import original_path, sealed_path
from lianxin.seals.sealing import unseal_file
from lianxin.vault.actions import reveal, seal

SUBJECT, FIELD = "file", "original"


class Sealing:
    """A fresh key: seals one file, goes into the vault, and is forgotten."""

    def __init__(self) -> None:
        self._key = x25519.Identity.generate()

    def write(self, original: IO[bytes], out: IO[bytes]) -> None:
        """Seal a file, block by block."""
        original.seek(0)
        pyrage.encrypt_io(original, out, [self._key.to_public()])

    def keep_key(self, owner: uuid.UUID) -> None:
        """Seal the key itself, with the vault's public key."""
        seal(owner, fields={FIELD: str(self._key)})


def subject_of(attachment: Attachment) -> str:
    """What the journal and the vault call the original of a file."""
    return f"{SUBJECT}:{attachment.pk}"


def open_original(
    attachment: Attachment, *, by: Viewer, purpose: str, request: int | None = None
) -> IO[bytes]:
    """The original, in a file without a name. That it is opened is on the record before.

    `request`: the request by which a second person has agreed (its id). Refused when a virus is
    found in it or cannot be looked for; else raises what `vault.actions.reveal` raises.
    """
    subject = subject_of(attachment)
    key = reveal(subject, fields=[FIELD], by=by, purpose=purpose, request=request)[FIELD]
    plain = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    with original_path(attachment.uuid).open("rb") as sealed:
        pyrage.decrypt_io(sealed, plain, [x25519.Identity.from_str(key)])
    return _looked_at(plain)


def open_sealed(attachment: Attachment, *, by: Viewer) -> IO[bytes]:
    """A copy that is sealed with its concern's words, opened with the keys the viewer has unlocked.

    Raises Shut when they do not fit, Refused as `open_original` does.
    """
    plain = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    with sealed_path(attachment.uuid).open("rb") as sealed:
        unseal_file(sealed, plain, unlocked=by.unlocked)
    return _looked_at(plain)


def _looked_at(plain: IO[bytes]) -> IO[bytes]:
    """The file, when no virus is found in it: sealed it could not be looked at before."""
    plain.seek(0)
    if scanning.configured():
        try:
            found = scanning.look(plain)
        except scanning.ScannerSilent:
            found = ""
        if found != Scan.CLEAN:
            plain.close()
            raise Refused(policy.of_scan(found))
        plain.seek(0)
    return plain
