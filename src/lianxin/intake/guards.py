"""Triggers that let the database itself refuse to change what a resident said (C4, invariant 5)."""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

from lianxin.database import guards

KEPT = {
    "intake_concern": ("number", "channel", "received_at", "filed_at", "identity"),
    "intake_addition": ("added_at", "by_resident", "concern_id"),
}
SAID = {
    "intake_concern": ("words", "title", "wish", "place", "happened_on", "sealed"),
    "intake_addition": ("words", "sealed"),
}
"""Changes only by being sealed, and by being opened again."""


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers on, on SQLite or PostgreSQL."""
    refusal = "the words of a resident never change"
    guards.install(connection, KEPT, name="intake", refusal=refusal, said=SAID)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers off."""
    guards.remove(connection, KEPT, name="intake")
