"""What happens to a call: it rings, is answered, taken down, called back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from lianxin.access import SYSTEM, Viewer, require
from lianxin.intake import receipts
from lianxin.intake.actions import NewConcern, Receipt, file_concern
from lianxin.intake.channels.call import events, queries
from lianxin.intake.channels.call.models import Call
from lianxin.intake.channels.call.policy import may_answer
from lianxin.intake.choices import Identity
from lianxin.intake.forms.phones import PhoneField
from lianxin.journal.actions import record
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.people import queries as people
from lianxin.vault.actions import erase, reseal
from lianxin.vault.queries import entries_of

TRIES = 3
"""How often somebody is called back before they are given up."""
ROWS_KEPT = timedelta(days=366)


class What(StrEnum):
    """What a telephone system tells of a call."""

    RANG = "rang"
    ANSWERED = "answered"
    ENDED = "ended"


@dataclass(frozen=True)
class Told:
    """One thing that was told of a call. ``number``: who calls, ``clerk``: who answered."""

    what: What
    ref: str
    at: datetime
    number: str = ""
    clerk: str = ""


def take_note(told: Told) -> Call:
    """Keep what a telephone system tells. Told twice or out of order, the call is the same."""
    with transaction.atomic():
        call, fresh = Call.objects.get_or_create(ref=told.ref, defaults={"rang_at": told.at})
        call = Call.objects.select_for_update().get(pk=call.pk)
        changed = _changes(call, told)
        number = _number(told.number)
        if not (fresh or changed or (number and not queries.has_number(call))):
            return call
        Call.objects.filter(pk=call.pk).update(**changed)
        if number and not (call.concern_id or call.settled_at):
            reseal(call.uuid, fields={"phone": number})
        record(
            events.CallTold(told.what, told.at.isoformat()), subject=call.subject, by=SYSTEM.actor
        )
    call.refresh_from_db()
    return call


def _changes(call: Call, told: Told) -> dict[str, Any]:
    """What is new in it. A call is answered once, and cannot be before it rang."""
    # The telephone system may tell late that it rang; whatever was told first stood for it.
    changed: dict[str, Any] = {"rang_at": told.at} if told.at < call.rang_at else {}
    if told.what == What.ANSWERED and call.answered_at is None:
        clerk = people.users_called(told.clerk)[:1] if told.clerk else []
        changed |= {"answered_at": told.at, "answered_by": clerk[0] if clerk else None}
    if told.what == What.ENDED and call.ended_at is None:
        changed["ended_at"] = told.at
    return changed


def _number(told: str) -> str:
    """The number as it is sealed; nothing for one that was withheld or is none."""
    try:
        return PhoneField(required=False).clean(told)
    except ValidationError:
        return ""


def file_call(new: NewConcern, facts: Mapping[str, Any], *, by: Viewer) -> Receipt:
    """File what was said in a call. Its number goes with the concern, unless nobody may know it."""
    call: Call | None = facts["call"]
    with transaction.atomic():
        if call is not None:
            call = (
                Call.objects.select_for_update(of=("self",))
                .select_related("concern")
                .get(pk=call.pk)
            )
            if call.concern and call.concern.key != receipts.key_hash(new.key):
                raise Problem(_("This call was taken down already."))
        receipt = file_concern(new, by=by)
        if not receipt.fresh:
            return receipt
        known: dict[str, Any] = {
            "concern": receipt.concern, "put_through_by": facts["put_through_by"],
        }  # fmt: skip
        if call is not None:
            if new.identity == Identity.ANONYMOUS:
                erase(call.uuid, by=by.actor, subject=call.subject)
            Call.objects.filter(pk=call.pk).update(**known)
        elif facts["put_through_by"]:
            Call.objects.create(rang_at=receipt.concern.received_at, **known)
    return receipt


def note_try(call: Call, *, seen: int, by: Viewer) -> Call:
    """Nobody answered when somebody called back. After the third time it is given up.

    ``seen``: how many tries the page told of; pressed twice, or by two at once, it counts once.
    """
    require(may_answer(by))
    with transaction.atomic():
        call = _waiting(call)
        if call.tries != seen:
            raise Problem(_("Somebody has done this already."))
        call.tries, call.tried_at = call.tries + 1, clock.now()
        call.save(update_fields=["tries", "tried_at"])
        record(events.CallTried(call.tries), subject=call.subject, by=by.actor)
        if call.tries >= TRIES:
            _settle(call, reached=False, by=by)
    return call


def settle(call: Call, *, by: Viewer) -> None:
    """The person was reached, and there is nothing to take down. Their number is erased."""
    require(may_answer(by))
    with transaction.atomic():
        _settle(_waiting(call), reached=True, by=by)


def _waiting(call: Call) -> Call:
    found = queries.open_calls().select_for_update().filter(pk=call.pk).first()
    if found is None:
        raise Problem(_("Somebody has done this already."))
    return found


def _settle(call: Call, *, reached: bool, by: Viewer) -> None:
    Call.objects.filter(pk=call.pk).update(
        settled_at=clock.now(), settled_by=by.user_id, reached=reached
    )
    erase(call.uuid, by=by.actor, subject=call.subject)
    record(events.CallSettled(reached), subject=call.subject, by=by.actor)


def forget_calls(limit: int = 500) -> int:
    """Erase the numbers of calls that led to nothing in a week, remove such calls after a year.

    Answers how many numbers were erased.
    """
    now = clock.now()
    numbered = Exists(entries_of(OuterRef("uuid")))
    old = Call.objects.filter(numbered, concern__isnull=True, rang_at__lt=now - queries.NUMBER_KEPT)
    found = list(old.order_by("pk")[:limit])
    for call in found:
        erase(call.uuid, by=SYSTEM.actor, subject=call.subject)
    Call.objects.filter(concern__isnull=True, rang_at__lt=now - ROWS_KEPT).delete()
    return len(found)
