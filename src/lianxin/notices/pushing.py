"""Telling staff in their work chat, and a unit in its duty chat, how many things there are."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, F, Max, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianxin.access import Allowed, Answer, Denied, Viewer, require
from lianxin.journal.actions import record
from lianxin.kernel import clock
from lianxin.kernel.ids import random_digits
from lianxin.kernel.problems import Problem
from lianxin.notices import carriers
from lianxin.notices.actions import FROM_HOUR, RETRY
from lianxin.notices.carriers import Robot, Service
from lianxin.notices.events import CarrierConfirmed, CarrierDropped
from lianxin.notices.models import Carrier, Message
from lianxin.notices.sections import waiting_at
from lianxin.people import queries as people
from lianxin.people.roles import Role
from lianxin.ui.links import absolute
from lianxin.vault import keys, shut

if TYPE_CHECKING:
    from lianxin.people.models import Unit

BY = (Role.UNIT_LEADER, Role.UNIT_LIAISON, Role.COMMUNITY_SECRETARY, Role.DISPATCHER)
"""Who puts in the duty chat of the unit where they hold it."""
NUMBER, NUMBER_FOR, TRIES = 6, timedelta(minutes=10), 5
ROOM = "carrier"


def set_up(address: str, *, secret: str, by: Viewer, unit: Unit | None = None) -> Carrier:
    """Keep the robot of this address for its owner, and send a number there that they must type.

    For a ``unit`` it is the duty chat 值班群, and who works there puts it in. What was there before
    goes. Raises Problem at `address`, also when nothing could be sent, and Refused.
    """
    robot = carriers.robot(address, secret.strip())
    owner = _owner(unit, by)
    if robot is None or by.user_id is None:
        raise Problem(
            _("This is no address of a robot of WeCom, DingTalk or Feishu. Copy all of it."),
            field="address",
        )
    number = random_digits(NUMBER)
    text = _("Lianxin: the number is %(number)s. Type it on the page where you put in the address.")
    if not carriers.push(robot, text % {"number": number}):
        raise Problem(
            _("Nothing could be sent there. Is the robot still in the group?"), field="address"
        )
    row = Carrier(
        user_id=None if unit else by.user_id,
        unit=unit,
        service=robot.service,
        number_until=clock.now() + NUMBER_FOR,
    )
    row.sealed = shut.seal(ROOM, [robot.key, robot.secret], bound=row.owner)
    row.number_mac = shut.mac(ROOM, f"{owner}:{number}")
    try:
        with transaction.atomic():
            drop(by=by, unit=unit)
            row.save()
    except IntegrityError:
        raise Problem(_("Somebody has done this already."), field="address") from None
    return row


def confirm(number: str, *, by: Viewer, unit: Unit | None = None) -> None:
    """The number arrived: the robot counts from now on. Raises Problem at `number`, and Refused."""
    fine = False
    owner = _owner(unit, by)
    with transaction.atomic():
        row = _rows(unit, by).select_for_update().first()
        if row is not None and row.confirmed_at is None:
            told = shut.mac(ROOM, f"{owner}:{number}")
            open_still = row.number_tries < TRIES and clock.now() < (
                row.number_until or clock.now()
            )
            fine = open_still and hmac.compare_digest(told, row.number_mac)
            row.number_tries += 1
            if fine:
                last = Message.objects.aggregate(last=Max("pk"))["last"]
                row.confirmed_at, row.number_mac, row.told_upto = clock.now(), "", last or 0
                record(CarrierConfirmed(row.service), subject=row.owner, by=by.actor)
            row.save()
    if not fine:
        raise Problem(
            _("This is not the number, or it is too late. Put in the address again for a new one."),
            field="number",
        )


def drop(*, by: Viewer, unit: Unit | None = None) -> None:
    """Tell this person, or this unit, by no work chat any more. Raises Refused."""
    _owner(unit, by)
    with transaction.atomic():
        row = _rows(unit, by).select_for_update().first()
        if row is None:
            return
        if row.confirmed_at is not None:
            record(CarrierDropped(row.service), subject=row.owner, by=by.actor)
        row.delete()


def may_set_up(viewer: Viewer, unit: Unit) -> Answer:
    """Whether the viewer may say which chat a unit is told in: whoever works there and answers for
    it. No administrator of accounts: they would learn how much lies at a desk."""
    if any(grant.unit_id == unit.pk for grant in viewer.grants_of(*BY)):
        return Allowed()
    return Denied(_("Only those who answer for the unit say where it is told."))


def _owner(unit: Unit | None, by: Viewer) -> str:
    if unit is None:
        return str(by.user_id)
    require(may_set_up(by, unit))
    return f"unit:{unit.pk}"


def _rows(unit: Unit | None, by: Viewer) -> QuerySet[Carrier]:
    return Carrier.objects.filter(unit=unit) if unit else Carrier.objects.filter(user=by.user_id)


def push_messages(now: datetime | None = None) -> int:
    """Tell whoever has something new: what is urgent at once, the rest once a day; how many.

    Not in a transaction. What fails is tried again after 15 minutes, and says so on its page.
    """
    now = now or clock.now()
    new = Message.objects.filter(
        recipient__in=people.who_may_sign_in(),
        recipient__carrier__confirmed_at__isnull=False,
        pk__gt=F("recipient__carrier__told_upto"),
    )
    counted = new.values("recipient").annotate(
        n=Count("pk"), urgent=Count("pk", filter=Q(urgent=True)), last=Max("pk")
    )
    found = {row["recipient"]: row for row in counted}
    rows = Carrier.objects.filter(user__in=found).select_related("user").order_by("pk")
    sent = 0
    for row in rows:
        here = found[row.user_id or 0]
        if _is_time(row, now, urgent=bool(here["urgent"])):
            with translation.override(row.user.language if row.user else settings.LANGUAGE_CODE):
                text = _text(here["n"], urgent=bool(here["urgent"]))
            sent += _push(row, text, now, told_upto=here["last"])
    return sent


def push_worklists(now: datetime | None = None) -> int:
    """Tell the duty chat of each unit how much waits there: once a day, danger at once; how many.

    Not in a transaction. What is counted is asked anew each time: see `sections.unit_worklist`.
    """
    now = now or clock.now()
    rows = list(
        Carrier.objects.filter(confirmed_at__isnull=False, unit__active=True).order_by("pk")
    )
    found = waiting_at([row.unit_id for row in rows if row.unit_id]) if rows else {}
    sent = 0
    for row in rows:
        here = found.get(row.unit_id or 0)
        if here is None or not here.count:
            continue
        since = row.told_at or row.confirmed_at
        urgent = bool(here.urgent and since and here.urgent > since)
        if _is_time(row, now, urgent=urgent):
            with translation.override(settings.LANGUAGE_CODE):
                text = _text_of_unit(here.count, urgent=urgent)
            sent += _push(row, text, now)
    return sent


def _is_time(row: Carrier, now: datetime, *, urgent: bool) -> bool:
    local, told = now.astimezone(clock.SHANGHAI), row.told_at
    today = told is not None and told.astimezone(clock.SHANGHAI).date() == local.date()
    return urgent or not (today or local.hour < FROM_HOUR)


def _push(row: Carrier, text: str, now: datetime, **done: Any) -> bool:
    """Whether it went. What failed a while ago only, or is another worker's, is left alone."""
    free = Q(tried_at=None) | Q(tried_at__lte=now - RETRY)
    if not Carrier.objects.filter(free, pk=row.pk).update(tried_at=now):
        return False
    sent = _sent(row, text)
    done = {**done, "told_at": now, "tried_at": None} if sent else {}
    Carrier.objects.filter(pk=row.pk).update(failed=not sent, **done)
    return sent


def _sent(row: Carrier, text: str) -> bool:
    try:
        key, secret = shut.unseal(ROOM, row.sealed, bound=row.owner)
    except keys.KeysUnusable:
        return False
    return carriers.push(Robot(Service(row.service), key, secret), text)


def _text(count: int, *, urgent: bool) -> str:
    title = ngettext("%(count)d thing for you", "%(count)d things for you", count)
    return _said(title % {"count": count}, urgent=urgent)


def _text_of_unit(count: int, *, urgent: bool) -> str:
    title = ngettext(
        "%(count)d thing waits for your unit", "%(count)d things wait for your unit", count
    )
    return _said(title % {"count": count}, urgent=urgent)


def _said(title: str, *, urgent: bool) -> str:
    first = (
        _("Lianxin: please look at this today")
        if urgent
        else _("Lianxin: %(title)s") % {"title": title}
    )
    last = _("You can see all of it after signing in: %(link)s") % {"link": absolute("/desk/")}
    return f"{first}\n{last}"
