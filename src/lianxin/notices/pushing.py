"""Telling staff in their work chat that there is something: how many things, and no more."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Max, Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianxin.access import Viewer
from lianxin.journal.actions import record
from lianxin.kernel import clock
from lianxin.kernel.ids import random_digits
from lianxin.kernel.problems import Problem
from lianxin.notices import carriers
from lianxin.notices.actions import FROM_HOUR, RETRY
from lianxin.notices.carriers import Robot, Service
from lianxin.notices.events import CarrierConfirmed, CarrierDropped
from lianxin.notices.models import Carrier, Message
from lianxin.people import queries as people
from lianxin.ui.links import absolute
from lianxin.vault import keys, shut

NUMBER, NUMBER_FOR, TRIES = 6, timedelta(minutes=10), 5
ROOM = "carrier"


def set_up(address: str, *, secret: str, by: Viewer) -> Carrier:
    """Keep the robot of this address for its owner, and send a number there that they must type.

    What was there before goes. Raises Problem at `address`, also when nothing could be sent.
    """
    robot = carriers.robot(address, secret.strip())
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
    with transaction.atomic():
        drop(by=by)
        return Carrier.objects.create(
            user_id=by.user_id,
            service=robot.service,
            sealed=shut.seal(ROOM, [robot.key, robot.secret], bound=f"user:{by.user_id}"),
            number_mac=shut.mac(ROOM, f"{by.user_id}:{number}"),
            number_until=clock.now() + NUMBER_FOR,
        )


def confirm(number: str, *, by: Viewer) -> None:
    """The number arrived: the robot counts from now on. Raises Problem at `number`."""
    fine = False
    with transaction.atomic():
        row = Carrier.objects.select_for_update().filter(user=by.user_id).first()
        if row is not None and row.confirmed_at is None:
            told = shut.mac(ROOM, f"{by.user_id}:{number}")
            open_still = row.number_tries < TRIES and clock.now() < (
                row.number_until or clock.now()
            )
            fine = open_still and hmac.compare_digest(told, row.number_mac)
            row.number_tries += 1
            if fine:
                last = Message.objects.aggregate(last=Max("pk"))["last"]
                row.confirmed_at, row.number_mac, row.told_upto = clock.now(), "", last or 0
                record(CarrierConfirmed(row.service), subject=f"user:{by.user_id}", by=by.actor)
            row.save()
    if not fine:
        raise Problem(
            _("This is not the number, or it is too late. Put in the address again for a new one."),
            field="number",
        )


def drop(*, by: Viewer) -> None:
    """Tell this person by no work chat any more."""
    with transaction.atomic():
        row = Carrier.objects.select_for_update().filter(user=by.user_id).first()
        if row is None:
            return
        if row.confirmed_at is not None:
            record(CarrierDropped(row.service), subject=f"user:{by.user_id}", by=by.actor)
        row.delete()


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
    return sum(_push(row, found[row.user_id], now) for row in rows)


def _push(row: Carrier, new: Mapping[str, Any], now: datetime) -> bool:
    local, told = now.astimezone(clock.SHANGHAI), row.told_at
    today = told is not None and told.astimezone(clock.SHANGHAI).date() == local.date()
    if not new["urgent"] and (today or local.hour < FROM_HOUR):
        return False
    free = Q(tried_at=None) | Q(tried_at__lte=now - RETRY)
    if not Carrier.objects.filter(free, pk=row.pk).update(tried_at=now):
        return False
    with translation.override(row.user.language):
        sent = _sent(row, _text(new["n"], urgent=bool(new["urgent"])))
    done = {"told_upto": new["last"], "told_at": now, "tried_at": None} if sent else {}
    Carrier.objects.filter(pk=row.pk).update(failed=not sent, **done)
    return sent


def _sent(row: Carrier, text: str) -> bool:
    try:
        key, secret = shut.unseal(ROOM, row.sealed, bound=f"user:{row.user_id}")
    except keys.KeysUnusable:
        return False
    return carriers.push(Robot(Service(row.service), key, secret), text)


def _text(count: int, *, urgent: bool) -> str:
    title = ngettext("%(count)d thing for you", "%(count)d things for you", count)
    first = (
        _("Lianxin: please look at this today")
        if urgent
        else _("Lianxin: %(title)s") % {"title": title % {"count": count}}
    )
    last = _("You can see all of it after signing in: %(link)s") % {"link": absolute("/desk/")}
    return f"{first}\n{last}"
