"""Django's PostgreSQL back end with two journeys to the server less for each transaction.

BEGIN travels with the first statement, and a connection that gives no sign of trouble is not asked
whether it still works.
"""

from __future__ import annotations

import select
from collections.abc import Iterable
from typing import Any

from django.db.backends.postgresql import base
from psycopg import ClientCursor
from psycopg.pq import TransactionStatus


def _is_quiet(connection: Any) -> bool:
    """Whether nothing waits to be read between two statements: neither a last word nor the end."""
    if connection.closed:
        return False
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return not poll.poll(0)


class Cursor(base.Cursor, ClientCursor[Any]):
    """A cursor whose first statement in an atomic block begins the transaction."""

    wrapper: DatabaseWrapper | None = None

    def execute(self, query: Any, params: Any = None, **options: Any) -> Cursor:
        """As in psycopg."""
        if self.wrapper is None or not self.wrapper.begin_owed:
            return super().execute(query, params, **options)
        if not isinstance(query, str):
            self.wrapper.begin()
            return super().execute(query, params, **options)
        try:
            super().execute(f"BEGIN; {query}", params, **options)
        finally:
            # What the driver or the server's parser refuses has not begun anything either.
            idle = self.connection.info.transaction_status == TransactionStatus.IDLE
            self.wrapper.begin_owed = idle
        self.nextset()
        return self

    def executemany(self, query: Any, params_seq: Iterable[Any], **options: Any) -> None:
        """As in psycopg."""
        if self.wrapper is not None:
            self.wrapper.begin()
        super().executemany(query, params_seq, **options)

    def copy(self, *words: Any, **options: Any) -> Any:
        """As in psycopg."""
        if self.wrapper is not None:
            self.wrapper.begin()
        return super().copy(*words, **options)


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL. The driver stays in autocommit; Django's atomic blocks say when to begin."""

    health_check_done: bool
    begin_owed = False

    def get_connection_params(self) -> dict[str, Any]:
        """With our cursors."""
        return {**super().get_connection_params(), "cursor_factory": Cursor}

    def create_cursor(self, name: str | None = None) -> Any:
        """A named cursor exists in a transaction only, so that one begins first."""
        if not name:
            cursor = super().create_cursor()
            cursor.wrapper = self
            return cursor
        self.begin()
        cursor = super().create_cursor(name)
        # Django asks the driver whether the cursor has to outlive a transaction; the driver does
        # not know of ours, and a cursor that is held cannot lock rows.
        cursor._withhold = self.autocommit
        return cursor

    def close_if_health_check_failed(self) -> None:
        """Ask the server only when there is a sign: one that went away has closed the socket."""
        if (
            self.connection is not None
            and not self.health_check_done
            and _is_quiet(self.connection)
        ):
            self.health_check_done = True
        super().close_if_health_check_failed()

    def begin(self) -> None:
        """Send the BEGIN that is still owed."""
        if self.begin_owed:
            self.begin_owed = False
            self.connection.execute("BEGIN")

    def _start_transaction_under_autocommit(self) -> None:
        self.begin_owed = True

    def _set_autocommit(self, autocommit: bool) -> None:
        self.begin_owed = False
        if self.connection.autocommit != autocommit:
            super()._set_autocommit(autocommit)  # type: ignore[misc]
