"""What the vault tells without opening anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Count, Max, OuterRef, QuerySet

from lianxin.journal import queries as journal
from lianxin.journal.events import Event
from lianxin.kernel import clock
from lianxin.vault import relay
from lianxin.vault.choices import FIELD_OF, HIDDEN, Decision, State, Way
from lianxin.vault.events import Compared, Noticed
from lianxin.vault.limits import ANSWER_WITHIN, GRANTED_FOR, REVIEW_WITHIN, VIEWS
from lianxin.vault.models import Entry, Letter, Opening, Request

MOST_WAITING = 500


def entries_of(owner: UUID | OuterRef) -> QuerySet[Entry]:
    """What is sealed for an owner; for use inside another query."""
    return Entry.objects.filter(owner=owner)


def ways_of_notice() -> list[Way]:
    """By which ways a notice can go out here."""
    return [way for way in relay.ways() if way != Way.CALL]


def last_day(owner: UUID) -> date | None:
    """The last day anything of this owner is kept, whatever happens; None when nothing is."""
    last: date | None = Entry.objects.filter(owner=owner).aggregate(last=Max("shred_after"))["last"]
    return last


def sealed_before(owner: UUID, moment: datetime) -> bool:
    """Whether anything is still there that was sealed for this owner before a moment."""
    return Entry.objects.filter(owner=owner, created__lt=moment).exists()


def fields(owner: UUID) -> list[str]:
    """Names of the fields sealed for this owner that somebody could be shown."""
    return fields_of([owner])[owner]


def every_field(owner: UUID) -> list[str]:
    """The same with those that nobody is ever shown: for the person, and for erasing."""
    rows = Entry.objects.filter(owner=owner).values_list("field", flat=True)
    return sorted(set(rows))


def fields_of(owners: Iterable[UUID]) -> dict[UUID, list[str]]:
    """The same for many owners with one query."""
    found: dict[UUID, set[str]] = {owner: set() for owner in owners}
    rows = Entry.objects.filter(owner__in=list(found)).values_list("owner", "field")
    for owner, field in rows:
        if field not in HIDDEN:
            found[owner].add(field)
    return {owner: sorted(names) for owner, names in found.items()}


def ways_to(sealed: Sequence[str]) -> list[Way]:
    """The ways by which staff can write or call, with an address among these sealed fields.

    What staff write goes by no account of WeChat: its messages lie on the servers of another.
    """
    return [way for way in relay.ways() if FIELD_OF[way] in set(sealed) - HIDDEN]


def requests_of(subject: str) -> list[Request]:
    """All requests about a subject, the newest first, each with `views`: how often it was used."""
    return list(_counted(Request.objects.filter(subject=subject)).order_by("-asked_at", "-pk"))


def request(pk: int) -> Request | None:
    """One request with `views`."""
    return _counted(Request.objects.filter(pk=pk)).first()


def usable(subject: str, user_id: int) -> Request | None:
    """The request with which this person may open the details now."""
    own = [row for row in requests_of(subject) if row.requester == user_id]
    return next((row for row in own if state(row) == State.GRANTED), None)


def state(row: Request) -> State:
    """How a request (one with `views`) stands now."""
    now = clock.now()
    if row.decision == Decision.REFUSED:
        return State.REFUSED
    lapses = until(row)
    if lapses is None:
        return State.EXPIRED if now - row.asked_at > ANSWER_WITHIN else State.REQUESTED
    if not views_left(row):
        return State.USED
    return State.EXPIRED if now > lapses else State.GRANTED


def views_left(row: Request) -> int:
    """How often a request (one with `views`) can still be used."""
    used: int = getattr(row, "views", 0)
    return max(0, VIEWS - used)


def until(row: Request) -> datetime | None:
    """When a granted request lapses."""
    since = row.asked_at if row.emergency else row.decided_at
    return since + GRANTED_FOR if since else None


def answer_by(row: Request) -> datetime:
    """Until when a second person should answer, or look at an emergency."""
    return row.asked_at + (REVIEW_WITHIN if row.emergency else ANSWER_WITHIN)


def undecided() -> list[Request]:
    """What waits for a second person: requests of three days, emergencies until somebody looked."""
    rows = _counted(Request.objects.filter(decision="", verdict=""))
    asked = rows.filter(emergency=False, asked_at__gt=clock.now() - ANSWER_WITHIN)
    found = [*rows.filter(emergency=True).order_by("asked_at")[:MOST_WAITING]]
    return [*found, *asked.order_by("asked_at")[:MOST_WAITING]]


def shown_today(actor: str) -> int:
    """How often details were shown to somebody on this day in Shanghai."""
    begins = datetime.combine(clock.today(), time(), clock.SHANGHAI)
    return Opening.objects.filter(actor=actor, shown=True, at__gte=begins).count()


def compared_by(actor: str) -> int:
    """How often somebody had something compared on this day in Shanghai."""
    begins = datetime.combine(clock.today(), time(), clock.SHANGHAI)
    return Opening.objects.filter(actor=actor, compared=True, at__gte=begins).count()


def shown_before(actor: str, record: int, at: datetime) -> int:
    """How often details were shown to somebody on the day of a record, before that record."""
    begins = datetime.combine(at.astimezone(clock.SHANGHAI), time(), clock.SHANGHAI)
    rows = Opening.objects.filter(actor=actor, shown=True, at__gte=begins, record__lt=record)
    return rows.count()


def letters_of(subject: str) -> dict[int, Letter]:
    """What was sent about a subject, by id."""
    return {letter.pk: letter for letter in Letter.objects.filter(subject=subject)}


def _counted(rows: QuerySet[Request]) -> QuerySet[Request]:
    return rows.annotate(views=Count("openings"))


def compared_today(subject: str) -> int:
    """How often something was compared for a subject in 24 hours, by the journal."""
    return _today(subject, Compared)


def noticed_today(subject: str) -> int:
    """How often a notice about a subject went or was tried in 24 hours, by the journal."""
    return _today(subject, Noticed)


def _today(subject: str, kind: type[Event]) -> int:
    since = clock.now() - timedelta(days=1)
    story = journal.story([subject])
    return sum(entry.event == kind.name and entry.at >= since for entry in story)
