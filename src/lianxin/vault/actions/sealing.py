"""Putting into the vault, and removing from it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import transaction

from lianxin.journal import actions as journal
from lianxin.kernel import clock
from lianxin.vault import keys, sealing
from lianxin.vault.events import Erased, Shredded
from lianxin.vault.models import Entry

FIELD = re.compile(r"[a-z_]{1,40}\Z")


@dataclass(frozen=True)
class Erasure:
    """Proof that contact details are gone: the journal's entry and what it says was removed."""

    record: int
    at: datetime
    fields: tuple[str, ...]
    entries: int


def seal(owner: UUID, *, fields: Mapping[str, str], shred_after: date | None = None) -> None:
    """Seal the fields that are not empty, in one insert. A field sealed again replaces the old.

    `shred_after`: the last day to keep them, in Shanghai; by default the last of the month that
    lies LIANXIN_CONTACT_MONTHS ahead. Only the public key is needed; nothing here can read it.
    """
    filled = {field: text for field, text in fields.items() if text}
    for field in filled:
        if not FIELD.match(field):
            raise ValueError(f"{field!r} is not the name of a field")
    if not filled:
        return
    last = shred_after or keys.months_on(clock.today(), keys.kept_months().start)
    key_id, key, last = keys.sealing_key(last)
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
                shred_after=last,
            )
        )
    Entry.objects.bulk_create(entries)


def reseal(owner: UUID, *, fields: Mapping[str, str]) -> None:
    """Seal the fields that are not empty; what was sealed under their names before is gone.

    In the transaction of a caller that lets one at a time do this for an owner.
    """
    old = Entry.objects.filter(owner=owner, field__in=[name for name in fields if fields[name]])
    old.delete()
    seal(owner, fields=fields)


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
    """Remove the entries whose last day has passed; how many rows that were."""
    over = Entry.objects.filter(shred_after__lt=clock.today())
    owners = list(over.values_list("owner", flat=True).distinct().order_by("owner"))
    removed = 0
    for owner in owners:
        with transaction.atomic():
            rows = over.filter(owner=owner)
            fields = tuple(sorted(set(rows.values_list("field", flat=True))))
            removed += rows.delete()[0]
            journal.record(Shredded(fields=fields), subject=f"vault:{owner}", by="system")
    return removed
