"""What a checkpoint says and how it is spelt: the head of the chain at a moment, signed.

Whoever changes the journal can make the chain agree with itself again, but not with a checkpoint
that lies where they cannot reach. The signed text is canonical JSON; a line of a file is the
signature in base64, a space, and that text, so that an outsider needs no program of ours.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lianxin.journal import canonical

KIND, VERSION = "lianxin journal checkpoint", 1
LONGEST = 1_000
LINE = re.compile(r"([A-Za-z0-9+/]{86}==) (\{[ -~]+\})\Z")
HEX = re.compile(r"[0-9a-f]+\Z")


@dataclass(frozen=True)
class Statement:
    """What a checkpoint says: at this moment the entry `seq` had this hash and was the last.

    `database`: the first 32 hex digits of the hash of entry 1, which tells two journals apart.
    """

    seq: int
    hash: str
    at: str
    database: str
    key: str

    def text(self) -> str:
        """The one spelling of it, which is signed."""
        return canonical.dump({**asdict(self), "kind": KIND, "version": VERSION})


@dataclass(frozen=True)
class Signed:
    """A statement under its signature (base64)."""

    statement: Statement
    signature: str

    def line(self) -> str:
        """As it stands in a file; without the end of the line."""
        return f"{self.signature} {self.statement.text()}"

    def is_by(self, keys: Mapping[str, Ed25519PublicKey]) -> bool:
        """Whether one of these keys signed it."""
        key = keys.get(self.statement.key)
        if key is None:
            return False
        try:
            key.verify(base64.b64decode(self.signature), self.statement.text().encode())
        except InvalidSignature:
            return False
        return True


def sign(statement: Statement, key: Ed25519PrivateKey) -> Signed:
    """Put the key's name to it."""
    return Signed(statement, base64.b64encode(key.sign(statement.text().encode())).decode())


def read(line: str) -> Signed | None:
    """A line of a file; None when it is no checkpoint, in this very spelling."""
    found = LINE.match(line) if len(line) < LONGEST else None
    if found is None:
        return None
    try:
        values = json.loads(found[2])
        statement = Statement(**{name: values[name] for name in Statement.__dataclass_fields__})
    except (ValueError, KeyError, RecursionError):
        return None
    texts = (statement.hash, statement.database, statement.key)
    if not all(isinstance(text, str) and HEX.match(text) for text in texts):
        return None
    if type(statement.seq) is not int or not isinstance(statement.at, str):
        return None
    return Signed(statement, found[1]) if statement.text() == found[2] else None
