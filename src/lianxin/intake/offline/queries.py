"""What is known of entries that devices send."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext as _

from lianxin.intake.models import Attachment, Concern, DeviceEntry, Part
from lianxin.ui import moments


def entry_of(key: str) -> DeviceEntry | None:
    """The entry that was filed under this hash of a key, with its concern."""
    return DeviceEntry.objects.filter(key=key).select_related("concern").first()


def concern_of_key(key: str) -> Concern | None:
    """The concern that was filed under this hash of a key, by whatever form."""
    return Concern.objects.filter(key=key).first()


def parts_of(entry: str) -> dict[str, UUID]:
    """The files of an entry that wait here: digest and name."""
    return dict(Part.objects.filter(entry=entry).values_list("digest", "attachment__uuid"))


def waiting_names(names: Collection[UUID]) -> list[UUID]:
    """Those of these files that wait for a form."""
    if not names:
        return []
    rows = Attachment.objects.filter(uuid__in=names, concern__isnull=True)
    return list(rows.values_list("uuid", flat=True))


def files_of(concern: Concern) -> int:
    """How many files the person's own words have."""
    return Attachment.objects.filter(concern=concern, of_result=False).count()


def told(concern: Concern) -> str:
    """That a concern was written without a network, in some words; empty when it was not."""
    row = DeviceEntry.objects.filter(concern=concern).first()
    if row is None:
        return ""
    said = [
        _("written on a device %(when)s, by its clock") % {"when": moments.moment(row.made_at)}
        if row.made_at
        else _("written on a device without a network")
    ]
    said += [_("sent by somebody else")] if row.handed_over else []
    return ", ".join(said)
