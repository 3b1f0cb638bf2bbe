"""Keys that are due go, keys that will be needed come. Runs where the private keys are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from lianxin.journal import actions as journal
from lianxin.kernel import clock
from lianxin.vault import keys, sealing
from lianxin.vault.actions.sealing import shred_due
from lianxin.vault.events import KeysDestroyed, Rotated
from lianxin.vault.models import Entry
from lianxin.vault.private import PrivateKeys, keep_until

BATCH = 500


@dataclass
class Rotation:
    """What a rotation did: months with a new key, entries sealed anew, entries that cannot be."""

    months: int = 0
    entries: int = 0
    damaged: int = 0
    kept: int = 0


def keep_house() -> None:
    """Destroy the keys of months that are over and retired ones nobody needs; make the next."""
    own = PrivateKeys()
    own.prepare()
    if own.over():
        shred_due()
    for month, ids in sorted(own.over().items()):
        # A row that may still be kept was sealed to an older key than its day; it is sealed anew.
        if Entry.objects.filter(key_id__in=ids, shred_after__gte=clock.today()).exists():
            reseal(own, ids)
        _recorded(month, own.destroy(month))
    if own.retired():
        reseal(own, set(own.retired()))
        _remove_retired(own)


def rotate(keep_days: int) -> Rotation:
    """New keys seal from now on, and what was sealed to the old ones is sealed anew.

    Old private keys stay `keep_days`: a backup that is not older still opens. Goes on where a
    killed rotation stopped: which keys are retired stands in the key folder before anything else.
    """
    own, done = PrivateKeys(), Rotation()
    own.prepare()
    _go_on(own, done)
    if not done.months and not done.entries:
        own.retire(keep_until(keep_days))
        _go_on(own, done)
    _remove_retired(own)
    done.kept = len(own.retired())
    with transaction.atomic():
        event = Rotated(months=done.months, entries=done.entries)
        journal.record(event, subject="vault", by="system")
    return done


def _go_on(own: PrivateKeys, done: Rotation) -> None:
    done.months += len(own.renew())
    if retired := set(own.retired()):
        entries, done.damaged = reseal(own, retired)
        done.entries += entries


def reseal(own: PrivateKeys, old: set[str]) -> tuple[int, int]:
    """Seal what lies under these keys to today's; how many rows, and how many cannot be opened.

    In batches that commit by themselves: killed in between, the rest is found again.
    """
    done = damaged = 0
    for rows in _batches(old):
        with transaction.atomic():
            for row in rows:
                last = row.shred_after or keys.months_on(clock.today(), keys.kept_months().start)
                try:
                    key = own.read(row.key_id)
                    text = sealing.unseal(
                        bytes(row.ciphertext), field=row.field, row=row.id, key=key
                    )
                except (sealing.Damaged, keys.KeysUnusable):
                    damaged += 1
                    continue
                public = own.public(keys.month_of(last))
                done += Entry.objects.filter(pk=row.pk, key_id=row.key_id).update(
                    key_id=keys.key_id(public),
                    ciphertext=sealing.seal(
                        text, field=row.field, row=row.id, key=sealing.public_key(public)
                    ),
                    shred_after=last,
                )
    return done, damaged


def _batches(old: set[str]) -> Iterator[Sequence[Entry]]:
    rows = Entry.objects.filter(key_id__in=sorted(old)).order_by("pk")
    # What is past its day is about to go; its key may be gone already.
    rows = rows.exclude(shred_after__lt=clock.today())
    found = list(rows[:BATCH])
    while found:
        yield found
        found = list(rows.filter(pk__gt=found[-1].pk)[:BATCH])


def _remove_retired(own: PrivateKeys) -> None:
    # A whole day in between: processes that seal look for new keys twice a day.
    yesterday = clock.today() - timedelta(days=1)
    due = {key_id for key_id, day in own.retired().items() if day < yesterday}
    needed = set(Entry.objects.filter(key_id__in=due).values_list("key_id", flat=True).distinct())
    if due - needed:
        _recorded("", own.remove(due - needed))


def _recorded(month: str, destroyed: int) -> None:
    with transaction.atomic():
        event = KeysDestroyed(month=month, keys=destroyed)
        journal.record(event, subject="vault", by="system")
