"""Triggers that keep every edition as it was published."""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

REFUSAL = "an edition stays as it was published"


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers on, on SQLite or PostgreSQL."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE OR REPLACE FUNCTION rights_refuse() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
            )
        for verb in ("update", "delete"):
            body = (
                "FOR EACH ROW EXECUTE FUNCTION rights_refuse()"
                if connection.vendor == "postgresql"
                else f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
            cursor.execute(
                f"CREATE TRIGGER rights_edition_no_{verb} BEFORE {verb} ON rights_edition {body}"
            )


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers off."""
    with connection.cursor() as cursor:
        on = " ON rights_edition" if connection.vendor == "postgresql" else ""
        for verb in ("update", "delete"):
            cursor.execute(f"DROP TRIGGER IF EXISTS rights_edition_no_{verb}{on}")
        if connection.vendor == "postgresql":
            cursor.execute("DROP FUNCTION IF EXISTS rights_refuse()")
