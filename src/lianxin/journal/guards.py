"""Triggers that let the database itself refuse to change or remove what the journal holds."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.backends.base.base import BaseDatabaseWrapper

REFUSAL = "the journal is append-only"
# REPLACE removes a row without firing the delete trigger; so a number may only be the next one,
# and a checkpoint's only a later one.
WRONG_NUMBER = {
    "journal_entry": "NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM journal_entry)",
    "journal_checkpoint": "NEW.seq <= (SELECT coalesce(max(seq), 0) FROM journal_checkpoint)",
}
TABLES = tuple(WRONG_NUMBER)
FUNCTION = (
    "CREATE OR REPLACE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
)


def install(connection: BaseDatabaseWrapper, tables: Sequence[str] = TABLES) -> None:
    """Put the triggers on. Raises KeyError on an engine that is neither SQLite nor PostgreSQL."""
    _run(connection, {"sqlite": _sqlite, "postgresql": _postgresql}[connection.vendor](tables))


def remove(connection: BaseDatabaseWrapper, tables: Sequence[str] = TABLES) -> None:
    """Take the triggers off."""
    if connection.vendor == "postgresql":
        drops = [
            f"DROP TRIGGER IF EXISTS {table}_{name} ON {table}"
            for table in tables
            for name in ("no_change", "no_truncate")
        ]
    else:
        drops = [
            f"DROP TRIGGER IF EXISTS {table}_{name}"
            for table in tables
            for name in ("no_update", "no_delete", "next")
        ]
    _run(connection, drops)


def _sqlite(tables: Sequence[str]) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    changes = [
        f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} {refuse}"
        for table in tables
        for verb in ("update", "delete")
    ]
    return changes + [
        f"CREATE TRIGGER {table}_next BEFORE INSERT ON {table} WHEN {WRONG_NUMBER[table]} {refuse}"
        for table in tables
    ]


def _postgresql(tables: Sequence[str]) -> list[str]:
    made = [FUNCTION]
    for table in tables:
        made += [
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION journal_refuse()",
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse()",
        ]
    return made


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
