"""File a concern that somebody brings for another person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.access import Viewer
from lianxin.intake import events, receipts
from lianxin.intake.actions import NewConcern, Receipt, file_concern, let_follow
from lianxin.intake.channels.proxy import queries
from lianxin.intake.channels.proxy.models import Proxy
from lianxin.intake.choices import Channel
from lianxin.intake.models import Concern
from lianxin.journal.actions import record
from lianxin.kernel.problems import Problem


def file_for(new: NewConcern, facts: Mapping[str, Any], *, by: Viewer) -> Receipt:
    """The concern is the person's: their name, their code, their judgement. Raises Problem."""
    contact = new.contact | {name: facts[name] for name in ("proxy_name", "proxy_phone")}
    with transaction.atomic():
        receipt = file_concern(replace(new, contact=contact), by=by)
        if receipt.fresh:
            Proxy.objects.create(
                concern=receipt.concern, relation=facts["relation"], paper=facts["paper"]
            )
    return receipt


def file_from_afar(
    new: NewConcern, facts: Mapping[str, Any], *, authority: UUID, by: Viewer
) -> tuple[Receipt, str]:
    """File for somebody who is not at a counter: the receipt, and the digits to follow it with.

    ``authority``: the signed word, kept by `store_authority`. Its sender may read and add, nothing
    more. The receipt has no code any more once that was handed over. Raises Problem at the field.
    """
    contact = new.contact | {name: facts[name] for name in ("proxy_name", "proxy_phone")}
    attachments = (*new.attachments, authority)
    new = replace(new, channel=Channel.PROXY, contact=contact, attachments=attachments)
    with transaction.atomic():
        receipt = file_concern(new, by=by)
        concern = receipt.concern
        if receipt.fresh:
            if not concern.attachments.filter(authority=True).exists():
                gone = _("The sheet is not here any more. Please add it again.")
                raise Problem(gone, field="authority")
            Proxy.objects.create(concern=concern, relation=facts["relation"], sent=True)
            return receipt, let_follow(concern, by=by)
    if receipt.code is None:
        return receipt, ""
    code = None if queries.was_handed_over(concern) else receipt.code
    return replace(receipt, code=code), queries.number_to_follow(concern)


def hand_over_code(concern: Concern, *, by: Viewer) -> str:
    """The person's code, to be shown on the device of whoever filed for them; on the record first.

    Empty when the person has been given another at the window.
    """
    if concern.code_counter:
        return ""
    with transaction.atomic():
        record(events.CodeHandedOver(), subject=f"concern:{concern.pk}", by=by.actor)
    return receipts.code_for(concern.key, concern.uuid)
