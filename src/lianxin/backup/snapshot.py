"""One moment of the database as a file, while others go on writing; and what that moment held."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection

from lianxin import __version__
from lianxin.backup import keys
from lianxin.backup.archive import PIECE, Bars, Progress, Unfit
from lianxin.kernel import clock

FORMAT = 1
NAMES = {"sqlite": "database.sqlite3.gz", "postgresql": "database.pgdump"}
SHOWN = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
PAGES = 4_000
"""Pages of SQLite copied between two words about progress."""
HEAD = "SELECT seq, hash FROM journal_entry ORDER BY seq DESC LIMIT 1"
MIGRATIONS = "SELECT app, name FROM django_migrations ORDER BY app, name"
TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%'"
    " ESCAPE '~' ORDER BY name",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
}


class CannotRun(Exception):  # noqa: N818 - reads as what happened
    """A program of the machine is missing or failed; the message says which and how."""


@dataclass(frozen=True)
class Facts:
    """What an archive says of itself: versions, and what the database held at its moment."""

    engine: str
    server: str
    head: tuple[int, str]
    counts: dict[str, int]
    migrations: list[tuple[str, str]]
    program: str = __version__
    format: int = FORMAT
    made_at: str = field(default_factory=lambda: clock.now().isoformat(timespec="seconds"))
    keys: dict[str, str] = field(default_factory=keys.fingerprints)

    def as_json(self) -> dict[str, Any]:
        """As it is written into the archive."""
        return asdict(self)

    @classmethod
    def of_json(cls, found: dict[str, Any]) -> Facts:
        """As it was written; Unfit for a format this program does not know."""
        if found.get("format") != FORMAT:
            raise Unfit(
                f"This archive has format {found.get('format')}, this program knows {FORMAT}. "
                "Take the version of Lianxin that made it, or a newer one."
            )
        pairs = [(app, name) for app, name in found.pop("migrations")]
        seq, digest = found.pop("head")
        return cls(migrations=pairs, head=(seq, digest), **found)


def take(folder: Path, bars: Bars) -> tuple[Facts, Path]:
    """Write one consistent moment of the database into `folder`; its facts, and the file.

    Raises CannotRun without the machine's pg_dump, and the engine's own errors.
    """
    with bars("Reading the database") as progress:
        if connection.vendor == "sqlite":
            return _sqlite(folder, progress)
        return _postgresql(folder, progress)


def facts(cursor: Any, *, engine: str, server: str) -> Facts:
    """The facts that a cursor sees; it must look at one moment."""
    cursor.execute(HEAD)
    seq, digest = cursor.fetchone() or (0, "")
    cursor.execute(MIGRATIONS)
    migrations = [(app, name) for app, name in cursor.fetchall()]
    return Facts(engine, server, (seq, digest), counts(cursor, engine), migrations)


def counts(cursor: Any, engine: str) -> dict[str, int]:
    """Rows of every table."""
    cursor.execute(TABLES[engine])
    found = {}
    for (table,) in cursor.fetchall():
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        found[table] = int(cursor.fetchone()[0])
    return found


def _sqlite(folder: Path, progress: Progress) -> tuple[Facts, Path]:
    import sqlite3

    from django.conf import settings

    plain, packed = folder / "database.sqlite3", folder / NAMES["sqlite"]
    source = sqlite3.connect(str(settings.DATABASES["default"]["NAME"]), timeout=60)
    target = sqlite3.connect(plain)
    try:
        source.execute("PRAGMA query_only=1")
        # A transaction of our own: else the copy begins anew whenever somebody writes.
        source.isolation_level = None
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        target.execute("PRAGMA synchronous=OFF")
        size = source.execute("PRAGMA page_size").fetchone()[0]

        def report(_status: int, left: int, total: int) -> None:
            progress((total - left) * size, 2 * total * size)

        source.backup(target, pages=PAGES, progress=report, sleep=0)
        # The copy is one file for itself, not the half of a pair with a log.
        target.execute("PRAGMA journal_mode=DELETE")
        found = facts(target.cursor(), engine="sqlite", server=sqlite3.sqlite_version)
    finally:
        source.close()
        target.close()
    total = plain.stat().st_size
    with plain.open("rb") as raw, gzip.open(packed, "wb", compresslevel=1) as small:
        while piece := raw.read(PIECE):
            small.write(piece)
            progress(total + raw.tell(), 2 * total)
    plain.unlink()
    return found, packed


def _postgresql(folder: Path, progress: Progress) -> tuple[Facts, Path]:
    dump = folder / NAMES["postgresql"]
    program = binary("pg_dump")
    # A connection of its own, whose transaction outlives whatever Django's does meanwhile.
    own = connection.get_new_connection(connection.get_connection_params())
    try:
        own.autocommit = True
        own.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor = own.cursor()
        cursor.execute("SELECT pg_export_snapshot(), current_setting('server_version')")
        moment, server = cursor.fetchone()
        found = facts(cursor, engine="postgresql", server=server)
        cursor.execute("SELECT pg_database_size(current_database()) / 6")
        guess = int(cursor.fetchone()[0])
        words = ["--format=custom", "--compress=1", "--no-owner", "--no-privileges"]
        words += ["--schema=public", f"--snapshot={moment}", f"--file={dump}"]
        process = subprocess.Popen(
            [program, *words], env=surroundings(), stderr=subprocess.PIPE, text=True
        )
        while process.poll() is None:
            done = dump.stat().st_size if dump.exists() else 0
            progress(done, max(guess, done))
            time.sleep(0.2)
        assert process.stderr
        said = process.stderr.read().strip()
        if process.returncode:
            raise CannotRun(f"{program} failed: {said or process.returncode}")
    finally:
        own.close()
    return found, dump


def binary(name: str) -> str:
    """Where a program of PostgreSQL lies; CannotRun when there is none."""
    places = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3])
    )
    found = str(places[-1]) if places else shutil.which(name)
    if found is None:
        raise CannotRun(
            f"{name} is not installed on this machine: it comes with PostgreSQL's client programs "
            "(apt install postgresql-client), of the server's version or newer."
        )
    return found


def surroundings() -> dict[str, str]:
    """The environment in which PostgreSQL's programs reach our database; no password in words."""
    given = {k: str(v) for k, v in connection.get_connection_params().items() if v is not None}
    wanted = {
        "host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD",
        "dbname": "PGDATABASE", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT",
        "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY", "service": "PGSERVICE",
        "passfile": "PGPASSFILE",
    }  # fmt: skip
    utc = {"PGTZ": "UTC"}  # moments in a dump read the same wherever it was made
    return os.environ | utc | {wanted[k]: v for k, v in given.items() if k in wanted}


def pg_run(program: str, words: Sequence[str]) -> str:
    """Run a program of PostgreSQL to its end; what it said on stdout."""
    done = subprocess.run(
        [binary(program), *words], env=surroundings(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CannotRun(f"{program} failed: {done.stderr.strip()}")
    return done.stdout
