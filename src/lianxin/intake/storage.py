"""Where kept files lie, and how one is put there."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import IO

from django.conf import settings

ORIGINAL, SEALED = "age", "seal"


def file_path(name: uuid.UUID, suffix: str) -> Path:
    """Where a file lies: two levels of folders, so that no folder grows large."""
    return Path(settings.MEDIA_ROOT) / name.hex[:2] / f"{name.hex}.{suffix}"


def original_path(name: uuid.UUID) -> Path:
    """Where the sealed original of a file lies, if it was kept."""
    return file_path(name, ORIGINAL)


def sealed_path(name: uuid.UUID) -> Path:
    """Where the copy of a file lies once it is sealed with the words of its concern."""
    return file_path(name, SEALED)


def put(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write a whole, durable file: after a crash it is there, or its name is not."""
    made = not path.parent.exists()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
    # The folder's own name has to be durable too, when it is new.
    for folder in [path.parent, *([path.parent.parent, path.parent.parent.parent] if made else [])]:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
