"""A file is on the disk, under its name, before a row says so; what a crash leaves is cleared."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pytest
from django.conf import settings

from lianxin.intake import actions, storage
from lianxin.intake.actions import files
from lianxin.intake.models import Attachment
from tests.intake.paper import copy

pytestmark = pytest.mark.django_db
ORDER = ["write", "fsync file", "rename", "fsync folder", "row"]


def order(monkeypatch: pytest.MonkeyPatch, put: Callable[..., None]) -> list[str]:
    """What happens when a file is kept, in order, each once."""
    seen: list[str] = []
    fsync, rename, save = os.fsync, Path.rename, Attachment.save

    def on_fsync(handle: int) -> None:
        seen.append("fsync folder" if os.path.isdir(f"/proc/self/fd/{handle}") else "fsync file")
        fsync(handle)

    def on_rename(self: Path, target: Any) -> Path:
        seen.append("rename")
        return rename(self, target)

    def on_save(self: Attachment, **options: Any) -> None:
        seen.append("row")
        save(self, **options)

    def on_put(path: Path, write: Callable[[IO[bytes]], object]) -> None:
        def noted(out: IO[bytes]) -> None:
            seen.append("write")
            write(out)

        put(path, noted)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", on_fsync)
        patch.setattr(Path, "rename", on_rename)
        patch.setattr(Attachment, "save", on_save)
        patch.setattr(files, "put", on_put)
        actions.store_file(copy())
    return list(dict.fromkeys(seen))


def test_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    assert order(monkeypatch, storage.put) == ORDER


def test_the_order_catches_a_build_that_only_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    def only_writes(path: Path, write: Callable[[IO[bytes]], object]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write(file)

    assert order(monkeypatch, only_writes) != ORDER


def test_a_full_disk_leaves_no_row_and_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    before = set(Path(settings.MEDIA_ROOT).rglob("*.jpg"))
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            actions.store_file(copy())
    assert not Attachment.objects.exists()
    assert set(Path(settings.MEDIA_ROOT).rglob("*.jpg")) == before
