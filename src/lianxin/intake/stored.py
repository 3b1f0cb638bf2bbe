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

from lianxin.intake.models import Attachment
from lianxin.intake.storage import file_path, original_path, sealed_path

TABLE = Attachment._meta.db_table
FOLDER = "files"
ORPHAN_AFTER = 86_400.0
"""Seconds after which a file without a row is no longer one whose row is about to be written."""
PARTS = 256
"""Folders that the files lie in, by the first byte of their name."""


@dataclass
class Apart:
    """Files that rows speak of and that are gone, as seen from the data folder, and files without a
    row that are older than asked for."""

    missing: list[str] = field(default_factory=list)
    orphans: list[Path] = field(default_factory=list)


COLUMNS = ("uuid", "suffix", "original", "sealed", "authority")
"""What `names_of` wants of a row."""


def names_of(
    name: uuid.UUID, suffix: str, original: str, sealed: bool, authority: bool = False
) -> list[str]:
    """The files of a row, as seen from the data folder: the copy, the sealed original."""
    copy = sealed_path(name) if sealed else file_path(name, suffix)
    paths = [*([] if authority else [copy]), *([original_path(name)] if original else [])]
    return [f"{FOLDER}/{path.relative_to(settings.MEDIA_ROOT).as_posix()}" for path in paths]


def names_sent() -> Iterator[str]:
    """The files of every row whose form was sent."""
    rows = Attachment.objects.exclude(concern=None).order_by("pk")
    for row in rows.values_list(*COLUMNS).iterator():
        yield from names_of(*row)


def compare(*, older: float) -> Apart:
    """Hold files and rows against each other; `older`: seconds since a file was written.

    One folder at a time, so that memory does not grow with the number of files.
    """
    apart = Apart()
    root = Path(settings.MEDIA_ROOT)
    for part in range(PARTS):
        there = _files(root / f"{part:02x}")
        low, high = uuid.UUID(int=part << 120), uuid.UUID(int=((part + 1) << 120) - 1)
        rows = Attachment.objects.filter(uuid__gte=low, uuid__lte=high)
        wanted = {
            Path(name).name: name for row in rows.values_list(*COLUMNS) for name in names_of(*row)
        }
        # A file may have come after the folder was read: ask for each that seems to be missing.
        apart.missing += [
            name
            for file, name in wanted.items()
            if file not in there and not (root / f"{part:02x}" / file).exists()
        ]
        before = time.time() - older
        apart.orphans += [
            root / f"{part:02x}" / file
            for file, at in there.items()
            if file not in wanted and at < before
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
