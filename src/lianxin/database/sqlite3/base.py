"""Django's SQLite back end with another way to wait for the write lock.

SQLite's own sleeps at least a millisecond and up to a hundred between two looks at the lock, while
a transaction of ours holds it for half a millisecond: with two processes a third of the time nobody
works, and the unlucky wait longest.
"""

from __future__ import annotations

import random
import time

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

SHORTEST, LONGEST = 0.0001, 0.005
"""Seconds between two looks: at first, and at most."""


class DatabaseWrapper(base.DatabaseWrapper):
    """SQLite, shared fairly by a handful of processes of one machine."""

    def _start_transaction_under_autocommit(self) -> None:
        patience = float(self.settings_dict["OPTIONS"]["timeout"])
        until, pause = time.monotonic() + patience, SHORTEST
        self._sleep_inside(0)
        try:
            while True:
                try:
                    super()._start_transaction_under_autocommit()  # type: ignore[misc]
                    return
                except OperationalError as error:
                    if "locked" not in str(error) or time.monotonic() > until:
                        raise
                time.sleep(pause * random.uniform(0.5, 1))
                pause = min(pause * 1.5, LONGEST)
        finally:
            self._sleep_inside(patience)

    def _sleep_inside(self, seconds: float) -> None:
        """How long SQLite itself may wait for a lock; statements outside transactions need it."""
        self.connection.execute(f"PRAGMA busy_timeout={round(seconds * 1000)}")
