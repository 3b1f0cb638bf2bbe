"""Known errors as one plain sentence: what is wrong, and what to do about it."""

from __future__ import annotations

import os
import traceback
from typing import IO, Any

import click

NO, CANNOT = 1, 2
"""Exit codes: the answer is no or the input is wrong; the command could not run."""

NOT_SET_UP = "The database has not been set up for this version yet. Run: lianxin migrate"


class Stop(click.ClickException):
    """Ends a command with a sentence on stderr."""

    def __init__(self, sentence: str, code: int) -> None:
        """The sentence, and the exit code."""
        super().__init__(sentence)
        self.code = code

    def show(self, file: IO[Any] | None = None) -> None:
        """Say it as it is: no "Error:" before a plain sentence."""
        click.echo(self.message, file=file, err=file is None)


def stop(sentence: str, code: int = CANNOT) -> Stop:
    """The exception that ends a command with this sentence and this exit code."""
    return Stop(sentence, code)


def explain(error: Exception) -> tuple[str, int]:
    """The sentence and the exit code for an exception that reached the top."""
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management.base import CommandError, SystemCheckError
    from django.db import Error as DatabaseError

    from lianxin.journal.signing import SigningKeyUnusable
    from lianxin.kernel.problems import Problem
    from lianxin.vault.keys import KeysUnusable

    match error:
        case Problem():
            return str(error), NO
        case SystemCheckError() | ImproperlyConfigured() | CommandError():
            return str(error), CANNOT
        case KeysUnusable() | SigningKeyUnusable():
            return str(error), CANNOT
        case DatabaseError():
            return _database(error), CANNOT
        case OSError():
            where = f"{error.filename}: " if error.filename else ""
            return f"{where}{error.strerror or error}", CANNOT
        case _:
            what = "".join(traceback.format_exception_only(error)).strip()
            return f"Lianxin made a mistake: {what} (LIANXIN_DEBUG=1 shows where.)", CANNOT


def _database(error: Exception) -> str:
    text = str(error).strip()
    first = text.partition("\n")[0]
    low = text.lower()
    if "no such table" in low or "no such column" in low or "does not exist" in low:
        # PostgreSQL says of a missing database that it "does not exist" too.
        return f"{first}." if 'database "' in low else NOT_SET_UP
    if "locked" in low or "timeout" in low:
        return f"The database is busy ({first}). Nothing was changed; try again."
    if "not a database" in low:
        return f"The database file is not a SQLite database ({first})."
    return f"The database cannot be used: {first}."


def wants_traceback() -> bool:
    """True with LIANXIN_DEBUG=1."""
    return os.environ.get("LIANXIN_DEBUG", "").strip().lower() in ("1", "true", "yes", "on")
