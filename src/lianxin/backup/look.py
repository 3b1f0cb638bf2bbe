"""A look at what was unpacked, in a process of its own, with the eyes of the product.

`python -m lianxin.backup.look MANIFEST` with LIANXIN_DATA and LIANXIN_DATABASE_URL set on the
unpacked data; says as JSON what it found. An older database is brought up to this version first.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

FILES = "files/"


class Failed(Exception):  # noqa: N818 - reads as what happened
    """The look came to no end; the message is what the process said last."""


@dataclass(frozen=True)
class Seen:
    """What the product finds in the data."""

    counts: dict[str, int]
    head: tuple[int, str]
    faults: list[str]
    missing: list[str]
    """Files that rows speak of and the manifest does not have."""
    spare: int
    """Files of the manifest that no row speaks of."""


def at(environment: dict[str, str], manifest: Path) -> Seen:
    """Look at other data than this process's own."""
    done = subprocess.run(
        [sys.executable, "-m", "lianxin.backup.look", str(manifest)],
        env=os.environ | environment | {"DJANGO_SETTINGS_MODULE": "lianxin.config.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        raise Failed(lines[-1])
    found = json.loads(done.stdout.splitlines()[-1])
    return Seen(**found | {"head": tuple(found["head"])})


def names(manifest: Path) -> Iterator[str]:
    """Files of a manifest, as seen from the data folder."""
    with manifest.open(encoding="utf-8") as lines:
        for line in lines:
            name = line.rstrip("\n").partition("  ")[2]
            if name.startswith(FILES):
                yield name.removeprefix(FILES)


def _look(manifest: Path) -> Seen:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from lianxin.backup import snapshot
    from lianxin.intake import stored
    from lianxin.journal import queries
    from lianxin.journal.verify import verify

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET statement_timeout = 0")
        counts = snapshot.counts(cursor, connection.vendor)
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)
    verdict = verify()
    there = {name for name in names(manifest) if name.startswith(f"{stored.FOLDER}/")}
    wanted = set(stored.names_sent())
    return Seen(
        counts=counts,
        head=queries.head() if verdict else (verdict.entries, verdict.head),
        faults=[str(fault) for fault in verdict.faults],
        missing=sorted(wanted - there),
        spare=len(there - wanted),
    )


if __name__ == "__main__":
    import django

    django.setup()
    sys.stdout.write(json.dumps(asdict(_look(Path(sys.argv[1])))) + "\n")
