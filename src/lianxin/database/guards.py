"""Triggers with which the database itself refuses to change columns, on both engines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.backends.base.base import BaseDatabaseWrapper

Kept = Mapping[str, Sequence[str]]
"""Table and its columns that never change."""


def install(
    connection: BaseDatabaseWrapper,
    kept: Kept,
    *,
    name: str,
    refusal: str,
    said: Kept | None = None,
) -> None:
    """Put the triggers on; ``name`` is that of the module, ``refusal`` what the database says.

    ``said``: columns that may only be emptied while the row's ``sealed`` is filled, and filled
    while that is emptied.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {name}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{refusal}'; END $$"
            )
        each, refuse = (
            ("FOR EACH ROW", f"EXECUTE FUNCTION {name}_refuse()")
            if connection.vendor == "postgresql"
            else ("", f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END")
        )
        for table, columns in kept.items():
            when = f"BEFORE UPDATE OF {', '.join(columns)} ON {table} {each}"
            cursor.execute(f"CREATE TRIGGER {table}_kept {when} {refuse}")
        for table, columns in (said or {}).items():
            when = f"BEFORE UPDATE OF {', '.join(columns)} ON {table} {each}"
            stays = "WHEN ((OLD.sealed IS NULL) = (NEW.sealed IS NULL))"
            cursor.execute(f"CREATE TRIGGER {table}_said {when} {stays} {refuse}")


def remove(connection: BaseDatabaseWrapper, kept: Kept, *, name: str) -> None:
    """Take the triggers off."""
    with connection.cursor() as cursor:
        for table in kept:
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_kept{on}")
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_said{on}")
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP FUNCTION IF EXISTS {name}_refuse()")
