"""The vault's private keys. Nobody but `doors.Local`, the vault process and rotation comes here.

`<key id>.<year>-<month>.key` in the folder `settings.VAULT_KEYS`, each 0400: one for the month
after which it is destroyed, and with it everything that was sealed to it, in every backup. A key
without a month is from before there were months.
"""

from __future__ import annotations

import json
import os
import secrets
from datetime import date, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.conf import settings

from lianxin.kernel import clock
from lianxin.vault import keys
from lianxin.vault.keys import KeysUnusable

RETIRED = "retired.json"
FARTHEST = 12 * 40
"""Months: for a later day nobody makes a key."""

_vault = False


def become_the_vault() -> None:
    """Say that this process is the vault, although settings name a socket to one."""
    global _vault
    _vault = True


class PrivateKeys:
    """The folder of the private keys. Cannot be had where a vault process keeps them."""

    def __init__(self) -> None:
        if settings.VAULT_SOCKET and not _vault:
            raise KeysUnusable(
                "The private keys are the vault process's alone (LIANXIN_VAULT_SOCKET is set)."
            )
        self.folder: Path = settings.VAULT_KEYS

    def read(self, key_id: str) -> X25519PrivateKey:
        """The key with this id; read from its file each time, never kept."""
        if not keys.NAME.match(key_id):
            raise KeysUnusable(f"{key_id!r} is not the id of a key.")
        path = next(iter(self.folder.glob(f"{key_id}*.key")), self.folder / f"{key_id}.key")
        return X25519PrivateKey.from_private_bytes(keys.read(path))

    def ids(self) -> set[str]:
        """Ids of all keys here."""
        return {path.name.partition(".")[0] for path in self.folder.glob("[!.]*.key")}

    def prepare(self) -> list[str]:
        """Make the folder and the keys that are needed soon; names of the files made."""
        with keys.locked(self.folder, make=True):
            return [
                name
                for ahead in keys.kept_months()
                for name in self._make(keys.month_of(keys.months_on(clock.today(), ahead)))
            ]

    def public(self, month: str) -> bytes:
        """The public key of a month, made when it is missing. Not in a folder that has no keys."""
        if not keys.MONTH.match(month) or keys.last_of(month) > keys.months_on(
            clock.today(), FARTHEST
        ):
            raise KeysUnusable(f"{month!r} is no month to keep something for.")
        with keys.locked(self.folder):
            # An empty folder is one that is not there yet: new keys in it would hide the old.
            if not self.ids():
                raise KeysUnusable(
                    f"{self.folder} holds no keys. Set LIANXIN_KEYS to the folder of the keys, "
                    "or run `lianxin migrate` to make them."
                )
            self._make(month)
            return keys.read(self.folder / f"{month}.pub")

    def renew(self) -> list[str]:
        """A new key for every month whose public key is that of a retired one; the months."""
        with keys.locked(self.folder):
            retired = self.retired()
            months = sorted(
                path.stem
                for path in self.folder.glob("*.pub")
                if keys.key_id(keys.read(path)) in retired and keys.MONTH.match(path.stem)
            )
            for month in months:
                self._make(month, anew=True)
        return months

    def retire(self, last_day: date) -> set[str]:
        """Mark all keys there are as no longer to be sealed with; kept up to `last_day`."""
        with keys.locked(self.folder):
            retired = self.retired() | dict.fromkeys(self.ids(), last_day)
            self._keep_retired(retired)
        return set(retired)

    def retired(self) -> dict[str, date]:
        """Which keys no longer seal, and until when each is kept for older backups."""
        path = self.folder / RETIRED
        try:
            found = json.loads(path.read_text()) if path.exists() else {}
        except (OSError, ValueError) as error:
            raise KeysUnusable(f"{path} cannot be read: {type(error).__name__}.") from error
        return {key_id: date.fromisoformat(day) for key_id, day in found.items()}

    def remove(self, key_ids: set[str]) -> int:
        """Destroy retired keys; how many files that were."""
        with keys.locked(self.folder):
            gone = [path for key_id in key_ids for path in self.folder.glob(f"{key_id}*.key")]
            for path in gone:
                _destroy(path)
            kept = {k: day for k, day in self.retired().items() if k not in key_ids}
            self._keep_retired(kept)
        return len(gone)

    def over(self) -> dict[str, set[str]]:
        """The months that are over and still have keys here: month, ids."""
        found: dict[str, set[str]] = {}
        for path in self.folder.glob("[!.]*.key"):
            parts = path.name.split(".")
            if len(parts) == 3 and parts[1] < keys.month_of(clock.today()):
                found.setdefault(parts[1], set()).add(parts[0])
        return found

    def destroy(self, month: str) -> int:
        """Destroy all keys of a month: what was sealed to them is unreadable from now on."""
        with keys.locked(self.folder):
            gone = list(self.folder.glob(f"[!.]*.{month}.key"))
            for path in gone:
                _destroy(path)
            (self.folder / f"{month}.pub").unlink(missing_ok=True)
        return len(gone)

    def _make(self, month: str, *, anew: bool = False) -> list[str]:
        """Private first: a public key whose other half is nowhere would seal for nobody."""
        public = self.folder / f"{month}.pub"
        if public.exists() and not anew:
            return []
        key = X25519PrivateKey.generate()
        raw = key.public_key().public_bytes_raw()
        name = f"{keys.key_id(raw)}.{month}.key"
        return [
            keys.create(self.folder / name, key.private_bytes_raw()),
            keys.create(public, raw, mode=0o444),
        ]

    def _keep_retired(self, retired: dict[str, date]) -> None:
        text = json.dumps({key_id: day.isoformat() for key_id, day in sorted(retired.items())})
        keys.create(self.folder / RETIRED, text.encode())


def keep_until(days: int) -> date:
    """The day up to which a key retired today is kept."""
    return clock.today() + timedelta(days=days)


def _destroy(path: Path) -> None:
    # Written over first: on most disks that is the end of it, on some the name alone goes.
    path.chmod(0o600)
    with path.open("r+b") as file:
        file.write(secrets.token_bytes(keys.SIZE))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
