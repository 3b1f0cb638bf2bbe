"""Triggers that let the database itself refuse to change what a resident said (C4, invariant 5)."""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

REFUSAL = "the words of a resident never change"
KEPT = {
    "intake_concern": (
        "number", "words", "title", "wish", "place", "happened_on", "channel", "received_at",
        "filed_at", "identity",
    ),
    "intake_addition": ("words", "added_at", "by_resident", "concern_id"),
}  # fmt: skip


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers on, on SQLite or PostgreSQL."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE OR REPLACE FUNCTION intake_refuse() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
            )
        for table, columns in KEPT.items():
            body = (
                "FOR EACH ROW EXECUTE FUNCTION intake_refuse()"
                if connection.vendor == "postgresql"
                else f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
            when = f"BEFORE UPDATE OF {', '.join(columns)}"
            cursor.execute(f"CREATE TRIGGER {table}_kept {when} ON {table} {body}")


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers off."""
    with connection.cursor() as cursor:
        for table in KEPT:
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_kept{on}")
        if connection.vendor == "postgresql":
            cursor.execute("DROP FUNCTION IF EXISTS intake_refuse()")
