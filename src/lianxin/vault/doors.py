"""The vault as the rest of the product sees it: two jobs and a public key.

`Remote` talks to the vault process and knows no private key; `Local` is the vault in this process.
The setting decides, and nothing else: with a socket `Local` cannot read a key.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Protocol

from django.conf import settings

from lianxin.vault import wire
from lianxin.vault.keys import KeysUnusable

PATIENCE = 25.0
"""Seconds a page waits for an answer: the relay's carriers have ten each."""
LITTLE = 2.0
"""Seconds it waits for a public key: somebody may be filing a report."""


class Away(Exception):  # noqa: N818 - reads as what happened
    """The vault process does not answer."""


class Why(StrEnum):
    """Why the vault did not open something."""

    NO_RECORD = "no_record"
    STALE = "stale"
    USED = "used"
    NOT_YOURS = "not_yours"
    NOT_GRANTED = "not_granted"
    TOO_MANY = "too_many"
    NOT_SEALED = "not_sealed"
    DAMAGED = "damaged"


class NotOpened(Exception):  # noqa: N818 - reads as what happened
    """The vault refused; `why` says so without a word of what is sealed."""

    def __init__(self, why: Why) -> None:
        super().__init__(str(why))
        self.why = why


class Vault(Protocol):
    """What may be asked of a vault."""

    def show(self, record: int) -> dict[str, str]:
        """The fields a committed record allows to open. Raises NotOpened, KeysUnusable, Away."""

    def send(self, record: int, line: str) -> str:
        """Send the letter of a record; the failure, or nothing. Raises as `show`."""

    def notify(self, record: int) -> str:
        """Send the notice of a record; the failure, or nothing. Raises as `show`."""

    def compare(self, record: int, said: Mapping[str, str]) -> bool:
        """Whether what is said agrees with what is sealed. Raises as `show`."""

    def public(self, month: str) -> bytes:
        """The public key that seals what goes after this month. Raises KeysUnusable, Away."""


class Local:
    """The vault in this process: embedded mode, and inside the vault process."""

    def show(self, record: int) -> dict[str, str]:
        from lianxin.vault import opening

        return opening.show(record)

    def send(self, record: int, line: str) -> str:
        from lianxin.vault import opening

        return opening.send(record, line)

    def notify(self, record: int) -> str:
        from lianxin.vault import opening

        return opening.notify(record)

    def compare(self, record: int, said: Mapping[str, str]) -> bool:
        from lianxin.vault import opening

        return opening.compare(record, said)

    def public(self, month: str) -> bytes:
        from lianxin.vault.private import PrivateKeys

        return PrivateKeys().public(month)


class Remote:
    """The vault process, over its socket."""

    def __init__(self, path: str) -> None:
        self.path = path

    def show(self, record: int) -> dict[str, str]:
        found = self._ask({"job": "show", "record": record})["fields"]
        return {str(field): str(text) for field, text in found.items()}

    def send(self, record: int, line: str) -> str:
        return str(self._ask({"job": "send", "record": record, "line": line})["failure"])

    def notify(self, record: int) -> str:
        return str(self._ask({"job": "notify", "record": record})["failure"])

    def compare(self, record: int, said: Mapping[str, str]) -> bool:
        return bool(self._ask({"job": "compare", "record": record, "said": dict(said)})["agree"])

    def public(self, month: str) -> bytes:
        return bytes.fromhex(self._ask({"job": "public", "month": month}, LITTLE)["key"])

    def _ask(self, question: dict[str, Any], patience: float = PATIENCE) -> dict[str, Any]:
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(patience)
                connection.connect(self.path)
                wire.send(connection, question)
                answer = wire.receive(connection)
        except (OSError, wire.Garbled) as error:
            raise Away(f"The vault process does not answer ({type(error).__name__}).") from error
        if why := answer.get("refused"):
            raise NotOpened(Why(why))
        if "error" in answer:
            raise KeysUnusable(str(answer["error"]))
        return answer


def door() -> Vault:
    """The vault of this installation."""
    return Remote(settings.VAULT_SOCKET) if settings.VAULT_SOCKET else Local()
