"""The heart of the vault: it opens what a committed record of the journal allows, and once.

Runs where the private keys are. It trusts nobody's word: the record, the grant and the rights are
read from the database here, whatever the page that asks has read before.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import translation

from lianxin.access import SYSTEM, Answer
from lianxin.journal import queries as journal
from lianxin.journal.events import Event
from lianxin.kernel import clock, words
from lianxin.vault import matters, queries, relay, sealing, templates
from lianxin.vault.choices import FIELD_OF, HIDDEN, Decision, News, Way
from lianxin.vault.doors import NotOpened, Why
from lianxin.vault.events import Asked, Compared, Decided, Noticed, Relayed, Revealed
from lianxin.vault.limits import (
    AHEAD,
    COMPARED_BY,
    COMPARISONS,
    FRESH,
    GRANTED_FOR,
    HARD_LIMIT,
    NOTICES,
    VIEWS,
)
from lianxin.vault.matters import Addressee, Matter
from lianxin.vault.models import Entry, Letter, Opening, Request
from lianxin.vault.private import PrivateKeys
from lianxin.vault.templates import Words

if TYPE_CHECKING:
    from lianxin.journal.models import Entry as JournalEntry


@dataclass(frozen=True)
class Record:
    """A record that allows an opening: number, who, about what, the event, the matter."""

    seq: int
    actor: str
    user: int
    subject: str
    event: Revealed | Relayed | Compared
    matter: Matter


def show(seq: int) -> dict[str, str]:
    """Open the fields that a record of the kind `vault.revealed` names. Raises NotOpened."""
    record = _record(seq, Revealed)
    assert isinstance(record.event, Revealed)
    _must(record.matter.may_open)
    fields = record.event.fields
    if HIDDEN.intersection(fields):
        raise NotOpened(Why.NOT_YOURS)
    request = _request(record, record.event.request, fields)
    if queries.shown_today(record.actor) >= HARD_LIMIT:
        raise NotOpened(Why.TOO_MANY)
    _use(seq, record.actor, request, shown=True)
    return {field: _unsealed(record.matter.owner, field) for field in fields}


def send(seq: int, line: str) -> str:
    """Send the letter that a record of the kind `vault.relayed` names; the failure, or nothing.

    `line` is the member of staff's own telephone, for a call.
    """
    record = _record(seq, Relayed)
    event = record.event
    assert isinstance(event, Relayed)
    letter = _letter(event.letter, record.subject, event.way, record.user)
    if sealing.digest(letter.text) != event.digest:
        raise NotOpened(Why.NO_RECORD)
    way = Way(letter.way)
    _must(record.matter.may_call if way == Way.CALL else record.matter.may_write)
    _use(seq, record.actor)
    address = _unsealed(record.matter.owner, FIELD_OF[way])
    with translation.override(record.matter.language):
        post = relay.letter(
            letter.text, to=address, ref=f"{seq}", line=line, write_to=record.matter.write_to
        )
    return _carried(letter, post)


def notify(seq: int) -> str:
    """Send the notice that a record of the kind `vault.noticed` names; the failure, or nothing.

    Whether and how the person wishes to be told is read here, and the words are made here: a web
    process that was taken over can send nobody anything but that there is news.
    """
    entry = _entry(seq, Noticed)
    event, addressee = entry.event_object(), matters.addressee(entry.subject)
    assert isinstance(event, Noticed)
    if entry.actor != SYSTEM.actor or addressee is None or event.way != addressee.way:
        raise NotOpened(Why.NOT_YOURS)
    letter = _letter(event.letter, entry.subject, event.way, None)
    if queries.noticed_today(entry.subject) > NOTICES:
        raise NotOpened(Why.TOO_MANY)
    _use(seq, entry.actor)
    address = _unsealed(addressee.owner, FIELD_OF[addressee.way])
    with translation.override(addressee.language):
        post = relay.notice(
            News(event.news),
            addressee.number,
            to=address,
            ref=f"{seq}",
            write_to=addressee.write_to,
            turn=addressee.turn,
            words=_fit(addressee),
        )
    return _carried(letter, post)


def _fit(to: Addressee) -> Words | None:
    """The words of a unit when nothing is wrong with them, whoever wrote them into the table."""
    words = to.words
    return words if words and not templates.faults(words, to.way, to.language) else None


def _letter(pk: int, subject: str, way: str, sender: int | None) -> Letter:
    letter = Letter.objects.filter(pk=pk, subject=subject, sent_at=None).first()
    if letter is None or (letter.way, letter.sender) != (way, sender):
        raise NotOpened(Why.NO_RECORD)
    return letter


def _carried(letter: Letter, post: relay.Post) -> str:
    failure, ref = relay.carry(Way(letter.way), post)
    Letter.objects.filter(pk=letter.pk).update(
        failure=failure, sent_at=None if failure else clock.now(), carrier_ref=ref or None
    )
    return failure


def compare(seq: int, said: Mapping[str, str]) -> bool:
    """Whether what a person says is what is sealed, for a record of the kind `vault.compared`.

    All fields must agree; spaces, dashes, width and case do not matter. So often a day and no more,
    for the subject and for the person: who asks shall find out neither a number by trying nor by
    one number whose case it is.
    """
    record = _record(seq, Compared)
    assert isinstance(record.event, Compared)
    _must(record.matter.may_open)
    if not said or set(said) != set(record.event.fields):
        raise NotOpened(Why.NO_RECORD)
    if HIDDEN.intersection(said):
        raise NotOpened(Why.NOT_YOURS)
    if queries.compared_today(record.subject) > COMPARISONS:
        raise NotOpened(Why.TOO_MANY)
    if queries.compared_by(record.actor) >= COMPARED_BY:
        raise NotOpened(Why.TOO_MANY)
    _use(seq, record.actor, compared=True)
    # Each is opened, whatever the others say: nothing is learnt from how long it takes.
    agree = [
        hmac.compare_digest(_bare(_unsealed(record.matter.owner, field)), _bare(text))
        for field, text in said.items()
    ]
    # Signs alone are nothing that could agree.
    return all(agree) and all(_bare(text) for text in said.values())


def _bare(text: str) -> bytes:
    return "".join(char for char in words.fold(text) if char.isalnum()).encode()


def _entry(seq: int, kind: type[Event]) -> JournalEntry:
    entry = journal.entry(seq)
    if entry is None or entry.event != kind.name or not journal.is_linked(entry):
        raise NotOpened(Why.NO_RECORD)
    if not -AHEAD <= clock.now() - entry.at <= FRESH:
        raise NotOpened(Why.STALE)
    return entry


def _record(seq: int, kind: type[Event]) -> Record:
    entry = _entry(seq, kind)
    user = matters.user_of(entry.actor)
    matter = matters.find(entry.subject, user) if user is not None else None
    if user is None or matter is None:
        raise NotOpened(Why.NOT_YOURS)
    event = entry.event_object()
    assert isinstance(event, Revealed | Relayed | Compared)
    return Record(seq, entry.actor, user, entry.subject, event, matter)


def _must(answer: Answer) -> None:
    if not answer:
        raise NotOpened(Why.NOT_YOURS)


def _request(record: Record, pk: int | None, fields: Sequence[str]) -> Request | None:
    """The request that allows it; None where none is needed. Else NotOpened."""
    if pk is None:
        if record.matter.two:
            raise NotOpened(Why.NOT_GRANTED)
        return None
    request = Request.objects.filter(pk=pk, subject=record.subject, requester=record.user).first()
    story = [e for e in journal.story([record.subject]) if e.event in (Asked.name, Decided.name)]
    since = _allowed_since(record, request, fields, story) if request else None
    if since is None or clock.now() - since > GRANTED_FOR:
        raise NotOpened(Why.NOT_GRANTED)
    return request


def _allowed_since(
    record: Record, request: Request, fields: Sequence[str], story: Sequence[JournalEntry]
) -> datetime | None:
    """Since when these fields may be opened; None when they may not.

    By the journal: a row of the table could have been changed after the second person agreed.
    """
    for entry in story:
        event = entry.event_object()
        if isinstance(event, Asked) and (event.request, entry.actor) == (request.pk, record.actor):
            if not set(fields) <= set(event.fields):
                return None
            if event.emergency:
                return entry.at
    return _granted_since(record, request, story)


def _granted_since(
    record: Record, request: Request, story: Sequence[JournalEntry]
) -> datetime | None:
    """When somebody else agreed who may do so today; by the row and on the record."""
    second = request.decided_by
    if request.decision != Decision.GRANTED or second in (None, record.user):
        return None
    if not record.matter.may_decide(second):
        return None
    for entry in story:
        event = entry.event_object()
        if isinstance(event, Decided) and event.request == request.pk:
            agreed = (event.decision, entry.actor) == (Decision.GRANTED, f"user:{second}")
            return entry.at if agreed else None
    return None


def _use(
    seq: int,
    actor: str,
    request: Request | None = None,
    *,
    shown: bool = False,
    compared: bool = False,
) -> None:
    """Mark the record as used, committed, before anything is opened."""
    number = Opening.objects.filter(request=request).count() + 1 if request else None
    if number is not None and number > VIEWS:
        raise NotOpened(Why.NOT_GRANTED)
    try:
        with transaction.atomic(durable=True):
            Opening.objects.create(
                record=seq,
                request=request,
                number=number,
                actor=actor,
                shown=shown,
                compared=compared,
                at=clock.now(),
            )
    except IntegrityError:
        raise NotOpened(Why.USED) from None


def _unsealed(owner: UUID, field: str) -> str:
    rows = Entry.objects.filter(owner=owner, field=field)
    entry = rows.order_by("-created").first()
    if entry is None:
        raise NotOpened(Why.NOT_SEALED)
    key = PrivateKeys().read(entry.key_id)
    try:
        return sealing.unseal(bytes(entry.ciphertext), field=field, row=entry.id, key=key)
    except sealing.Damaged:
        raise NotOpened(Why.DAMAGED) from None
