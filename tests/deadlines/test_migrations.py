"""The migrations of this module run forward and back, and say all the models say."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection

from lianxin.deadlines.models import Policy


@pytest.mark.django_db(transaction=True)
def test_back_and_forward() -> None:
    call_command("migrate", "deadlines", "zero", verbosity=0, skip_checks=True)
    assert "deadlines_clock" not in connection.introspection.table_names()
    call_command("migrate", verbosity=0, skip_checks=True)
    assert Policy.objects.count() == 10


@pytest.mark.django_db
def test_nothing_is_left_to_migrate() -> None:
    call_command("makemigrations", "deadlines", check=True, dry_run=True, verbosity=0)
