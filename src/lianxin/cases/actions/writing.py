"""Write in the thread of a case, and say that one has read it."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from lianxin.access import Denied, Refused, Viewer, require, scope
from lianxin.cases import events
from lianxin.cases.actions.moving import require_text
from lianxin.cases.models import Case, Message
from lianxin.cases.policy import is_kept_away, may_write, office_of, without_kept_away
from lianxin.cases.sealed import opened_words, sealed_words
from lianxin.cases.states import State
from lianxin.database.rows import insert
from lianxin.journal import queries as journal
from lianxin.journal.actions import record, record_many
from lianxin.journal.events import Event
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.people import queries as people
from lianxin.seals import queries as seals
from lianxin.seals.sealing import Shut
from lianxin.vault import keys

LONGEST = 2_000
A_DAY = 20
"""Messages of one person about one case in 24 hours."""
AT_ONCE = 200
"""How many people a message to all is written to in one transaction."""
SAME_AGAIN = timedelta(minutes=10)
"""The same words once more within this time are the same message, sent twice."""


def write_message(case: Case, *, words: str, by: Viewer, helped: bool = False) -> Message:
    """Write to the person, or to the office. What the other side wrote counts as read by it.

    Raises Problem for empty or too long words and beyond the day's number; Refused by the policy.
    No clock stands still for it: asking for information is a move of its own (T17).
    """
    words = require_text(words, _("Please write what you want to say."), longest=LONGEST)
    _require(case, by)
    resident, now = by.user_id is None, clock.now()
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case.pk)
        last = case.messages.order_by("-pk").first()
        if last and _same_hand(last, by, now) and _says(last, words, case):
            return last
        if resident and _written_since(case, now - timedelta(days=1)) >= A_DAY:
            raise Problem(
                _(
                    "You have written %(n)s messages today; all of them are kept. Please go on "
                    "tomorrow, or call if it cannot wait."
                )
                % {"n": A_DAY},
                "text",
            )
        message, written = _written(case, words, by, now, helped=helped and resident)
        _of_the_other_side(case, by).update(noted_at=now)
        record(written, subject=case.subject, by=by.actor)
    return message


def write_to_all(case: Case, *, words: str, by: Viewer) -> int:
    """Write the same to whoever raised it first and to everybody who was joined; to how many.

    The first has it at once, the others from the worker. It answers nobody's message: what waits
    still waits. Nobody else reads of how many there are.
    """
    words = require_text(words, _("Please write what you want to say."), longest=LONGEST)
    _require(case, by)
    if by.user_id is None:
        raise Refused(Denied(_("Only those who handle this case may write to the person.")))
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case.pk)
        others = _others(case, by).count()
        last, now = case.messages.order_by("-pk").first(), clock.now()
        told: list[Event] = []
        if last and _same_hand(last, by, now) and _says(last, words, case):
            message = last
        else:
            message, written = _written(case, words, by, now)
            told.append(written)
        # The first may have been written these words alone.
        if told or not _went_to_all(message):
            told.append(events.WrittenToAll(message.pk, others))
        record_many([(event, case.subject, by.actor) for event in told])
    return 1 + others


def _went_to_all(message: Message) -> bool:
    told = (entry.event_object() for entry in journal.story([message.case.subject]))
    return any(
        isinstance(event, events.WrittenToAll) and event.message == message.pk for event in told
    )


def _written(
    case: Case, words: str, by: Viewer, now: datetime, *, helped: bool = False
) -> tuple[Message, events.MessageWritten]:
    to = seals.keys_of(case.concern.uuid)
    sealed = sealed_words(case, words, to=to, by_office=by.user_id is not None) if to else None
    message = Message.objects.create(
        case=case,
        words="" if sealed else words,
        sealed=sealed,
        written_at=now,
        by_id=by.user_id,
        unit=None if by.user_id is None else office_of(by, case),
        helped=helped,
    )
    return message, events.MessageWritten(message.pk, said(message, words), helped)


def pass_on(message_id: int) -> int:
    """Write a message to those who were joined and do not have it yet; how many that were.

    A few at once, so that nobody waits for a long list to be written.
    """
    done = 0
    while some := _pass_on_some(message_id):
        done += some
    return done


def _pass_on_some(message_id: int) -> int:
    with transaction.atomic():
        first = Message.objects.select_related("case", "by").get(pk=message_id)
        Case.objects.select_for_update().get(pk=first.case_id)
        assert first.by is not None
        author = people.viewer_for(first.by)
        has_it = Message.objects.filter(
            case=OuterRef("pk"), by=first.by_id, written_at=first.written_at
        )
        rows = _others(first.case, author).filter(~Exists(has_it)).order_by("pk")[:AT_ONCE]
        if first.sealed is not None or not rows:
            return 0
        messages = [
            Message(
                case=row, words=first.words, written_at=first.written_at, by=first.by,
                unit_id=first.unit_id,
            )
            for row in rows
        ]  # fmt: skip
        insert(messages)
        record_many(
            [
                (
                    events.MessageWritten(message.pk, said(message, message.words)),
                    message.case.subject,
                    author.actor,
                )
                for message in messages
            ]
        )
    return len(messages)


def _others(case: Case, by: Viewer) -> QuerySet[Case]:
    """Who was joined, as far as the viewer may know of them and can still be written to."""
    rows = case.joined.filter(concern__sealed__isnull=True).exclude(state=State.ARCHIVED)
    return without_kept_away(by, rows)


def note_messages(case: Case, *, by: Viewer) -> int:
    """Say that one has read what the other side wrote; how many messages that were."""
    _require(case, by)
    with transaction.atomic():
        waiting = _of_the_other_side(case, by)
        last = waiting.order_by("-pk").values_list("pk", flat=True).first()
        if last is None:
            return 0
        noted = waiting.filter(pk__lte=last).update(noted_at=clock.now())
        record(events.MessagesNoted(last), subject=case.subject, by=by.actor)
    return noted


def said(message: Message, words: str) -> str:
    """Keyed hash (hex) of a message with these words: what the journal keeps of it."""
    told = f"{message.case_id}\0{message.written_at.isoformat()}\0{words}"
    return hmac.digest(keys.secret("pepper"), told.encode(), "sha256").hex()


def _require(case: Case, by: Viewer) -> None:
    require(may_write(by, case))
    # What was joined is read with the case it follows.
    seen = scope(by, Case).filter(pk__in=[case.pk, case.parent_id or case.pk])
    if not seen.exists() or is_kept_away(by, case):
        raise Refused(Denied(_("Only those who handle this case may write to the person.")))


def _of_the_other_side(case: Case, by: Viewer) -> QuerySet[Message]:
    waiting = case.messages.filter(noted_at__isnull=True)
    return waiting.filter(by__isnull=by.user_id is not None)


def _says(message: Message, words: str, case: Case) -> bool:
    """Whether a message says these very words; of what is sealed, by the hash the journal keeps."""
    try:
        return opened_words(message, case, unlocked=()) == words
    except Shut:
        written = (entry.event_object() for entry in journal.story([case.subject]))
        kept = events.MessageWritten(message.pk, said(message, words), message.helped)
        return kept in written


def _same_hand(message: Message, by: Viewer, now: datetime) -> bool:
    return message.by_id == by.user_id and now - message.written_at < SAME_AGAIN


def _written_since(case: Case, moment: datetime) -> int:
    return case.messages.filter(by__isnull=True, written_at__gte=moment).count()
