"""Which files the rows speak of, and which of the two is there without the other.

A file is durable before its row is written and removed after its row is gone, so a row without a
file is always a loss; a file without a row is what a crash or a form never sent left behind.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from lianxin.intake.actions.photos import photo_path
from lianxin.intake.models import Photo

TABLE = Photo._meta.db_table
FOLDER = "photos"
ORPHAN_AFTER = 86_400.0
"""Seconds after which a file without a row is no longer one whose row is about to be written."""
PARTS = 256
"""Folders that the files lie in, by the first byte of their name."""


@dataclass
class Apart:
    """Names of rows without a file, and files without a row that are older than asked for."""

    missing: list[uuid.UUID] = field(default_factory=list)
    orphans: list[Path] = field(default_factory=list)


def name_of(photo: uuid.UUID) -> str:
    """The file of a row, as seen from the data folder."""
    return photo_path(photo).relative_to(settings.DATA).as_posix()


def names_sent() -> Iterator[str]:
    """The file of every row whose form was sent."""
    rows = Photo.objects.exclude(concern=None).order_by("pk")
    return (name_of(photo) for photo in rows.values_list("uuid", flat=True).iterator())


def compare(*, older: float) -> Apart:
    """Hold files and rows against each other; `older`: seconds since a file was written.

    One folder at a time, so that memory does not grow with the number of files.
    """
    apart = Apart()
    for part in range(PARTS):
        folder = Path(settings.DATA) / FOLDER / f"{part:02x}"
        there = _files(folder)
        low, high = uuid.UUID(int=part << 120), uuid.UUID(int=((part + 1) << 120) - 1)
        rows = Photo.objects.filter(uuid__gte=low, uuid__lte=high)
        wanted = {photo_path(photo): photo for photo in rows.values_list("uuid", flat=True)}
        # A file may have come after the folder was read: ask for each that seems to be missing.
        apart.missing += [
            photo for path, photo in wanted.items() if path.name not in there and not path.exists()
        ]
        known = {path.name for path in wanted}
        before = time.time() - older
        apart.orphans += [
            folder / name for name, at in there.items() if name not in known and at < before
        ]
    return apart


def _files(folder: Path) -> dict[str, float]:
    """Names of the files in a folder, with the moment each was written."""
    found = {}
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_file(follow_symlinks=False):
                    found[entry.name] = entry.stat().st_mtime
    except FileNotFoundError:
        pass
    return found
