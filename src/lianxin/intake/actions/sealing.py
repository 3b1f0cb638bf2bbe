"""Seal what a concern says to those who receive accusations, and open it again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.intake import proofs
from lianxin.intake.models import SEALED, Addition, Attachment, Concern
from lianxin.intake.sealed import packed, unpacked
from lianxin.intake.storage import file_path, put, sealed_path
from lianxin.kernel.problems import Problem
from lianxin.seals import actions as seals
from lianxin.seals import queries, sealing
from lianxin.seals.sealing import label

if TYPE_CHECKING:
    from lianxin.seals.models import Key


def seal_words(concern: Concern, *, keys: Sequence[Key]) -> None:
    """Seal words, additions and files to these keys; nothing readable is left. In a transaction.

    For a caller that records it. What is added later is sealed to the same keys.
    """
    row = Concern.objects.select_for_update().get(pk=concern.pk)
    to = [key.public for key in keys]
    if row.sealed is None:
        blob = sealing.seal(packed(row), label=label("concern", row.uuid), to=to)
        Concern.objects.filter(pk=row.pk).update(sealed=blob, **SEALED)
        for name, value in {"sealed": blob, **SEALED}.items():
            setattr(concern, name, value)
        seals.seal_to(row.uuid, keys)
    for addition in row.additions.filter(sealed=None):
        said = sealing.seal({"words": addition.words}, label=label("addition", row.uuid), to=to)
        Addition.objects.filter(pk=addition.pk).update(sealed=said, words="")
    seal_files(Attachment.objects.filter(concern=row, of_result=False), to=to)


def open_words(concern: Concern, *, unlocked: Sequence[str]) -> None:
    """Put everything back as it was said. In a transaction, for a caller that records it.

    Problem when the key is not unlocked, or when what comes out is not what was filed.
    """
    row = Concern.objects.select_for_update().get(pk=concern.pk)
    if row.sealed is None:
        return
    try:
        values = sealing.unseal(row.sealed, label=label("concern", row.uuid), unlocked=unlocked)
        said = {
            addition.pk: sealing.unseal(
                addition.sealed, label=label("addition", row.uuid), unlocked=unlocked
            )["words"]
            for addition in row.additions.all()
            if addition.sealed is not None
        }
        Concern.objects.filter(pk=row.pk).update(sealed=None, **unpacked(values))
        for pk, words in said.items():
            Addition.objects.filter(pk=pk).update(sealed=None, words=words)
    except sealing.Shut:
        raise Problem(_("Unlock your key first: the words are sealed to it.")) from None
    concern.refresh_from_db()
    if proofs.agrees(concern) is False:
        raise Problem(_("These words are not those that were filed. Nothing was changed."))
    # Last: a readable file beside a change that failed would lie there for a day.
    _open_files(Attachment.objects.filter(concern=row, sealed=True), unlocked)
    seals.seal_no_more(row.uuid)


def sealed_like(concern: Concern, words: str) -> tuple[str, bytes | None, list[str]]:
    """How words that are added to a concern are kept: words, sealed, the keys. In a transaction."""
    # Locked: it may be sealed at this very moment.
    row = Concern.objects.select_for_update().only("sealed").get(pk=concern.pk)
    to = queries.keys_of(concern.uuid) if row.sealed is not None else []
    if not to:
        return words, None, []
    return (
        "",
        sealing.seal({"words": words}, label=label("addition", concern.uuid), to=to),
        to,
    )


def seal_files(rows: Iterable[Attachment], *, to: Sequence[str]) -> None:
    """Seal the clean copies; they go when the transaction is through.

    After a crash between the two the nightly reconciliation takes them away.
    """
    for row in rows:
        plain, shut = file_path(row.uuid, row.suffix), sealed_path(row.uuid)
        if not row.sealed and plain.exists():
            _swap(row, plain, shut, lambda source, out: sealing.seal_file(source, out, to=to))


def _open_files(rows: Iterable[Attachment], unlocked: Sequence[str]) -> None:
    for row in rows:
        plain, shut = file_path(row.uuid, row.suffix), sealed_path(row.uuid)
        # One that is lost or damaged stays as it is: the words do not wait for it.
        with suppress(sealing.Shut, FileNotFoundError):
            _swap(row, shut, plain, lambda a, b: sealing.unseal_file(a, b, unlocked=unlocked))


def _swap(
    row: Attachment, old: Path, new: Path, write: Callable[[IO[bytes], IO[bytes]], object]
) -> None:
    """Write the new file before the row says so, and remove the old one after the commit."""
    with old.open("rb") as source:
        put(new, lambda out: write(source, out))
    Attachment.objects.filter(pk=row.pk).update(sealed=not row.sealed)
    transaction.on_commit(lambda: old.unlink(missing_ok=True))
