"""Loading Django, only for the commands that need it."""

from __future__ import annotations

import os
from typing import Any


def django() -> None:
    """Make models usable. Commands may run for hours; only pages have a time limit a statement."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianxin.config.settings")
    import django as package

    package.setup()
    _without_time_limit()


def _without_time_limit() -> None:
    from django.conf import settings

    database: dict[str, Any] = settings.DATABASES["default"]
    if database["ENGINE"].endswith("postgresql"):
        given = database["OPTIONS"]["options"]
        database["OPTIONS"]["options"] = (
            f"{given} -c statement_timeout=0 -c idle_in_transaction_session_timeout=0"
        )


def unapplied() -> list[str]:
    """Migrations that the database does not have yet."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [str(migration) for migration, _backwards in plan]
