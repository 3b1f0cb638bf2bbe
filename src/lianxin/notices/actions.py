"""Telling staff something, and sending it out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F, Q, QuerySet
from django.utils import translation

from lianxin.kernel import clock, words
from lianxin.kernel.failures import reason
from lianxin.notices import mail
from lianxin.notices.models import Digest, Message
from lianxin.notices.sections import Line, lines_for
from lianxin.people import queries as people_queries

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from lianxin.people.models import User

BATCH = 500
FROM_HOUR = 8
"""Digests go out from this hour in Shanghai on."""
ATTEMPTS = 8
RETRY = timedelta(minutes=15)
URGENT_FOR = timedelta(days=1)
KEPT = timedelta(days=90)


def tell(
    user_ids: Iterable[int],
    kind: str,
    text: str | _StrPromise,
    link: str = "",
    urgent: bool = False,
) -> int:
    """Leave one message for each of these people; how many that were.

    Part of the caller's transaction. `text` is one line without a resident's words; a lazy text
    is written in each recipient's language. `link` is a path. `urgent`: an e-mail of its own
    within minutes, else with the next digest. People who may not sign in are passed over.
    """
    people = people_queries.who_may_sign_in().filter(pk__in=set(user_ids)).order_by("pk")
    created = clock.now()
    written: dict[str, str] = {}
    messages = []
    for pk, language in people.values_list("pk", "language"):
        if language not in written:
            with translation.override(language):
                written[language] = " ".join(words.clean(str(text)).split())[:200]
        messages.append(
            Message(
                recipient_id=pk,
                kind=kind,
                text=written[language],
                link=link,
                urgent=urgent,
                created=created,
            )
        )
    if messages:
        Message.objects.bulk_create(messages, batch_size=BATCH)
    return len(messages)


def call_back(user_ids: Iterable[int], *, link: str) -> int:
    """Remove what these people were told about a page they may no longer see; how many messages.

    Part of the caller's transaction: nothing of it goes out with a later e-mail.
    """
    rows = Message.objects.filter(recipient__in=set(user_ids), link=link)
    return rows.delete()[0]


def send_digests(now: datetime | None = None) -> int:
    """Send today's digest to everybody with an e-mail address who has not had it; how many went.

    Not in a transaction: each e-mail is claimed, sent and marked by itself. A refused e-mail is
    tried again every 15 minutes; its messages wait for the next day's digest after 8 attempts.
    """
    now = now or clock.now()
    local = now.astimezone(clock.SHANGHAI)
    if local.hour < FROM_HOUR:
        return 0
    day = local.date()
    done = Digest.objects.filter(day=day).exclude(sent_at=None, attempts__lt=ATTEMPTS)
    waiting = _reachable().exclude(pk__in=done.values("recipient")).order_by("pk")
    if not waiting.exists():
        return 0
    sent, after = 0, 0
    with get_connection() as connection:
        while batch := list(waiting.filter(pk__gt=after)[:BATCH]):
            after = batch[-1].pk
            sent += _send_batch(batch, now, connection)
    Digest.objects.filter(day__lt=day - KEPT).delete()
    return sent


def send_urgent(now: datetime | None = None) -> int:
    """Send what is urgent and not a day old, one e-mail a person; how many e-mails went."""
    now = now or clock.now()
    unsent = Message.objects.filter(urgent=True, sent_at=None, created__gt=now - URGENT_FOR)
    if not unsent.exists():
        return 0
    sent = 0
    with get_connection() as connection:
        for person in _reachable().filter(pk__in=unsent.values("recipient")):
            messages = list(unsent.filter(recipient=person).order_by("pk"))
            error = _post(
                mail.urgent(
                    [Line(message.text, message.link) for message in messages],
                    to=person.email,
                    language=person.language,
                    connection=connection,
                )
            )
            rows = Message.objects.filter(pk__in=[message.pk for message in messages])
            rows.update(error=error, sent_at=None if error else clock.now())
            sent += not error
    return sent


def _reachable() -> QuerySet[User]:
    return people_queries.who_may_sign_in().exclude(email="")


def _send_batch(people: Sequence[User], now: datetime, connection: BaseEmailBackend) -> int:
    day = now.astimezone(clock.SHANGHAI).date()
    ids = [person.pk for person in people]
    messages: dict[int, list[Message]] = {}
    for message in Message.objects.filter(recipient__in=ids, sent_at=None).order_by("pk"):
        messages.setdefault(message.recipient_id, []).append(message)
    extra = lines_for(ids)
    Digest.objects.bulk_create(
        [
            Digest(
                recipient_id=pk, day=day, lines=len(messages.get(pk, ())) + len(extra.get(pk, ()))
            )
            for pk in ids
        ],
        ignore_conflicts=True,
    )
    rows = Digest.objects.filter(day=day, sent_at=None)
    silent = [pk for pk in ids if pk not in messages and not extra.get(pk)]
    rows.filter(recipient__in=silent, attempts=0).update(sent_at=now)
    sent = 0
    for person in people:
        if person.pk in silent or not _claim(rows.filter(recipient=person), now):
            continue
        own = messages.get(person.pk, [])
        lines = [Line(message.text, message.link) for message in own] + extra.get(person.pk, [])
        error = _post(
            mail.digest(
                lines, day=day, to=person.email, language=person.language, connection=connection
            )
        )
        at = None if error else clock.now()
        rows.filter(recipient=person).update(sent_at=at, error=error, lines=len(lines))
        Message.objects.filter(pk__in=[message.pk for message in own]).update(
            sent_at=at, error=error, digest_on=None if error else day
        )
        sent += not error
    return sent


def _claim(digest: QuerySet[Digest], now: datetime) -> bool:
    """Whether this digest is ours to send; a second worker, or a second run, gets False."""
    due = Q(tried_at=None) | Q(tried_at__lte=now - RETRY)
    free = digest.filter(due, attempts__lt=ATTEMPTS)
    return bool(free.update(tried_at=now, attempts=F("attempts") + 1))


def _post(message: EmailMessage) -> str:
    """Send it; the reason when it did not go."""
    try:
        message.send()
    except (OSError, ValueError) as error:  # smtplib's errors are OSErrors; a bad address is not
        return reason(error)
    return ""
