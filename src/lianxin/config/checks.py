"""Deployment self-checks for `lianxin check`; `durable()` is also asked before serving.

Each inspection looks at what is really in force, not at what the settings ask for.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Warning
from django.db import connection

from lianxin.config import door_checks, journal_checks, receiver_checks, sqlite
from lianxin.kernel import clock
from lianxin.rights import editions
from lianxin.rights import queries as rights
from lianxin.rights.choices import Text

Inspection = Callable[[], list[CheckMessage]]

LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}
LEAST_FREE = 1_000_000_000
LEAST_POSTGRESQL = 150_000
WORKER_SILENT_AFTER = timedelta(minutes=10)


def inspect() -> Iterator[tuple[str, list[CheckMessage]]]:
    """Every inspection in turn, with its findings; what rests on the database needs it first."""
    yield "Program and pages fit together", list(checks.run_checks())
    yield "Addresses and encryption", addresses()
    yield "Second step at signing in", second_factor()
    yield "Secret key", secret_key()
    yield "Data folder and free space", data_folder()
    yield "Who can open names and numbers", vault()
    yield "Strangers' files are read apart", strangers_files()
    yield "Files are checked for viruses", scanner()
    yield "What people write by WeChat comes in", door_checks.wechat()
    reachable = database()
    yield "Database is there and up to date", reachable
    if any(isinstance(found, Error) for found in reachable):
        return
    yield "What is acknowledged is on disk", durable()
    yield "Every act is followed up", deliveries()
    yield "Every complaint has somebody to look at it", receiver_checks.receivers()
    yield "The journal has witnesses outside", journal_checks.witnesses()
    yield "The database lets the product do no more than it must", journal_checks.least_privilege()
    yield "Every file is there", files()
    yield "Backup", backup()
    of_data = checks.run_checks(tags=[checks.Tags.database], databases=["default"])
    yield "Calendar and other data", list(of_data)
    yield "Residents are told who handles their data", notice()
    if settings.HTTPS:
        deploying = checks.run_checks(tags=["security"], include_deployment_checks=True)
        yield (
            "Settings for production",
            [c for c in deploying if (c.id or "").startswith("security.")],
        )


def notice() -> list[CheckMessage]:
    """The privacy notice names the office, as PIPL art. 17 asks: it is not the one we came with."""
    if rights.in_force(Text.NOTICE).content != editions.shipped(Text.NOTICE):
        return []
    return [
        Warning(
            "The privacy notice is the one that came with the product: it names nobody.",
            hint="Put in your office and publish it: see `lianxin privacy publish --help`.",
            id="config.W007",
        )
    ]


def addresses() -> list[CheckMessage]:
    """Debug off, named hosts, TLS where others than this machine may call."""
    found: list[CheckMessage] = []
    if settings.DEBUG:
        found.append(
            Error(
                "LIANXIN_DEBUG is on: error pages show the program's insides.",
                hint="Unset it.",
                id="config.E001",
            )
        )
    if "*" in settings.ALLOWED_HOSTS:
        found.append(
            Error(
                "LIANXIN_ALLOWED_HOSTS is *: anybody can make links that lead elsewhere.",
                hint="Name the hosts, separated by commas.",
                id="config.E002",
            )
        )
    if not settings.HTTPS and set(settings.ALLOWED_HOSTS) - LOOPBACK:
        found.append(
            Warning(
                "Others may call, and the connection is not encrypted.",
                hint="Put a TLS proxy in front and set LIANXIN_HTTPS=1.",
                id="config.W001",
            )
        )
    return found


def second_factor() -> list[CheckMessage]:
    """Staff need more than a password; a demonstration may go without."""
    if settings.LIANXIN_SECOND_FACTOR:
        return []
    return [
        Error(
            "LIANXIN_SECOND_FACTOR is off: whoever learns one password reads what residents said. "
            "This is for demonstrations, not for real use.",
            hint="Unset it; everybody sets up a second step at the next sign-in.",
            id="config.E020",
        )
    ]


def secret_key() -> list[CheckMessage]:
    """A key kept in a file must be readable by its owner only."""
    path = Path(settings.DATA) / "secret.key"
    if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        return [
            Error(
                f"{path} can be read by others on this machine.",
                hint=f"chmod 600 {path}",
                id="config.E003",
            )
        ]
    return []


def data_folder() -> list[CheckMessage]:
    """Closed to others, and with room left."""
    data = Path(settings.DATA)
    found: list[CheckMessage] = []
    if stat.S_IMODE(data.stat().st_mode) & 0o007:
        found.append(
            Warning(
                f"{data} is open to everybody on this machine.",
                hint=f"chmod 700 {data}",
                id="config.W002",
            )
        )
    free = shutil.disk_usage(data).free
    if free < LEAST_FREE:
        found.append(
            Error(
                f"Only {free // 1_000_000} MB are free where {data} lies.",
                hint="Make room: a full disk turns residents away.",
                id="config.E004",
            )
        )
    return found


def vault() -> list[CheckMessage]:
    """A vault process that answers; without one, what that does not protect against."""
    from lianxin.vault.doors import Away
    from lianxin.vault.keys import KeysUnusable, refresh

    if not settings.VAULT_SOCKET:
        unsigned = Error(
            "LIANXIN_RELAY_URL is set without LIANXIN_RELAY_SECRET: the bridge cannot tell "
            "our messages from others'.",
            id="config.E014",
        )
        return [
            *([unsigned] if settings.RELAY_URL and not settings.RELAY_SECRET else []),
            Warning(
                "Names and numbers are sealed, but their keys lie where the web processes read "
                "them: whoever takes over a web process, or this machine, can open every one of "
                "them without leaving a record.",
                hint="Run `lianxin vault serve` under a user of its own: docs/vault.md.",
                id="config.W003",
            ),
        ]
    try:
        refresh()
    except (Away, KeysUnusable) as error:
        return [
            Error(
                f"{error} Contacts cannot be opened, and no message goes through the relay.",
                hint="Is `lianxin vault serve` running, and may this user ask it "
                "(LIANXIN_VAULT_CLIENTS)?",
                id="config.E012",
            )
        ]
    keys = Path(settings.VAULT_KEYS)
    if any(os.access(path, os.R_OK) for path in keys.glob("*.key")):
        return [
            Error(
                f"This user can read {keys}, where the private keys lie.",
                hint=f"chown it to the user of the vault process and chmod 700 {keys}",
                id="config.E013",
            )
        ]
    return []


def strangers_files() -> list[CheckMessage]:
    """The process that reads them starts, and can reach neither files nor network."""
    from lianxin import files

    try:
        open_walls = {"files", "network"} - files.walls()
    except (OSError, RuntimeError) as error:
        return [Error(f"The process that reads files does not start: {error}", id="config.E015")]
    if not open_walls:
        return []
    return [
        Warning(
            f"The process that reads strangers' files can reach: {', '.join(sorted(open_walls))}.",
            hint="Linux shuts it off when the kernel allows user namespaces, or for root.",
            id="config.W005",
        )
    ]


def scanner() -> list[CheckMessage]:
    """A scanner is set, and answers."""
    from lianxin.intake.actions import scanning

    if not scanning.configured():
        return [
            Warning(
                "Nothing looks for viruses in files that residents send.",
                hint="Run clamd and set LIANXIN_CLAMD to its address.",
                id="config.W006",
            )
        ]
    if scanning.answers():
        return []
    return [
        Error(
            f"The virus scanner at {settings.CLAMD} does not answer: staff cannot open new files.",
            hint="Start clamd, or unset LIANXIN_CLAMD to work without it.",
            id="config.E016",
        )
    ]


def database() -> list[CheckMessage]:
    """Reachable, new enough, every migration applied."""
    from django.db import Error as DatabaseError
    from django.db.migrations.executor import MigrationExecutor

    try:
        connection.ensure_connection()
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return [Error(f"The database cannot be used: {error}".partition("\n")[0], id="config.E005")]
    found: list[CheckMessage] = []
    if plan:
        found.append(
            Error(f"{len(plan)} steps are missing.", hint="Run: lianxin migrate", id="config.E006")
        )
    if (
        connection.vendor == "postgresql"
        and getattr(connection, "pg_version", 0) < LEAST_POSTGRESQL
    ):
        found.append(Error("PostgreSQL 15 or newer is needed.", id="config.E007"))
    return found


def durable() -> list[CheckMessage]:
    """The settings under which a commit survives a power cut, asked of a live connection."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            wrong = _sqlite_differences()
        else:
            # "local" and "remote_write" may also lose commits, on the standby's side.
            cursor.execute("SHOW synchronous_commit")
            wrong = _unless("synchronous_commit", cursor.fetchone()[0], "on", "remote_apply")
            for name in ("fsync", "full_page_writes"):
                cursor.execute(f"SHOW {name}")
                wrong += _unless(name, cursor.fetchone()[0], "on")
    return [
        Error(f"{text}: an acknowledged concern could be lost.", id="config.E008") for text in wrong
    ]


def _sqlite_differences() -> list[str]:
    wrong: list[str] = []
    with connection.cursor() as cursor:
        for name, wanted in sqlite.expected_pragmas().items():
            cursor.execute(f"PRAGMA {name}")
            row = cursor.fetchone()
            wrong += _unless(name, row[0] if row else None, wanted)
    return wrong


def _unless(name: str, value: object, *wanted: object) -> list[str]:
    return [] if value in wanted else [f"{name} is {value}, not {wanted[0]}"]


def deliveries() -> list[CheckMessage]:
    """No effect of an act given up on, none long overdue, none without anybody to do it."""
    from lianxin.journal import queries

    found: list[CheckMessage] = []
    if dead := queries.dead():
        last = dead[-1]
        found.append(
            Error(
                f"{len(dead)} follow-ups of acts failed for good; "
                f"the last: {last.handler}, entry {last.entry_id}, {last.last_error}",
                id="config.E009",
            )
        )
    waiting, oldest = queries.backlog()
    if oldest and clock.now() - oldest > WORKER_SILENT_AFTER:
        found.append(
            Error(
                f"{waiting} follow-ups wait, the oldest for more than ten minutes.",
                hint="Is a worker running? `lianxin serve` starts one, or run `lianxin worker`.",
                id="config.E010",
            )
        )
    found.extend(
        Error(f"Nobody does {name}, which is owed to some acts.", id="config.E011")
        for name in queries.without_handler()
    )
    return found


def files() -> list[CheckMessage]:
    """No row without its file: something that somebody sent and we no longer have."""
    from lianxin.intake import stored

    missing = stored.compare(older=stored.ORPHAN_AFTER).missing
    if not missing:
        return []
    return [
        Error(
            f"{len(missing)} files are missing, the first: {missing[0]}.",
            hint="Take them out of a backup: docs/backup.md.",
            id="config.E031",
        )
    ]


def backup() -> list[CheckMessage]:
    """A key to seal backups with, and one that is a key."""
    from lianxin.backup import archive

    if not settings.BACKUP_RECIPIENTS:
        return [
            Warning(
                "No backup can be made: LIANXIN_BACKUP_RECIPIENT is not set.",
                hint="`lianxin backup key FILE` makes a key; see docs/backup.md.",
                id="config.W031",
            )
        ]
    try:
        for text in settings.BACKUP_RECIPIENTS:
            archive.recipient(text)
    except archive.Unfit as error:
        return [Error(str(error), id="config.E032")]
    return []
