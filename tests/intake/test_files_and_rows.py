"""A row whose file is gone raises the alarm; a file that belongs to nothing goes after a day."""

from __future__ import annotations

import os
import time
import uuid
from pathlib import Path

import pytest

from lianxin.config import checks
from lianxin.intake import stored
from lianxin.intake.actions import drop_orphans, store_file
from lianxin.intake.storage import file_path, original_path
from lianxin.intake.tasks import reconcile_files
from tests.intake.paper import copy, picture

DAY = 86_400


@pytest.fixture
def root(db: None, tmp_path: Path, settings: object) -> Path:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    return tmp_path


def aged(path: Path, seconds: float) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    os.utime(path, (time.time() - seconds,) * 2)
    return path


@pytest.mark.parametrize("which", ["copy", "original"])
def test_a_row_without_its_file_is_an_alarm(root: Path, which: str) -> None:
    kept, lost = (store_file(copy(), original=picture()) for _ in range(2))
    assert checks.files() == []
    gone = file_path(lost.uuid, "jpg") if which == "copy" else original_path(lost.uuid)
    gone.unlink()
    (found,) = checks.files()
    assert gone.name in found.msg
    reconcile_files()
    assert file_path(kept.uuid, "jpg").exists() and original_path(kept.uuid).exists()


def test_files_of_nothing_go_after_a_day(root: Path) -> None:
    kept = file_path(store_file(copy()).uuid, "jpg")
    aged(kept, 30 * DAY)
    old, half = (
        aged(file_path(uuid.uuid4(), "mp4"), DAY + 60),
        aged(root / "ab" / "half.pdf.part", 2 * DAY),
    )
    fresh = aged(file_path(uuid.uuid4(), "jpg"), DAY - 60)
    reconcile_files()
    assert kept.exists() and fresh.exists()
    assert not old.exists() and not half.exists()


def test_a_row_written_meanwhile_keeps_its_file(root: Path) -> None:
    row = store_file(copy())
    assert drop_orphans([file_path(row.uuid, "jpg")]) == 0
    assert stored.names_of(row.uuid, "jpg", "", sealed=False) == [
        f"files/{row.uuid.hex[:2]}/{row.uuid.hex}.jpg"
    ]
    assert file_path(row.uuid, "jpg").exists()
