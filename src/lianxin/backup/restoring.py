"""Restoring: laid out beside what is there, looked through, and only then put in its place."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from django.conf import settings
from django.db import connection

from lianxin.backup import keys, look, reading, snapshot
from lianxin.backup.archive import Bars, Unfit
from lianxin.backup.making import FILES, sync_folder
from lianxin.backup.reading import Findings, Unpacked
from lianxin.backup.snapshot import SHOWN
from lianxin.kernel import clock

STAMP = "%Y%m%dt%H%M%Sz"


class InTheWay(Exception):  # noqa: N818 - reads as what was found
    """There is data already, or somebody uses it; the message says what to do."""


@dataclass(frozen=True)
class Restored:
    """What was put in place, and where what stood there before lies now."""

    findings: Findings
    aside: list[str]
    keys_missing: list[str]


def fits(facts: snapshot.Facts) -> None:
    """Unfit when the archive is of another engine, or of a newer version than this program."""
    from django.db.migrations.loader import MigrationLoader

    if facts.engine != connection.vendor:
        raise Unfit(
            f"The archive holds a {SHOWN[facts.engine]} database; LIANXIN_DATABASE_URL names "
            f"{SHOWN[connection.vendor]}. A backup is restored into the engine it was made from."
        )
    known = MigrationLoader(None).disk_migrations
    ours = {app for app, _name in known}
    newer = [
        f"{app}.{name}"
        for app, name in facts.migrations
        if app in ours and (app, name) not in known
    ]
    if newer:
        raise Unfit(
            f"The archive was made by version {facts.program}, which is newer than this one "
            f"({newer[0]} is not known here). Install that version."
        )


def target_free(*, replace: bool) -> None:
    """InTheWay when there is data and it is not to be replaced, or somebody is using it."""
    there = _sqlite_there() if connection.vendor == "sqlite" else _postgresql_there()
    files = [name for name in settings.BACKED_UP if _holds_something(_data() / name)]
    if (there or files) and not replace:
        what = there or str(_data() / files[0])
        raise InTheWay(
            f"There is data already: {what}. Nothing was changed. With --replace it is put aside "
            "and kept, and the archive takes its place."
        )
    if there and connection.vendor == "sqlite":
        _nobody_uses_sqlite()
    if connection.vendor == "postgresql":
        _nobody_uses_postgresql()


def put_in_place(unpacked: Unpacked, folder: Path, bars: Bars) -> Restored:
    """Look through what was unpacked and put it in the place of what is there.

    Raises Unfit when it is not what the archive says; everything is then as it was.
    """
    stamp = f"{clock.now().astimezone(UTC):{STAMP}}"
    swap = _swap_sqlite if connection.vendor == "sqlite" else _swap_postgresql
    findings, aside = swap(unpacked, folder, stamp, bars)
    connection.close()
    return Restored(findings, aside, _keys_missing(unpacked.facts))


def _data() -> Path:
    return Path(settings.DATA)


def _holds_something(path: Path) -> bool:
    return path.is_file() or (path.is_dir() and any(path.iterdir()))


def _sound(findings: Findings) -> None:
    if findings.wrong:
        raise Unfit("\n".join(["The archive is not what it says; nothing was changed.",
                               *(f"  {line}" for line in findings.wrong)]))  # fmt: skip


def _keys_missing(facts: snapshot.Facts) -> list[str]:
    """Keys that the data was made with and that are not here."""
    here = keys.fingerprints()
    return [name for name, hash_ in facts.keys.items() if here.get(name) != hash_]


def _put_files(folder: Path, aside: Path) -> bool:
    """Exchange the files of the data folder; True when there were some to put aside."""
    fresh = folder / FILES
    kept = False
    for name in settings.BACKED_UP:
        old, new = _data() / name, fresh / name
        if old.exists():
            aside.mkdir(mode=0o700, exist_ok=True)
            old.rename(aside / name)
            kept = True
        if new.exists():
            new.rename(old)
    sync_folder(_data())
    return kept


# --- SQLite: a file takes the place of a file ----------------------------------------------------
def _sqlite_path() -> Path:
    return Path(str(settings.DATABASES["default"]["NAME"]))


def _sqlite_there() -> str:
    path = _sqlite_path()
    return str(path) if path.exists() and path.stat().st_size else ""


def _nobody_uses_sqlite() -> None:
    """Fold the log into the file, which SQLite does only for the last one who has it open."""
    import sqlite3

    connection.close()
    database = sqlite3.connect(_sqlite_path(), timeout=1)
    try:
        database.execute("PRAGMA journal_mode=DELETE").fetchone()
    except sqlite3.OperationalError as error:
        raise InTheWay(
            f"{_sqlite_path()} is in use. Stop `lianxin serve` and `lianxin worker` first."
        ) from error
    except sqlite3.DatabaseError:
        pass  # no database, or a damaged one: it is put aside as it is
    finally:
        database.close()


def _swap_sqlite(
    unpacked: Unpacked, folder: Path, stamp: str, bars: Bars
) -> tuple[Findings, list[str]]:
    plain = reading.plain_sqlite(unpacked.database, bars)
    with bars("Looking through the database"):
        environment = reading.surroundings(folder / FILES, f"sqlite:///{plain}")
        seen = look.at(environment, unpacked.manifest)
    findings = reading.compare(unpacked, seen)
    _sound(findings)
    target = _sqlite_path()
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    staged = target.with_name(f".{target.name}.{stamp}")
    shutil.move(plain, staged)  # another disk, perhaps
    os.sync()
    kept = []
    for suffix in ("", "-wal", "-shm", "-journal"):
        old = Path(f"{target}{suffix}")
        if old.exists():
            old.rename(f"{target}.before-{stamp}{suffix}")
            kept.append(f"{target}.before-{stamp}{suffix}")
    staged.rename(target)
    sync_folder(target.parent)
    aside = _data() / f"before-restore-{stamp}"
    if _put_files(folder, aside):
        kept.append(str(aside))
    return findings, kept


# --- PostgreSQL: a schema takes the place of a schema --------------------------------------------
def _postgresql_there() -> str:
    with connection.cursor() as cursor:
        cursor.execute(snapshot.TABLES["postgresql"])
        tables = cursor.fetchall()
        cursor.execute("SELECT current_database()")
        name = cursor.fetchone()[0]
    return f"{len(tables)} tables in the database {name}" if tables else ""


def _nobody_uses_postgresql() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        others = cursor.fetchone()[0]
    if others:
        raise InTheWay(
            f"{others} other connections use the database. Stop `lianxin serve` and "
            "`lianxin worker` first."
        )


def _swap_postgresql(
    unpacked: Unpacked, folder: Path, stamp: str, bars: Bars
) -> tuple[Findings, list[str]]:
    before = f"before_{stamp}"
    had = bool(_postgresql_there())
    _execute(f"ALTER SCHEMA public RENAME TO {before}", "CREATE SCHEMA public")

    def back() -> None:
        _execute("DROP SCHEMA public CASCADE", f"ALTER SCHEMA {before} RENAME TO public")

    try:
        with bars("Filling the database"):
            _fill_postgresql(unpacked.database)
        with bars("Looking through the database"):
            seen = look.at(reading.surroundings(folder / FILES), unpacked.manifest)
        findings = reading.compare(unpacked, seen)
        _sound(findings)
        os.sync()
        aside = _data() / f"before-restore-{stamp}"
        kept = [str(aside)] if _put_files(folder, aside) else []
    except BaseException:
        with suppress(Exception):
            back()
        raise
    if had:
        kept.insert(0, f"schema {before} of the database")
    else:
        _execute(f"DROP SCHEMA {before} CASCADE")
    return findings, kept


def _execute(*statements: str) -> None:
    from django.db import transaction

    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _fill_postgresql(dump: Path) -> None:
    jobs = min(os.cpu_count() or 1, 8)
    name = snapshot.surroundings().get("PGDATABASE", "")
    words = ["--no-owner", "--no-privileges", "--exit-on-error", "--schema=public"]
    words += [f"--jobs={jobs}", f"--dbname={name}", str(dump)]
    snapshot.pg_run("pg_restore", words)
