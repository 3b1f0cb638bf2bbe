"""Writing checkpoints: when one is due, it is signed and owed to every anchor."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from lianxin.journal import anchors, queries, signing
from lianxin.journal.models import Anchoring, Checkpoint, Entry
from lianxin.journal.statements import Signed, Statement, read, sign
from lianxin.kernel import clock

EVERY, AT_LEAST = 1_000, timedelta(minutes=10)
"""Entries after which a checkpoint is due at once; time after which any new entry makes one due."""


def latest() -> Signed | None:
    """The newest checkpoint of the database."""
    row = Checkpoint.objects.order_by("-seq").first()
    return read(row.line) if row else None


def is_due(now: datetime) -> bool:
    """Whether there is enough that no checkpoint covers yet."""
    seq, _hash = queries.head()
    last = latest()
    if last is None or not seq:
        return bool(seq)
    behind = seq - last.statement.seq
    old = datetime.fromisoformat(last.statement.at) + AT_LEAST <= now
    return behind >= EVERY or (behind > 0 and old)


def write() -> Signed | None:
    """Sign the head of the chain and owe it to every anchor; None when there is nothing new.

    Raises signing.SigningKeyUnusable.
    """
    key = signing.private_key()
    seq, digest = queries.head()
    if not seq or Checkpoint.objects.filter(seq__gte=seq).exists():
        return None
    first = Entry.objects.order_by("seq").values_list("hash", flat=True)[0]
    now = clock.now()
    statement = Statement(
        seq=seq,
        hash=digest,
        at=now.replace(microsecond=0).isoformat(),
        database=first[:32],
        key=signing.key_id(key.public_key()),
    )
    signed = sign(statement, key)
    with transaction.atomic():
        row = Checkpoint.objects.create(seq=seq, line=signed.line())
        Anchoring.objects.bulk_create(
            Anchoring(checkpoint=row, anchor=anchor.name, due_at=now)
            for anchor in anchors.configured()
        )
    return signed
