"""Writing to the vault, and the one way to open what is in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lianxin.journal import actions as journal
from lianxin.kernel import clock, words
from lianxin.kernel.problems import Problem
from lianxin.vault import keys, sealing
from lianxin.vault.events import Erased, Revealed, Shredded
from lianxin.vault.models import Entry

FIELD = re.compile(r"[a-z_]{1,40}\Z")
SHORTEST_PURPOSE, LONGEST_PURPOSE = 4, 200


@dataclass(frozen=True)
class Erasure:
    """Proof that contact details are gone: the journal's entry and what it says was removed."""

    record: int
    at: datetime
    fields: tuple[str, ...]
    entries: int


class NotSealed(LookupError):  # noqa: N818 - reads as what happened
    """The owner has no such field in the vault."""


def seal(owner: UUID, *, fields: Mapping[str, str], shred_after: date | None = None) -> None:
    """Seal the fields that are not empty, in one insert. A field sealed again replaces the old.

    Only the public key is needed. Nothing can read it back but `reveal`.
    """
    filled = {field: text for field, text in fields.items() if text}
    for field in filled:
        if not FIELD.match(field):
            raise ValueError(f"{field!r} is not the name of a field")
    if not filled:
        return
    key_id, key = keys.public_key()
    created = clock.now()
    entries = []
    for field, text in filled.items():
        row = uuid4()
        entries.append(
            Entry(
                id=row,
                owner=owner,
                field=field,
                suite=sealing.SUITE,
                key_id=key_id,
                ciphertext=sealing.seal(text, field=field, row=row, key=key),
                created=created,
                shred_after=shred_after,
            )
        )
    Entry.objects.bulk_create(entries)


def reveal(owner: UUID, *, field: str, by: str, purpose: str, subject: str) -> str:
    """Open one field. That it was opened is on the record, committed, before it is opened.

    `subject` is what the owner belongs to, like "case:12": there the journal tells of it. The
    caller has asked its policy. Raises Problem for a purpose under 4 characters, NotSealed,
    sealing.Damaged, keys.KeysUnusable, and RuntimeError inside a transaction: its rollback would
    take the record with it.
    """
    purpose = words.clean(purpose)
    if len(purpose) < SHORTEST_PURPOSE:
        raise Problem(_("Please say in a few words what you need it for."), field="purpose")
    if len(purpose) > LONGEST_PURPOSE:
        raise Problem(
            _("Please keep to %(length)d characters.") % {"length": LONGEST_PURPOSE},
            field="purpose",
        )
    entry = Entry.objects.filter(owner=owner, field=field).order_by("-created").first()
    if entry is None:
        raise NotSealed(f"{owner} has no {field}")
    with transaction.atomic(durable=True):
        journal.record(Revealed(field=field, purpose=purpose), subject=subject, by=by)
    key = keys.private_key(entry.key_id)
    return sealing.unseal(bytes(entry.ciphertext), field=field, row=entry.id, key=key)


@transaction.atomic
def erase(owner: UUID, *, by: str, subject: str) -> Erasure:
    """Remove everything sealed for this owner, and leave an entry in the journal that says so.

    The proof stands even when there was nothing: whoever asked is told that nothing is left.
    """
    entries = Entry.objects.filter(owner=owner)
    fields = tuple(sorted(set(entries.values_list("field", flat=True))))
    removed, _kinds = entries.delete()
    record = journal.record(Erased(fields=fields, entries=removed), subject=subject, by=by)
    return Erasure(record=record.seq, at=record.at, fields=fields, entries=removed)


def shred_due() -> int:
    """Shred the entries whose last day has passed; how many rows that were."""
    over = Entry.objects.filter(shred_after__lt=clock.today())
    owners = list(over.values_list("owner", flat=True).distinct().order_by("owner"))
    return sum(
        _shred(over.filter(owner=owner), by="system", subject=f"vault:{owner}") for owner in owners
    )


@transaction.atomic
def _shred(entries: QuerySet[Entry], *, by: str, subject: str) -> int:
    fields = tuple(sorted(set(entries.values_list("field", flat=True))))
    removed, _kinds = entries.delete()
    if removed:
        journal.record(Shredded(fields=fields), subject=subject, by=by)
    return removed
