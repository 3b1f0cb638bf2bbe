"""Backup, verification and restore of a county with 1,000,000 cases, on both engines."""

from __future__ import annotations

import io
import itertools
import json
import random
import shutil
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from bench import places
from bench.places import Place
from bench.table import Row, say
from bench.trust.restore_drill import elsewhere

WANTED, WANTED_RESTORE = 300.0, 900.0
"""Seconds: of a backup, and from an archive to a site that can be started."""
ENTRIES = 3
"""Entries of the journal a case."""
PHOTO = 200_000
"""Bytes of a photo; one for every thousand cases."""
CHUNK = 20_000


def measure(*, quick: bool, cases: int = 1_000_000) -> list[Row]:
    """Seconds of backup, verify and restore; the archive's size beside them."""
    count = 2_000 if quick else cases
    rows = []
    with places.place("postgresql") as full, places.place("sqlite") as light:
        for place in (full, light):
            place.migrate()
        full.inside(_fill, count)
        light.inside(_copy, full.environment["LIANXIN_DATABASE_URL"])
        for place in (full, light):
            place.inside(_journal, count * ENTRIES)
        shutil.copytree(full.folder / "files", light.folder / "files")
        for place in (full, light):
            rows += _one(place, count)
    return rows


def _one(place: Place, count: int) -> list[Row]:
    key, archive = place.folder / "key.txt", place.folder / "first.backup"
    place.run("backup", "key", str(key))
    public = next(word for word in key.read_text().split() if word.startswith("age1"))
    place.environment["LIANXIN_BACKUP_RECIPIENT"] = public
    made = _timed(place, "backup", str(archive))
    checked = _timed(place, "backup", "verify", str(archive), "--identity", str(key))
    with elsewhere(place) as other:
        restored = _timed(other, "restore", str(archive), "--identity", str(key))
    shown = places.SHOWN[place.engine]
    size = archive.stat().st_size / 1e6
    what = f"{count:,} cases, {count * ENTRIES:,} entries of the journal"
    rows = [
        Row(
            "backup",
            f"Backup of {what}, {shown}",
            f"**{made:.0f} s**, an archive of {size:,.0f} MB (verified with its key in "
            f"{checked:.0f} s)",
            f"< {WANTED / 60:.0f} min",
            made < WANTED,
        ),
        Row(
            "backup",
            f"Restore of the same, {shown}",
            f"**{restored:.0f} s**",
            f"≤ {WANTED_RESTORE / 60:.0f} min",
            restored <= WANTED_RESTORE,
        ),
    ]
    for row in rows:
        say(f"{row.what}: {row.measured}")
    return rows


def _timed(place: Place, *words: str) -> float:
    started = time.perf_counter()
    place.run(*words)
    return time.perf_counter() - started


def _fill(count: int) -> None:
    """In a process of its own, on PostgreSQL: the county, and photos."""
    from django.db import connection

    from bench.fill import fill
    from lianxin.files import FORMATS, Clean
    from lianxin.intake import actions
    from lianxin.intake.models import Attachment, Concern

    fill(count)
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    chance = random.Random(1)
    wanted = max(count // 1_000, 5)
    for concern in Concern.objects.order_by("pk")[:wanted]:
        content = io.BytesIO(chance.randbytes(PHOTO))
        row = actions.store_file(Clean(content, FORMATS["jpg"], PHOTO, 800, 600))
        Attachment.objects.filter(pk=row.pk).update(concern=concern)


def _copy(url: str) -> None:
    """In a process of its own, on SQLite: the rows of a PostgreSQL database, without a journal."""
    import psycopg
    from django.db import connection

    tables = [
        name
        for name in connection.introspection.table_names()
        # The rights are as every fresh place has them, and their triggers let nobody change that.
        if not name.startswith(("journal_", "django_", "lianxin_cache", "rights_"))
    ]
    with psycopg.connect(url) as source, connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys=OFF")
        cursor.execute("PRAGMA synchronous=OFF")
        for table in tables:
            cursor.execute(f"DELETE FROM {table}")
            with source.cursor(name=f"copy_{table}") as rows:
                rows.itersize = CHUNK
                rows.execute(f"SELECT * FROM {table}")
                marks = ""
                while chunk := rows.fetchmany(CHUNK):
                    if not marks:
                        names = ", ".join(f'"{column.name}"' for column in rows.description or ())
                        marks = f"({names}) VALUES ({', '.join(['%s'] * len(chunk[0]))})"
                    plain = [[_plain(value) for value in row] for row in chunk]
                    cursor.executemany(f"INSERT INTO {table} {marks}", plain)


def _plain(value: Any) -> Any:
    """A value of PostgreSQL as Django keeps it in SQLite."""
    match value:
        case uuid.UUID():
            return value.hex
        case datetime():
            return str(value.astimezone(UTC).replace(tzinfo=None))
        case date() | Decimal():
            return str(value)
        case dict() | list():
            return json.dumps(value)
        case _:
            return value


def _journal(count: int) -> None:
    """In a process of its own: a chain of so many entries more."""
    from django.db import connection, transaction

    from lianxin.journal import queries

    columns = ("seq", "at", "event", "subject", "actor", "act", "data", "prev", "hash")
    made = _links(*queries.head(), count)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET statement_timeout = 0")
            with cursor.copy(f"COPY journal_entry ({', '.join(columns)}) FROM STDIN") as copy:
                for row in made:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        while chunk := list(itertools.islice(made, CHUNK)):
            cursor.executemany(
                f"INSERT INTO journal_entry ({', '.join(columns)}) VALUES ({marks})", chunk
            )


def _links(seq: int, prev: str, count: int) -> Iterator[tuple[Any, ...]]:
    from lianxin.journal import chain

    begun = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(count):
        seq += 1
        at = chain.moment_text(begun + timedelta(seconds=number, microseconds=7))
        data = json.dumps({"from": "handling", "to": "replied", "unit": number % 58})
        act = uuid.UUID(int=number)
        about = f"case:{number // ENTRIES + 1}"
        digest = chain.link(
            seq=seq, prev=prev, at=at, event="bench.moved", subject=about, actor="user:7",
            act=act, data=data,
        )  # fmt: skip
        yield seq, at, "bench.moved", about, "user:7", act.hex, data, prev, digest
        prev = digest
