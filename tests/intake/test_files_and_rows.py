"""A photo whose file is gone raises the alarm; a file that belongs to nothing goes after a day."""

from __future__ import annotations

import os
import time
import uuid
from pathlib import Path

import pytest

from lianxin.config import checks
from lianxin.intake import stored
from lianxin.intake.actions import drop_orphans, store_photo
from lianxin.intake.actions.photos import photo_path
from lianxin.intake.tasks import reconcile_files

DAY = 86_400


@pytest.fixture
def data(db: None, tmp_path: Path, settings: object) -> Path:
    settings.DATA = tmp_path  # type: ignore[attr-defined]
    return tmp_path


def aged(path: Path, seconds: float) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    os.utime(path, (time.time() - seconds,) * 2)
    return path


def test_a_photo_without_its_file_is_an_alarm(data: Path) -> None:
    kept, lost = (store_photo(b"jpeg", width=1, height=1) for _ in range(2))
    assert checks.photos() == []
    photo_path(lost.uuid).unlink()
    (found,) = checks.photos()
    assert stored.name_of(lost.uuid) in found.msg
    reconcile_files()
    assert photo_path(kept.uuid).exists()


def test_files_of_nothing_go_after_a_day(data: Path) -> None:
    photo = photo_path(store_photo(b"jpeg", width=1, height=1).uuid)
    aged(photo, 30 * DAY)
    old, half = (
        aged(photo_path(uuid.uuid4()), DAY + 60),
        aged(data / "photos/ab/half.part", 2 * DAY),
    )
    fresh = aged(photo_path(uuid.uuid4()), DAY - 60)
    reconcile_files()
    assert photo.exists() and fresh.exists()
    assert not old.exists() and not half.exists()


def test_a_row_written_meanwhile_keeps_its_file(data: Path) -> None:
    photo = store_photo(b"jpeg", width=1, height=1)
    assert drop_orphans([photo_path(photo.uuid)]) == 0
    assert photo_path(photo.uuid).exists()
