"""The key files every process may read, in the folder `settings.KEYS`, each 0400.

`<year>-<month>.pub` is the public key that seals what goes when that month is over, `<name>.secret`
32 random bytes for keyed hashes. None of them belongs into the backup of the data. The private keys
are `private.PrivateKeys`' alone.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import time
from calendar import monthrange
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from django.conf import settings

from lianxin.kernel import clock

SECRETS = ("receipt", "pepper", "backup", "second_factor", "thread")
SIZE = 32
NAME = re.compile(r"[a-z0-9_]{1,40}\Z")
MONTH = re.compile(r"2\d{3}-(0[1-9]|1[0-2])\Z")
GOOD_FOR = 43_200
"""Seconds after which a copy of the vault's public key is asked for again, should no worker run: a
rotation destroys what it belongs to after a day at the earliest."""
AHEAD = 3
"""Months for which keys are made before they are needed: filing never waits for one."""


class KeysUnusable(Exception):  # noqa: N818 - reads as what happened
    """A key file is missing, unreadable or damaged; the message says which and what to do."""


def ensure() -> list[str]:
    """Make the key folder and what is missing in it; names of the files made.

    Never replaces a file. The private keys are made too, unless a vault process keeps them.
    """
    folder = _folder()
    with locked(folder, make=True):
        made = [
            create(folder / f"{name}.secret", secrets.token_bytes(SIZE))
            for name in SECRETS
            if not (folder / f"{name}.secret").exists()
        ]
    if not settings.VAULT_SOCKET:
        from lianxin.vault.private import PrivateKeys

        made += PrivateKeys().prepare()
    return made


def sealing_key(last_day: date) -> tuple[str, X25519PublicKey, date]:
    """What seals an entry that goes after a day: id, key, and the last day the key allows.

    The month's own key; should nobody be there to make it, the key of the nearest month before:
    a report is never refused for want of a key.
    """
    folder = _folder()
    path = folder / f"{month_of(last_day)}.pub"
    try:
        found = path.stat()
    except FileNotFoundError:
        path = _fetched(folder, path)
        found = path.stat()
    if settings.VAULT_SOCKET and time.time() - found.st_mtime > GOOD_FOR:
        _renewed(path)
        found = path.stat()
    key_id, key = _public(path, found.st_mtime_ns, found.st_ino)
    return key_id, key, min(last_day, last_of(path.stem))


def refresh() -> int:
    """Bring the public keys here up to those of the vault; how many changed. Away: raises."""
    from lianxin.vault.doors import door

    folder, changed = _folder(), 0
    wanted = {path.stem for path in folder.glob("*.pub") if MONTH.match(path.stem)}
    wanted |= {month_of(months_on(clock.today(), ahead)) for ahead in kept_months()}
    for month in sorted(wanted):
        path = folder / f"{month}.pub"
        if month < month_of(clock.today()):
            path.unlink(missing_ok=True)
            continue
        raw = door().public(month)
        changed += not path.exists() or read(path) != raw
        create(path, raw)  # the same again, too: it is good for another half day
    return changed


def secret(name: str) -> bytes:
    """The 32 secret bytes of this name (one of `SECRETS`), for keyed hashes."""
    if name not in SECRETS:
        raise KeysUnusable(f"There is no secret called {name!r}.")
    return _secret(_folder(), name)


def kept_months() -> range:
    """In how many months what is sealed now, or soon, will go."""
    return range(settings.CONTACT_MONTHS, settings.CONTACT_MONTHS + AHEAD)


def month_of(day: date) -> str:
    """Like `2029-11`."""
    return f"{day:%Y-%m}"


def months_on(day: date, months: int) -> date:
    """The last day of the month that lies so many months after that of `day`."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, monthrange(year, month + 1)[1])


def last_of(month: str) -> date:
    """The last day of `2029-11`."""
    return months_on(date.fromisoformat(f"{month}-01"), 0)


def key_id(public: bytes) -> str:
    """How rows name a key: 16 hex digits of its SHA-256."""
    return sha256(public).hexdigest()[:16]


@contextmanager
def locked(folder: Path, *, make: bool = False) -> Iterator[None]:
    """One process at a time in a key folder; what was put there is on the disk afterwards."""
    # Several processes may start together in a new folder; they must agree on one key.
    try:
        if make:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise unusable(folder, error) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
        os.fsync(handle)
    except OSError as error:
        raise unusable(folder, error) from error
    finally:
        os.close(handle)


def create(path: Path, content: bytes, mode: int = 0o400) -> str:
    """Put a whole, durable file in place, over one that may be there; its name."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
    return path.name


def read(path: Path) -> bytes:
    """The 32 bytes of a key file."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise unusable(path, error) from error
    if len(content) != SIZE:
        raise KeysUnusable(f"{path} is damaged: {len(content)} bytes instead of {SIZE}.")
    return content


def unusable(path: Path, error: OSError) -> KeysUnusable:
    """What is wrong with a file, and what to do."""
    return KeysUnusable(
        f"{path} cannot be used ({error.strerror}). Set LIANXIN_KEYS to the folder of the keys, "
        "or run `lianxin migrate` to make them."
    )


def _folder() -> Path:
    folder: Path = settings.KEYS
    return folder


def _fetched(folder: Path, path: Path) -> Path:
    from lianxin.vault.doors import Away, door

    try:
        raw = door().public(path.stem)
        if not path.exists():  # where the vault is in this process it has just put it there
            create(path, raw)
    except OSError as error:
        raise unusable(path, error) from error
    except (Away, KeysUnusable) as error:
        before = [
            other
            for other in sorted(folder.glob("*.pub"))
            if MONTH.match(other.stem) and month_of(clock.today()) <= other.stem < path.stem
        ]
        if not before:
            raise KeysUnusable(str(error)) from error
        return before[-1]
    return path


def _renewed(path: Path) -> None:
    from lianxin.vault.doors import Away, door

    try:
        create(path, door().public(path.stem))
    except (Away, KeysUnusable):
        # A report is not refused: the copy serves, and the next report asks again in a minute.
        os.utime(path, (time.time(), time.time() - GOOD_FOR + 60))


@lru_cache(maxsize=64)
def _public(path: Path, _written: int, _inode: int) -> tuple[str, X25519PublicKey]:
    raw = read(path)
    return key_id(raw), X25519PublicKey.from_public_bytes(raw)


@lru_cache(maxsize=32)
def _secret(folder: Path, name: str) -> bytes:
    return read(folder / f"{name}.secret")
