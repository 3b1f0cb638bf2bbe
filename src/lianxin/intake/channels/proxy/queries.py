"""What is known of a proxy."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from lianxin.intake import events, receipts
from lianxin.intake.channels.proxy.models import Proxy
from lianxin.intake.models import Attachment
from lianxin.intake.queries import live_helpers
from lianxin.journal import queries as journal

if TYPE_CHECKING:
    from lianxin.intake.models import Concern


def told(concern: Concern) -> str:
    """Who brought it, and where the authorisation is kept."""
    row = Proxy.objects.filter(concern=concern).first()
    if row is None:
        return ""
    if row.sent:
        who = {"who": row.get_relation_display()}
        if not Attachment.objects.filter(concern=concern, authority=True).exists():
            return _("%(who)s, from afar; the person's signed word is gone with their name") % who
        return _("%(who)s, from afar; the person's signed word lies sealed with the files") % who
    return _("%(who)s, with written authorisation: %(paper)s") % {
        "who": row.get_relation_display(), "paper": row.paper,
    }  # fmt: skip


def waiting_sheet(name: object, *, key: str = "") -> Attachment | None:
    """The signed word of this name, while it waits for its form, or was filed under this key."""
    filed = Q(concern__key=receipts.key_hash(key)) if key else Q()
    try:
        found = Attachment.objects.filter(uuid=UUID(str(name)), authority=True)
    except ValueError:
        return None
    return found.filter(Q(concern__isnull=True) | filed).first()


def number_to_follow(concern: Concern) -> str:
    """The 20 digits with which whoever filed it for somebody follows it; empty when it is over."""
    row = live_helpers().filter(concern=concern, standing=True).first()
    return receipts.helper_number(row.uuid, standing=True) if row else ""


def was_handed_over(concern: Concern) -> bool:
    """Whether the person's code was shown on the device of whoever filed for them."""
    entries = journal.story([f"concern:{concern.pk}"])
    return any(entry.event == events.CodeHandedOver.name for entry in entries)
