"""Triggers that let the database itself refuse to change or remove a journal entry."""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

REFUSAL = "the journal is append-only"

# REPLACE removes a row without firing the delete trigger; so a number may only be the next one.
SQLITE = [
    f"""CREATE TRIGGER journal_entry_no_{verb} BEFORE {verb} ON journal_entry
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"""
    for verb in ("update", "delete")
] + [
    f"""CREATE TRIGGER journal_entry_next BEFORE INSERT ON journal_entry
        WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM journal_entry)
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"""
]
SQLITE_REMOVE = [
    f"DROP TRIGGER IF EXISTS journal_entry_{name}" for name in ("no_update", "no_delete", "next")
]

POSTGRESQL = [
    f"""CREATE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$""",
    """CREATE TRIGGER journal_entry_no_change BEFORE UPDATE OR DELETE ON journal_entry
        FOR EACH ROW EXECUTE FUNCTION journal_refuse()""",
    """CREATE TRIGGER journal_entry_no_truncate BEFORE TRUNCATE ON journal_entry
        FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse()""",
]
POSTGRESQL_REMOVE = [
    "DROP TRIGGER IF EXISTS journal_entry_no_change ON journal_entry",
    "DROP TRIGGER IF EXISTS journal_entry_no_truncate ON journal_entry",
    "DROP FUNCTION IF EXISTS journal_refuse()",
]


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers on. Raises KeyError on an engine that is neither SQLite nor PostgreSQL."""
    _run(connection, {"sqlite": SQLITE, "postgresql": POSTGRESQL})


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers off."""
    _run(connection, {"sqlite": SQLITE_REMOVE, "postgresql": POSTGRESQL_REMOVE})


def _run(connection: BaseDatabaseWrapper, statements: dict[str, list[str]]) -> None:
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement)
