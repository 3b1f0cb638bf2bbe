"""SQLite as the embedded default: which library, and which durable settings go with it.

`install()` runs before Django's SQLite back end is imported. The library of Debian 12 (3.40.1) has
the WAL-reset bug mended in 3.51.3, under which a committed write can be lost; `pysqlite3` brings a
newer one. Where only an older library is found, the journal falls back to DELETE with
synchronous=EXTRA: slower, and safe.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec

WAL_IS_SOUND_FROM = (3, 51, 3)
FULL, EXTRA = 2, 3
"""PRAGMA synchronous, as the library reports it back."""


def install() -> None:
    """Let every later `import sqlite3` be pysqlite3, where that is installed."""
    if find_spec("pysqlite3") is None or "pysqlite3" in sys.modules:
        return
    module = import_module("pysqlite3")
    sys.modules["sqlite3"] = module
    sys.modules["sqlite3.dbapi2"] = import_module("pysqlite3.dbapi2")


def library_version() -> tuple[int, ...]:
    """The version of the SQLite library in use, e.g. (3, 53, 4)."""
    import sqlite3

    return tuple(sqlite3.sqlite_version_info)


def expected_pragmas() -> dict[str, str | int]:
    """The settings every connection must have, as PRAGMA reports them back."""
    sound = library_version() >= WAL_IS_SOUND_FROM
    return {
        "journal_mode": "wal" if sound else "delete",
        "synchronous": FULL if sound else EXTRA,
        "foreign_keys": 1,
        "secure_delete": 1,
        "trusted_schema": 0,
        "mmap_size": 0,
    }


def options() -> dict[str, object]:
    """`DATABASES["default"]["OPTIONS"]` for SQLite."""
    return {
        # Take the write lock at BEGIN: a transaction that reads first and writes later would
        # otherwise fail at once with "database is locked" instead of waiting its turn.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "".join(f"PRAGMA {k}={v};" for k, v in expected_pragmas().items()),
    }
