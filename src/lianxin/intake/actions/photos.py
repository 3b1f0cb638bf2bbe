"""Keep photos: the file is on the disk before the row says so."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from lianxin.intake.models import Concern, Photo
from lianxin.kernel import clock

WAIT = timedelta(hours=24)


def photo_path(photo: uuid.UUID) -> Path:
    """Where the file of a photo lies: two levels of folders, so that no folder grows large."""
    name = photo.hex
    return Path(settings.DATA) / "photos" / name[:2] / f"{name}.jpg"


def store_photo(content: bytes, *, width: int, height: int) -> Photo:
    """Keep a re-encoded JPEG, durable before the row, and return the row that waits for a form."""
    owner = uuid.uuid4()
    path = photo_path(owner)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return Photo.objects.create(uuid=owner, width=width, height=height, added_at=clock.now())


def show_result(concern: Concern, photos: Sequence[uuid.UUID]) -> None:
    """Put pictures of what was done beside those of what was wrong (M81)."""
    if photos:
        waiting = Photo.objects.filter(uuid__in=photos, concern__isnull=True)
        waiting.update(concern=concern, of_result=True)


def drop_waiting_photos() -> int:
    """Remove photos whose form was never sent within a day. Returns how many."""
    stale = list(Photo.objects.filter(concern__isnull=True, added_at__lt=clock.now() - WAIT)[:500])
    gone = 0
    for photo in stale:
        if Photo.objects.filter(pk=photo.pk, concern__isnull=True).delete()[0]:
            photo_path(photo.uuid).unlink(missing_ok=True)
            gone += 1
    return gone


def drop_orphans(files: Iterable[Path]) -> int:
    """Remove files that still belong to no row at this moment. Returns how many."""
    gone = 0
    for file in files:
        with suppress(ValueError):  # a name of ours that is no row's: half a file, left by a crash
            if Photo.objects.filter(uuid=uuid.UUID(hex=file.stem)).exists():
                continue
        file.unlink(missing_ok=True)
        gone += 1
    return gone
