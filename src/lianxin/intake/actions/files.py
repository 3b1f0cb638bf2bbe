"""Keep files: the file is on the disk before the row says so."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import IO

from django.db import transaction
from django.db.models import QuerySet

from lianxin.files import Clean
from lianxin.intake.actions import originals
from lianxin.intake.models import Attachment, Concern
from lianxin.intake.storage import file_path, original_path, put, sealed_path
from lianxin.intake.stored import COLUMNS, names_of
from lianxin.kernel import clock
from lianxin.vault.actions import erase

WAIT = timedelta(hours=24)


def store_file(copy: Clean, *, original: IO[bytes] | None = None) -> Attachment:
    """Keep a clean copy, durable before the row, and return the row that waits for a form.

    `original`: what came, when the person wants it kept: sealed with the vault's public key.
    """
    owner = uuid.uuid4()
    copy.content.seek(0)
    put(file_path(owner, copy.format.suffix), lambda out: shutil.copyfileobj(copy.content, out))
    copy.content.close()
    row = Attachment(
        uuid=owner,
        suffix=copy.format.suffix,
        size=copy.size,
        width=copy.width,
        height=copy.height,
        pages=copy.pages,
        seconds=copy.seconds,
        added_at=clock.now(),
    )
    if original is None:
        row.save()
        return row
    row.original = copy.family
    sealing = originals.Sealing()
    put(original_path(owner), lambda out: sealing.write(original, out))
    with transaction.atomic():
        sealing.keep_key(owner)
        row.save()
    return row


def store_authority(copy: Clean) -> Attachment:
    """Keep somebody's signed word: sealed with the vault's public key, and no copy to look at.

    Returns the row that waits for its form. What is sealed is the clean copy: where and on which
    device it was photographed is nobody's business.
    """
    owner = uuid.uuid4()
    row = Attachment(
        uuid=owner,
        authority=True,
        suffix=copy.format.suffix,
        original=copy.format.suffix,
        size=copy.size,
        pages=copy.pages,
        added_at=clock.now(),
    )
    sealing = originals.Sealing()
    put(original_path(owner), lambda out: sealing.write(copy.content, out))
    copy.content.close()
    with transaction.atomic():
        sealing.keep_key(owner)
        row.save()
    return row


def show_result(concern: Concern, attachments: Sequence[uuid.UUID]) -> None:
    """Put pictures of what was done beside those of what was wrong (M81)."""
    if attachments:
        waiting = Attachment.objects.filter(uuid__in=attachments, concern__isnull=True)
        waiting.update(concern=concern, of_result=True)


def remove_files(concern: Concern) -> int:
    """Remove the files of a concern for good; how many. For a caller that records why.

    The file goes before the row: after a crash the row is still there, and is removed again.
    """
    return _remove(Attachment.objects.filter(concern=concern))


def remove_authority(concern: Concern) -> None:
    """Remove the signed word of a person, which bears their name. For a caller that records why."""
    _remove(Attachment.objects.filter(concern=concern, authority=True))


def _remove(which: QuerySet[Attachment]) -> int:
    rows = list(which)
    for row in rows:
        if row.original:
            erase(row.uuid, by="system", subject=f"file:{row.pk}")
            original_path(row.uuid).unlink(missing_ok=True)
        file_path(row.uuid, row.suffix).unlink(missing_ok=True)
        sealed_path(row.uuid).unlink(missing_ok=True)
    Attachment.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def drop_waiting() -> int:
    """Remove files whose form was never sent within a day. Returns how many."""
    old = Attachment.objects.filter(concern__isnull=True, added_at__lt=clock.now() - WAIT)
    gone = 0
    for row in list(old[:500]):
        with transaction.atomic():
            if not Attachment.objects.filter(pk=row.pk, concern__isnull=True).delete()[0]:
                continue
            if row.original:
                erase(row.uuid, by="system", subject=f"file:{row.pk}")
        file_path(row.uuid, row.suffix).unlink(missing_ok=True)
        original_path(row.uuid).unlink(missing_ok=True)
        gone += 1
    return gone


def drop_orphans(paths: Iterable[Path]) -> int:
    """Remove files that still belong to no row at this moment. Returns how many."""
    gone = 0
    for path in paths:
        with suppress(ValueError):  # a name of ours that is no row's: half a file, left by a crash
            rows = Attachment.objects.filter(uuid=uuid.UUID(hex=path.stem))
            names = [name for row in rows.values_list(*COLUMNS) for name in names_of(*row)]
            if path.name in {Path(name).name for name in names}:
                continue
        path.unlink(missing_ok=True)
        gone += 1
    return gone
