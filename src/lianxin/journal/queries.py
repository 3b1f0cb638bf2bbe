"""Reading the journal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, Min

from lianxin.journal import chain, outbox
from lianxin.journal.models import Delivery, Entry


def story(subjects: Sequence[str]) -> list[Entry]:
    """All entries about these subjects, in the order they happened."""
    return list(Entry.objects.filter(subject__in=list(subjects)).order_by("seq"))


def entry(seq: int) -> Entry | None:
    """The entry with this number."""
    return Entry.objects.filter(seq=seq).first()


def is_linked(entry: Entry) -> bool:
    """Whether an entry is a true link: its hash covers what it says, and the entry before it."""
    before = Entry.objects.filter(seq=entry.seq - 1).values_list("hash", flat=True).first()
    return entry.prev == (before or chain.GENESIS) and entry.hash == chain.link(
        seq=entry.seq,
        prev=entry.prev,
        at=chain.moment_text(entry.at),
        event=entry.event,
        subject=entry.subject,
        actor=entry.actor,
        act=entry.act,
        data=entry.data,
    )


def head() -> tuple[int, str]:
    """Number and hash of the last entry; (0, "") while there is none."""
    row = Entry.objects.order_by("-seq").values_list("seq", "hash").first()
    return row or (0, "")


def dead() -> list[Delivery]:
    """Deliveries that failed for good: a person has to look at them."""
    waiting = Delivery.objects.exclude(dead_at=None).select_related("entry")
    return list(waiting.order_by("entry_id", "handler"))


def backlog() -> tuple[int, datetime | None]:
    """How many deliveries wait, and since when the oldest has been due."""
    waiting = Delivery.objects.filter(done_at=None, dead_at=None)
    found = waiting.aggregate(count=Count("pk"), oldest=Min("due_at"))
    return found["count"], found["oldest"]


def without_handler() -> list[str]:
    """Handlers that are owed entries but no longer exist in the code."""
    waiting = Delivery.objects.filter(done_at=None, dead_at=None)
    names = waiting.exclude(handler__in=outbox.all_handlers())
    return sorted(names.values_list("handler", flat=True).distinct())
