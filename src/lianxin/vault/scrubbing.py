"""After rows are erased: so that their bytes are gone from the database's files as well.

SQLite overwrites what is deleted (`secure_delete`), but older pages wait in the write-ahead log.
PostgreSQL keeps the bytes inside pages until it writes the table anew. Its own write-ahead log
(pg_wal) keeps them until its files come round again: hours to days.
"""

from __future__ import annotations

import time

from django.db import connection

from lianxin.vault.models import Entry

PATIENCE = 30.0
"""Seconds to wait for transactions that might still see what was erased."""
OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE backend_xmin IS NOT NULL "
    "AND datname = current_database() AND pid <> pg_backend_pid()"
)


def scrub(*, whole: bool = False) -> None:
    """Let go of the bytes of what was erased; outside a transaction.

    ``whole``: on PostgreSQL too, where nobody can file while the table is written anew.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        elif whole:
            until = time.monotonic() + PATIENCE
            cursor.execute(OTHERS)
            while cursor.fetchone()[0] and time.monotonic() < until:
                time.sleep(0.1)
                cursor.execute(OTHERS)
            cursor.execute(f"VACUUM FULL {connection.ops.quote_name(Entry._meta.db_table)}")
            cursor.execute("CHECKPOINT")
