"""Publish, move and call off reception days; give turns; file what was said; keep ratings."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from lianxin.access import SYSTEM, Viewer, require
from lianxin.intake import receipts
from lianxin.intake.actions import NewConcern, Receipt, add_words, file_concern
from lianxin.intake.actions.telling import cannot_notify
from lianxin.intake.channels.reception import codes, events, queries
from lianxin.intake.channels.reception.models import (
    BEST,
    MOST_PLACES,
    WORST,
    Outcome,
    ReceptionDay,
    Turn,
)
from lianxin.intake.channels.reception.policy import may_publish, may_run
from lianxin.intake.choices import Identity
from lianxin.journal.actions import record
from lianxin.kernel import clock
from lianxin.kernel.ids import short_code
from lianxin.kernel.problems import Problem
from lianxin.notices.residents import DAY_BEGINS, DAY_ENDS
from lianxin.people import queries as people
from lianxin.vault.actions import erase, notify, seal
from lianxin.vault.choices import News, Way
from lianxin.vault.doors import Away, NotOpened
from lianxin.vault.keys import KeysUnusable

LONGEST_DAY = timedelta(hours=14)
FARTHEST = timedelta(days=366)
CODE = 6
_ATTEMPTS = 5


@dataclass(frozen=True)
class DayFacts:
    """What is said of a reception day."""

    unit_id: int
    leader: str
    post: str
    place: str
    starts_at: datetime
    ends_at: datetime
    places: int
    portfolio: str = ""


def publish(facts: DayFacts, *, unit_path: str, by: Viewer) -> ReceptionDay:
    """Put a day into the calendar. Problem at the field."""
    require(may_publish(by, unit_path))
    _check(facts)
    now = clock.now()
    with transaction.atomic():
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                with transaction.atomic():
                    day = ReceptionDay.objects.create(
                        code=short_code(CODE), published_at=now, **vars(facts)
                    )
                break
            except IntegrityError:
                if attempt == _ATTEMPTS:
                    raise
        record(events.DayPublished(facts.unit_id), subject=day.subject, by=by.actor)
    return day


def change(day: ReceptionDay, facts: DayFacts, *, by: Viewer) -> None:
    """Change what is said of a day. Whoever booked hears of another time, place or leader."""
    require(may_publish(by, day.unit.path))
    if day.cancelled_at or day.ends_at <= clock.now():
        raise Problem(_("This day is over or was called off."))
    new = vars(facts)
    changed = tuple(sorted(name for name, value in new.items() if getattr(day, name) != value))
    if not changed:
        return
    unit = people.unit(facts.unit_id)
    require(may_publish(by, unit.path if unit else ""))
    _check(facts, begins=facts.starts_at != day.starts_at)
    moved = bool({"starts_at", "ends_at", "place", "leader", "post"} & set(changed))
    with transaction.atomic():
        rows = ReceptionDay.objects.filter(pk=day.pk, cancelled_at=None)
        if not rows.update(**new, **({"moved_at": clock.now()} if moved else {})):
            raise Problem(_("This day is over or was called off."))
        record(events.DayChanged(changed), subject=day.subject, by=by.actor)


def cancel(day: ReceptionDay, *, why: str, by: Viewer) -> None:
    """Call a day off. Its turns stay, so that whoever asks by their code is told why."""
    require(may_publish(by, day.unit.path))
    if len(why) < 2:
        raise Problem(_("Please say why: people read it."), field="why")
    with transaction.atomic():
        rows = ReceptionDay.objects.filter(pk=day.pk, cancelled_at=None, ends_at__gt=clock.now())
        if not rows.update(cancelled_at=clock.now(), cancelled_why=why):
            raise Problem(_("This day is over or was called off."))
        record(events.DayCancelled(why), subject=day.subject, by=by.actor)


def _check(facts: DayFacts, *, begins: bool = True) -> None:
    problems: dict[str, str] = {}
    if begins and not clock.now() < facts.starts_at < clock.now() + FARTHEST:
        problems["starts_at"] = _("Please choose a time that is still to come, within a year.")
    if not timedelta() < facts.ends_at - facts.starts_at <= LONGEST_DAY:
        problems["ends_at"] = _("It ends on the same day, after it begins.")
    if not 1 <= facts.places <= MOST_PLACES:
        problems["places"] = _("Between 1 and %(most)d.") % {"most": MOST_PLACES}
    if problems:
        raise Problem.several({name: [text] for name, text in problems.items()})


def book(
    day: ReceptionDay, *, key: str, way: str, contact: Mapping[str, str], language: str, by: Viewer
) -> Turn:
    """Book a turn without an account. The same key gets the same turn.

    ``way``: how the person is told when the day changes; empty: not at all, and nothing is kept
    of them. Raises Problem at `notify`, `phone` or `email`, and when no place is free.
    """
    stored = receipts.key_hash(key)
    if known := _booked(stored, day):
        return known
    if way and (fault := cannot_notify(way, contact)):
        raise Problem(fault[1], field=fault[0])
    with transaction.atomic():
        held = ReceptionDay.objects.select_for_update().get(pk=day.pk)
        taken = Count("pk", filter=~Q(outcome=Outcome.CANCELLED))
        if known := _booked(stored, day):
            return known
        if held.cancelled_at or held.starts_at <= clock.now():
            raise Problem(_("Turns on this day can no longer be booked."))
        if Turn.objects.filter(day=held).aggregate(taken=taken)["taken"] >= held.places:
            raise Problem(_("All turns of this day are taken. Please choose another day."))
        turn = _give(held, key=stored, way=way, language=language, by=by)
        if way:
            seal(turn.uuid, fields=contact)
    return turn


def _booked(key: str, day: ReceptionDay) -> Turn | None:
    known = Turn.objects.filter(key=key).select_related("day").first()
    if known is not None and known.day_id != day.pk:
        raise Problem(_("This form was sent for another day already. Please open it anew."))
    return known


def give(day: ReceptionDay, *, by: Viewer) -> Turn:
    """A turn for somebody who came unannounced, after all that were booked."""
    require(may_run(by, day.unit.path))
    with transaction.atomic():
        held = ReceptionDay.objects.select_for_update().get(pk=day.pk)
        if held.cancelled_at or held.ends_at + queries.STILL_OPEN < clock.now():
            raise Problem(_("This day is over or was called off."))
        return _give(held, key=None, way="", language="zh-hans", by=by)


def _give(day: ReceptionDay, *, key: str | None, way: str, language: str, by: Viewer) -> Turn:
    name = uuid.uuid4()
    turn = Turn.objects.create(
        uuid=name, day=day, number=queries.next_number(day), key=key, way=way, language=language,
        mac=codes.mac_of(codes.code_of(name)), taken_at=clock.now(),
    )  # fmt: skip
    record(events.TurnTaken(day.pk, turn.number), subject=turn.subject, by=by.actor)
    return turn


def end(turn: Turn, outcome: Outcome, *, by: Viewer) -> None:
    """The person was heard or did not come (staff say so), or cancelled (by their code)."""
    if outcome != Outcome.CANCELLED:
        require(may_run(by, turn.day.unit.path))
    with transaction.atomic():
        _end(turn, outcome, by=by)


def _end(turn: Turn, outcome: Outcome, *, by: Viewer) -> None:
    rows = Turn.objects.filter(pk=turn.pk, outcome="")
    if not rows.update(outcome=outcome, ended_at=clock.now()):
        raise Problem(_("Somebody has done this already."))
    if turn.way and outcome != Outcome.MET:
        erase(turn.uuid, by=by.actor, subject=turn.subject)
    record(events.TurnEnded(outcome), subject=turn.subject, by=by.actor)


def put_back(turn: Turn, *, by: Viewer) -> None:
    """The person comes after all, or was called heard by mistake: their turn waits again.

    An address that was erased because they did not come stays erased.
    """
    require(may_run(by, turn.day.unit.path))
    with transaction.atomic():
        held = Turn.objects.select_for_update(of=("self",)).select_related("day").get(pk=turn.pk)
        if not held.can_be_put_back:
            raise Problem(_("This cannot be taken back any more."))
        said = held.outcome
        held.way = "" if said == Outcome.ABSENT else held.way
        held.outcome, held.ended_at = "", None
        held.save(update_fields=["way", "outcome", "ended_at"])
        record(events.TurnPutBack(said), subject=turn.subject, by=by.actor)


def file_reception(new: NewConcern, facts: Mapping[str, Any], *, by: Viewer) -> Receipt:
    """File what somebody said on a reception day; their turn has been theirs then."""
    turn: Turn = facts["turn"]
    with transaction.atomic():
        turn = (
            Turn.objects.select_for_update(of=("self",))
            .select_related("concern", "day__unit")
            .get(pk=turn.pk)
        )
        require(may_run(by, turn.day.unit.path))
        if turn.concern and turn.concern.key != receipts.key_hash(new.key):
            raise Problem(_("This turn was taken down already."), field="turn")
        if turn.outcome not in ("", Outcome.MET):
            raise Problem(_("This turn has ended: give whoever came a new one."), field="turn")
        receipt = file_concern(new, by=by)
        if receipt.fresh:
            if turn.outcome == "":
                _end(turn, Outcome.MET, by=by)
            if turn.way and new.identity == Identity.ANONYMOUS:
                erase(turn.uuid, by=by.actor, subject=turn.subject)
            Turn.objects.filter(pk=turn.pk).update(concern=receipt.concern)
            if facts["answered"]:
                answer = _("Answered on the spot: %(answer)s") % {"answer": facts["answered"]}
                add_words(receipt.concern, words=answer, by=by)
    return receipt


def rate(turn: Turn, attitude: int, *, by: Viewer) -> None:
    """The visitor says how they were received, once."""
    if not WORST <= attitude <= BEST:
        raise Problem(_("Please choose one of the three."), field="attitude")
    with transaction.atomic():
        rows = Turn.objects.filter(pk=turn.pk, outcome=Outcome.MET, attitude=None)
        if not rows.update(attitude=attitude, rated_at=clock.now()):
            raise Problem(_("You have rated it already."))
        record(events.ReceptionRated(), subject=turn.subject, by=by.actor)


def tell_changes() -> int:
    """Tell whoever wished it that their day was moved or called off; how many heard of it.

    By day alone. While the vault is away it is tried again later; what a carrier refuses is not:
    the person still finds it under their code.
    """
    told = 0
    if not DAY_BEGINS <= clock.now().astimezone(clock.SHANGHAI).hour < DAY_ENDS:
        return told
    for turn in queries.to_tell():
        try:
            failure = notify(turn.subject, way=Way(turn.way), news=News.NEWS)
        except (Away, KeysUnusable):
            break
        except NotOpened:
            failure = "not opened"
        Turn.objects.filter(pk=turn.pk).update(told_at=clock.now())
        told += not failure
    return told


def forget_turns() -> int:
    """Erase the addresses of turns that led to no concern; how many."""
    found = list(queries.to_forget())
    for turn in found:
        erase(turn.uuid, by=SYSTEM.actor, subject=turn.subject)
    return len(found)
