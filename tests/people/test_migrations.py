from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def test_the_models_are_what_the_migrations_make(db: None) -> None:
    call_command("makemigrations", "people", check=True, dry_run=True, stdout=StringIO())


@pytest.mark.django_db(transaction=True)
def test_the_last_migration_can_be_undone() -> None:
    names = sorted(
        name
        for app, name in MigrationExecutor(connection).loader.disk_migrations
        if app == "people"
    )
    if len(names) < 2:
        pytest.skip("there is only the first one, on which everything else stands")
    call_command("migrate", "people", names[-2], verbosity=0)
    call_command("migrate", verbosity=0)
