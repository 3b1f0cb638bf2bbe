"""Telling a resident that there is news. The product does it; nobody sees the address."""

from __future__ import annotations

from django.db import transaction

from lianxin.access import SYSTEM
from lianxin.journal import actions as journal
from lianxin.kernel import clock
from lianxin.vault.choices import News, Way
from lianxin.vault.doors import door
from lianxin.vault.events import Noticed
from lianxin.vault.models import Letter


def notify(subject: str, *, way: Way, news: News) -> str:
    """Send one notice; the failure, or nothing. Each try is on the record before it goes.

    Raises NotOpened, KeysUnusable and Away, and RuntimeError inside a transaction.
    """
    with transaction.atomic(durable=True):
        letter = Letter.objects.create(subject=subject, way=way, written_at=clock.now())
        event = Noticed(letter=letter.pk, way=way, news=news)
        record = journal.record(event, subject=subject, by=SYSTEM.actor)
    return door().notify(record.seq)
