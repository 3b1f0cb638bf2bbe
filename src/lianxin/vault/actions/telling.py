"""Telling a resident that there is news. The product does it; nobody sees the address."""

from __future__ import annotations

from django.db import transaction

from lianxin.access import SYSTEM
from lianxin.journal import actions as journal
from lianxin.kernel import clock
from lianxin.vault.choices import News, Way
from lianxin.vault.doors import Away, door
from lianxin.vault.events import Noticed, NoticeReturned
from lianxin.vault.models import Letter


def notify(subject: str, *, way: Way, news: News) -> str:
    """Send one notice; the failure, or nothing. Each try is on the record before it goes.

    Raises NotOpened, KeysUnusable and Away, and RuntimeError inside a transaction.
    """
    with transaction.atomic(durable=True):
        letter = Letter.objects.create(subject=subject, way=way, written_at=clock.now())
        event = Noticed(letter=letter.pk, way=way, news=news)
        record = journal.record(event, subject=subject, by=SYSTEM.actor)
    try:
        return door().notify(record.seq)
    except Away:
        # It may have gone although the answer came too late; then nobody is told twice.
        if Letter.objects.filter(pk=letter.pk, sent_at__isnull=False).exists():
            return ""
        raise


def came_back(subject: str) -> bool:
    """The latest e-mail about a subject did not reach the person after all; whether there is one.

    Part of the caller's transaction, which has it on the record.
    """
    sent = Letter.objects.filter(subject=subject, way=Way.EMAIL, sent_at__isnull=False)
    latest = sent.order_by("-sent_at").first()
    if latest is None:
        return False
    latest.sent_at, latest.failure = None, "returned"
    latest.save(update_fields=["sent_at", "failure"])
    return True


def returned(way: Way, ref: str) -> None:
    """The carrier says that what it named so did not reach the person after all."""
    with transaction.atomic():
        rows = Letter.objects.select_for_update().filter(way=way, sent_at__isnull=False)
        letter = rows.filter(carrier_ref=ref).first() if ref else None
        if letter is None:
            return
        letter.sent_at, letter.failure = None, "returned"
        letter.save(update_fields=["sent_at", "failure"])
        event = NoticeReturned(letter=letter.pk)
        journal.record(event, subject=letter.subject, by=SYSTEM.actor)
