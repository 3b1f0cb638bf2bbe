"""What a web process that was taken over may try on the vault, and vaults that would let it.

Every attempt is made through the vault's own door. It opens what a committed, fresh, unused and
granted record allows, and nothing else: `Count.wrong` holds whatever differs.
"""

from __future__ import annotations

import random
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from django.db import transaction
from django.db.models import F

from lianxin.journal import actions as journal
from lianxin.journal.models import Entry as JournalEntry
from lianxin.kernel import clock
from lianxin.vault import actions, matters, opening, queries
from lianxin.vault.doors import NotOpened, Why, door
from lianxin.vault.events import Asked, Decided, Revealed
from lianxin.vault.limits import HARD_LIMIT, VIEWS
from lianxin.vault.models import Opening, Request
from tests.trust import vault_comparisons as oracle
from tests.trust.vault_ground import NAMES, PERSON, REASON, Ground, granted, record, shown
from tests.walk import begin


@dataclass
class Count:
    """How often each kind was tried, and what went otherwise than it should."""

    tried: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)


def attack(on: Ground, *, seed: int, times: int) -> Count:
    """Try everything, `times` times in a random order."""
    count, dice = Count(), random.Random(seed)
    for _ in range(times):
        kinds = list(ATTEMPTS)
        dice.shuffle(kinds)
        for kind in kinds:
            # So that the limit of a day is met only where it is tried.
            Opening.objects.update(at=F("at") - timedelta(days=1))
            Request.objects.update(
                asked_at=F("asked_at") - timedelta(days=4),
                decided_at=F("decided_at") - timedelta(days=4),
            )
            count.tried[kind] += 1
            if (what := _outcome(kind, on, dice)) not in EXPECTED[kind]:
                count.wrong[f"{kind}: {what}"] += 1
    return count


def _outcome(kind: str, on: Ground, dice: random.Random) -> str:
    try:
        return OPENED if ATTEMPTS[kind](on, dice) else "nothing"
    except NotOpened as refused:
        return refused.why
    except RuntimeError:
        return INSIDE


class RolledBack(Exception):  # noqa: N818 - tells what happened
    """The attacker takes the transaction back after having read."""


def routine(on: Ground, dice: random.Random) -> bool:
    return shown(record(on.routine, "handler"))


def with_grant(on: Ground, dice: random.Random) -> bool:
    return shown(record(on.closed, "clerk", granted(on).pk))


def replayed(on: Ground, dice: random.Random) -> bool:
    seq = record(on.routine, "handler")
    shown(seq)
    return shown(seq)


def invented(on: Ground, dice: random.Random) -> bool:
    return shown(dice.randrange(10**9))


def another_event(on: Ground, dice: random.Random) -> bool:
    seqs = JournalEntry.objects.exclude(event=Revealed.name).values_list("seq", flat=True)
    return shown(dice.choice(list(seqs)))


def stale(on: Ground, dice: random.Random) -> bool:
    with clock.at(timedelta(seconds=-dice.randrange(90, 90_000))):
        seq = record(on.routine, "handler")
    return shown(seq)


def from_tomorrow(on: Ground, dice: random.Random) -> bool:
    with clock.at(timedelta(seconds=dice.randrange(60, 90_000))):
        seq = record(on.routine, "handler")
    return shown(seq)


def taken_back(on: Ground, dice: random.Random) -> bool:
    """Read inside a transaction that is rolled back: the record would be gone."""
    found = {}
    with suppress(RolledBack), transaction.atomic():
        found = actions.reveal(
            on.routine.case.subject, fields=["phone"], by=on.by("handler"), purpose="核实地点"
        )
        raise RolledBack
    return bool(found)


def not_committed(on: Ground, dice: random.Random) -> bool:
    """The vault is asked while the record can still be taken back."""
    found = {}
    with suppress(RolledBack), transaction.atomic():
        found = door().show(record(on.routine, "handler"))
        raise RolledBack
    return bool(found)


def outside_the_chain(on: Ground, dice: random.Random) -> bool:
    seq = (JournalEntry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0) + 1
    JournalEntry.objects.create(
        seq=seq, at=clock.now(), event=Revealed.name, subject=on.routine.case.subject,
        actor=on.by("handler").actor, act=uuid.uuid4(),
        data='{"fields":["phone"],"purpose":"xxxxxxx"}', prev="0" * 64, hash="0" * 64,
    )  # fmt: skip
    return shown(seq)


def not_theirs(on: Ground, dice: random.Random) -> bool:
    who = dice.choice(["handler_of_other_unit", "supervisor", "auditor", "sys_admin", "no_role"])
    return shown(record(on.routine, who))


def without_grant(on: Ground, dice: random.Random) -> bool:
    return shown(record(on.closed, dice.choice(["clerk", "dispatcher"])))


def refused(on: Ground, dice: random.Random) -> bool:
    return shown(record(on.closed, "clerk", granted(on, yes=False).pk))


def lapsed(on: Ground, dice: random.Random) -> bool:
    with clock.at(timedelta(hours=-25)):
        request = granted(on)
    return shown(record(on.closed, "clerk", request.pk))


def made_fresh_again(on: Ground, dice: random.Random) -> bool:
    """Lapsed by the journal, and the row says that it was granted just now."""
    with clock.at(timedelta(hours=-25)):
        request = granted(on)
    Request.objects.filter(pk=request.pk).update(asked_at=clock.now(), decided_at=clock.now())
    return shown(record(on.closed, "clerk", request.pk))


def widened(on: Ground, dice: random.Random) -> bool:
    """The second person agreed to the name, and the row says the number afterwards."""
    asked = actions.ask(
        on.closed.case.subject, fields=["name"], purpose="verify", reason=REASON, by=on.by("clerk")
    )
    actions.decide(asked.pk, granted=True, why="", by=on.by("supervisor"))
    Request.objects.filter(pk=asked.pk).update(fields=["name", "phone"])
    return shown(record(on.closed, "clerk", asked.pk))


def refused_then_granted_in_the_row(on: Ground, dice: random.Random) -> bool:
    request = granted(on, yes=False)
    Request.objects.filter(pk=request.pk).update(decision="granted")
    return shown(record(on.closed, "clerk", request.pk))


def of_another(on: Ground, dice: random.Random) -> bool:
    return shown(record(on.closed, "dispatcher", granted(on).pk))


def for_another_case(on: Ground, dice: random.Random) -> bool:
    other = begin(on.cast, identity="confidential", contact=PERSON)
    return shown(record(other, "clerk", granted(on).pk))


def more_than_granted(on: Ground, dice: random.Random) -> bool:
    request = granted(on)
    return shown(record(on.closed, "clerk", request.pk, fields=("name", "phone")))


def once_too_often(on: Ground, dice: random.Random) -> bool:
    request = granted(on)
    for _ in range(VIEWS):
        shown(record(on.closed, "clerk", request.pk))
    return shown(record(on.closed, "clerk", request.pk))


def granted_off_the_record(on: Ground, dice: random.Random) -> bool:
    asked = actions.ask(
        on.closed.case.subject, fields=["phone"], purpose="verify", reason=REASON, by=on.by("clerk")
    )
    Request.objects.filter(pk=asked.pk).update(
        decision="granted", decided_by=on.cast.supervisor.pk, decided_at=clock.now()
    )
    return shown(record(on.closed, "clerk", asked.pk))


def granted_by_nobody_who_may(on: Ground, dice: random.Random) -> bool:
    """The row and the record say so; but whoever they name may not be the second person."""
    asked = actions.ask(
        on.closed.case.subject, fields=["phone"], purpose="verify", reason=REASON, by=on.by("clerk")
    )
    second = on.by(dice.choice(["leader", "handler", "no_role", "secretary"]))
    Request.objects.filter(pk=asked.pk).update(
        decision="granted", decided_by=second.user_id, decided_at=clock.now()
    )
    with transaction.atomic():
        event = Decided(request=asked.pk, decision="granted")
        journal.record(event, subject=on.closed.case.subject, by=second.actor)
    return shown(record(on.closed, "clerk", asked.pk))


def emergency_off_the_record(on: Ground, dice: random.Random) -> bool:
    request = Request.objects.create(
        subject=on.closed.case.subject, owner=on.closed.case.concern.uuid, fields=["phone"],
        purpose="protect", reason=REASON, requester=on.cast.clerk.pk, emergency=True,
        asked_at=clock.now(),
    )  # fmt: skip
    with transaction.atomic():
        event = Asked(request=request.pk, fields=("phone",), purpose="protect")
        journal.record(event, subject=request.subject, by=on.by("clerk").actor)
    return shown(record(on.closed, "clerk", request.pk))


def too_many(on: Ground, dice: random.Random) -> bool:
    actor = on.by("handler").actor
    first = -(JournalEntry.objects.count() * 100) - dice.randrange(10**9)
    Opening.objects.bulk_create(
        Opening(record=first - n, actor=actor, shown=True, at=clock.now())
        for n in range(HARD_LIMIT)
    )
    return shown(record(on.routine, "handler"))


def under_another_name(on: Ground, dice: random.Random) -> bool:
    """The same case by a name that its limits and its story do not know: the person reads none."""
    return shown(record(on.routine, "handler", name=dice.choice(NAMES)))


OPENED, INSIDE = "opened", "inside a transaction"
TABLE: tuple[tuple[Callable[[Ground, random.Random], bool], str], ...] = (
    (routine, OPENED),
    (with_grant, OPENED),
    (replayed, Why.USED),
    (invented, Why.NO_RECORD),
    (another_event, Why.NO_RECORD),
    (stale, Why.STALE),
    (from_tomorrow, Why.STALE),
    (taken_back, INSIDE),
    (not_committed, f"{INSIDE}, {Why.NO_RECORD}"),  # in this process, and in another
    (outside_the_chain, Why.NO_RECORD),
    (not_theirs, Why.NOT_YOURS),
    (without_grant, Why.NOT_GRANTED),
    (refused, Why.NOT_GRANTED),
    (lapsed, Why.NOT_GRANTED),
    (made_fresh_again, Why.NOT_GRANTED),
    (widened, Why.NOT_GRANTED),
    (refused_then_granted_in_the_row, Why.NOT_GRANTED),
    (of_another, Why.NOT_GRANTED),
    (for_another_case, Why.NOT_GRANTED),
    (more_than_granted, Why.NOT_GRANTED),
    (once_too_often, Why.NOT_GRANTED),
    (granted_off_the_record, Why.NOT_GRANTED),
    (granted_by_nobody_who_may, Why.NOT_GRANTED),
    (emergency_off_the_record, Why.NOT_GRANTED),
    (too_many, Why.TOO_MANY),
    (under_another_name, Why.NOT_YOURS),
    (oracle.compared, OPENED),
    (oracle.compared_with_nothing, OPENED),
    (oracle.compared_without_a_record, Why.NO_RECORD),
    (oracle.compared_off_another_record, Why.NO_RECORD),
    (oracle.shown_off_a_comparison, Why.NO_RECORD),
    (oracle.compared_twice, Why.USED),
    (oracle.compared_other_fields, Why.NO_RECORD),
    (oracle.compared_yesterday, Why.STALE),
    (oracle.compared_by_somebody_else, Why.NOT_YOURS),
    (oracle.compared_once_too_often, Why.TOO_MANY),
    (oracle.compared_under_another_name, Why.NOT_YOURS),
    (oracle.one_number_in_every_case, Why.TOO_MANY),
)
ATTEMPTS = {attempt.__name__: attempt for attempt, _ in TABLE}
EXPECTED = {attempt.__name__: outcome.split(", ") for attempt, outcome in TABLE}


# --- vaults as they must not be ------------------------------------------------------------------


@contextmanager
def opens_before_the_record_is_committed() -> Iterator[None]:
    """It opens inside the web's transaction: taken back, the opening leaves nothing."""
    from django.db.transaction import atomic

    def loose(*_: object, **__: object) -> Any:
        return atomic()

    with patch("lianxin.vault.actions.opening.transaction.atomic", loose):
        yield


@contextmanager
def takes_a_used_grant() -> Iterator[None]:
    """It opens again whatever was opened, as often as one asks."""
    with patch.object(opening, "_use", lambda *_, **__: None):
        yield


@contextmanager
def trusts_the_row() -> Iterator[None]:
    """It believes the table of requests and does not look into the journal."""
    with patch.object(opening, "_allowed_since", _as_the_row_says):
        yield


def _as_the_row_says(_record: object, request: Request, *_: object) -> Any:
    if request.emergency:
        return request.asked_at
    return request.decided_at if request.decision == "granted" else None


@contextmanager
def compares_as_often_as_one_asks() -> Iterator[None]:
    """It counts no comparisons: a number is found out by trying."""
    with (
        patch.object(queries, "compared_today", lambda _subject: 0),
        patch.object(queries, "compared_by", lambda _actor: 0),
    ):
        yield


@contextmanager
def takes_any_name_of_a_case() -> Iterator[None]:
    """It knows a case by other names, under which nobody counts and nobody reads."""
    with patch.object(matters, "find", _by_any_name):
        yield


def _by_any_name(subject: str, user_id: int) -> Any:
    kind, _colon, pk = subject.partition(":")
    return matters._tellers[kind](pk.lstrip("0"), user_id)


TWINS: dict[str, Callable[[], Any]] = {
    "opens_before_the_record_is_committed": opens_before_the_record_is_committed,
    "takes_a_used_grant": takes_a_used_grant,
    "trusts_the_row": trusts_the_row,
    "compares_as_often_as_one_asks": compares_as_often_as_one_asks,
    "takes_any_name_of_a_case": takes_any_name_of_a_case,
}
