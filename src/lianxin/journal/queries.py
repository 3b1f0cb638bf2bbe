"""Reading the journal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.db.models import Count, Min, Q

from lianxin.journal import chain, outbox, statements
from lianxin.journal.models import Checkpoint, Delivery, Entry
from lianxin.kernel import clock

PUBLISHED_DAYS = 30


def story(subjects: Sequence[str]) -> list[Entry]:
    """All entries about these subjects, in the order they happened."""
    return list(Entry.objects.filter(subject__in=list(subjects)).order_by("seq"))


def moments(subjects: Sequence[str], events: Sequence[str]) -> list[tuple[str, str, datetime]]:
    """Subject, event and time of the entries of these events about these subjects, in order."""
    rows = Entry.objects.filter(subject__in=list(subjects), event__in=list(events))
    return list(rows.order_by("seq").values_list("subject", "event", "at"))


def between(since: datetime, until: datetime, events: Sequence[str]) -> Iterator[Entry]:
    """Entries of these events in a span of time (until is outside), in the order they happened."""
    rows = Entry.objects.filter(event__in=list(events), at__gte=since, at__lt=until)
    return rows.order_by("seq").iterator()


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


def published(before: date) -> list[str]:
    """The last checkpoint's line of each of the thirty last days before this one, newest first.

    One a day and none of today: more of them would tell, nearly to the minute, when something
    happened that not everybody may know of.
    """
    lines: dict[date, str] = {}
    rows = Checkpoint.objects.order_by("-seq").values_list("line", flat=True)
    for line in rows.iterator(chunk_size=500):
        signed = statements.read(line)
        if signed is None:
            continue
        day = datetime.fromisoformat(signed.statement.at).astimezone(clock.SHANGHAI).date()
        if day < before:
            lines.setdefault(day, line)
        if len(lines) > PUBLISHED_DAYS:
            break
    return list(lines.values())[:PUBLISHED_DAYS]


def about(
    kinds: Sequence[str], names: Sequence[str], *, before: int | None = None, limit: int = 50
) -> list[Entry]:
    """The newest entries of these events about subjects of these kinds, before a number."""
    subjects = Q(pk__in=())
    for kind in kinds:
        subjects |= Q(subject__startswith=f"{kind}:")
    rows = Entry.objects.filter(subjects, event__in=list(names))
    if before is not None:
        rows = rows.filter(seq__lt=before)
    return list(rows.order_by("-seq")[:limit])
