"""The migration that turns photos into files keeps every photo, forwards and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from lianxin.intake import actions
from lianxin.intake.models import Attachment
from lianxin.intake.storage import file_path
from tests.intake.paper import copy

BEFORE = [("intake", "0002_words_never_change")]


@pytest.mark.django_db(transaction=True)
def test_back_and_forward_with_rows(settings: Any, tmp_path: Path) -> None:
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    row = actions.store_file(copy())
    film = actions.store_file(copy())
    Attachment.objects.filter(pk=film.pk).update(suffix="mp4")
    try:
        call_command("migrate", *BEFORE[0], verbosity=0, skip_checks=True)
        old = MigrationExecutor(connection).loader.project_state(BEFORE).apps
        kept = old.get_model("intake", "Photo").objects.all()
        assert [(photo.uuid, photo.width) for photo in kept] == [(row.uuid, 40)]
        name = row.uuid.hex
        assert (tmp_path / "photos" / name[:2] / f"{name}.jpg").exists()
    finally:
        call_command("migrate", verbosity=0, skip_checks=True)
    again = Attachment.objects.get()
    assert (again.uuid, again.suffix, again.original, again.scan) == (row.uuid, "jpg", "", "")
    assert file_path(row.uuid, "jpg").exists()
