"""Let somebody look at a concern together with the person, for some minutes."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from lianxin.access import Viewer
from lianxin.intake import events, queries, receipts
from lianxin.intake.models import Concern, Helper
from lianxin.journal.actions import record
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem

LASTS = timedelta(minutes=15)
STANDS = timedelta(days=365)
"""How long somebody who files for another may follow the matter, unless the person ends it."""
A_DAY = 20


def invite_helper(concern: Concern, *, may_write: bool, by: Viewer) -> Helper:
    """Make the number a helper types, for a quarter of an hour; an earlier one ends with it."""
    now = clock.now()
    with transaction.atomic():
        Concern.objects.select_for_update().get(pk=concern.pk)
        if concern.helpers.filter(made_at__gte=now - timedelta(days=1)).count() >= A_DAY:
            raise Problem(_("That was often enough for today. Please come to the window."))
        _end(concern, standing=False)
        name = uuid.uuid4()
        helper = Helper.objects.create(
            uuid=name,
            concern=concern,
            mac=receipts.helper_mac(receipts.helper_number(name)),
            may_write=may_write,
            made_at=now,
            until=now + LASTS,
        )
        record(events.HelperInvited(helper.pk, may_write), subject=_subject(concern), by=by.actor)
    return helper


def let_follow(concern: Concern, *, by: Viewer) -> str:
    """Let whoever files for the person follow the matter and add to it; the 20 digits for that.

    In the transaction that files the concern.
    """
    name, now = uuid.uuid4(), clock.now()
    number = receipts.helper_number(name, standing=True)
    helper = Helper.objects.create(
        uuid=name,
        concern=concern,
        mac=receipts.helper_mac(number),
        may_write=True,
        standing=True,
        made_at=now,
        until=now + STANDS,
    )
    invited = events.HelperInvited(helper.pk, may_write=True, standing=True)
    record(invited, subject=_subject(concern), by=by.actor)
    return number


def open_together(number: str, *, by: Viewer, of: str = "") -> Helper | None:
    """Open what a number was read out for: once, and by staff only what they may see anyway.

    A standing helper opens it as often as they come, and never as staff. None for a number that is
    unknown, used, over, or of a concern out of sight; or of another than the one numbered ``of``.
    """
    again = Q(opened_at__isnull=True) | Q(standing=True)
    rows = queries.live_helpers().filter(again, mac=receipts.helper_mac(number))
    helper = rows.select_related("concern").first()
    if helper is None or of not in ("", helper.concern.number):
        return None
    if by.signed_in and (helper.standing or not queries.sees(by, helper.concern)):
        return None
    helper.opened_at, helper.opened_by_id = clock.now(), by.user_id
    with transaction.atomic():
        opened = {"opened_at": helper.opened_at, "opened_by_id": helper.opened_by_id}
        if rows.filter(pk=helper.pk).update(**opened) != 1:
            return None
        _record_opened(helper, by)
    return helper


def open_at_desk(concern: Concern, *, by: Viewer) -> Helper | None:
    """Open a concern whose code the person has typed at a desk; None when it is out of sight."""
    if not queries.sees(by, concern):
        return None
    now = clock.now()
    with transaction.atomic():
        helper = Helper.objects.create(
            concern=concern,
            may_write=True,
            made_at=now,
            until=now + LASTS,
            opened_at=now,
            opened_by_id=by.user_id,
        )
        _record_opened(helper, by)
    return helper


def end_help(concern: Concern, *, standing: bool | None = None, by: Viewer) -> None:
    """Nobody else looks along any more; or only those who do so for minutes, or who filed it."""
    which = {} if standing is None else {"standing": standing}
    with transaction.atomic():
        if _end(concern, **which):
            record(events.HelpEnded(), subject=_subject(concern), by=by.actor)


def _end(concern: Concern, **which: bool) -> int:
    return queries.live_helpers().filter(concern=concern, **which).update(ended_at=clock.now())


def _record_opened(helper: Helper, by: Viewer) -> None:
    unit = by.grants[0].unit_id if by.grants else None
    opened = events.OpenedTogether(helper.pk, unit)
    record(opened, subject=f"concern:{helper.concern_id}", by=by.actor)


def _subject(concern: Concern) -> str:
    return f"concern:{concern.pk}"
