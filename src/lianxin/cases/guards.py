"""Triggers that let the database itself refuse to change what was written in a thread."""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

from lianxin.database import guards

KEPT = {"cases_message": ("written_at", "case_id", "by_id", "unit_id", "helped")}
SAID = {"cases_message": ("words", "sealed")}
"""Changes only by being sealed, and by being opened again."""


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers on, on SQLite or PostgreSQL."""
    refusal = "what was written never changes"
    guards.install(connection, KEPT, name="cases", refusal=refusal, said=SAID)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers off."""
    guards.remove(connection, KEPT, name="cases")
