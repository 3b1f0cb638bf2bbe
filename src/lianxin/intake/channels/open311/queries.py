"""Who calls, what it has filed, and whether it was filed already."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import connection
from django.utils.translation import gettext as _

from lianxin.intake.channels.open311.models import Open311Client, Open311Request

if TYPE_CHECKING:
    from lianxin.intake.models import Concern


def key_hash(key: str) -> str:
    """How a key is kept: it has 192 random bits, so a plain hash does."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def client_with(key: str) -> Open311Client | None:
    """The system with this key, unless it was revoked."""
    if not key:
        return None
    return Open311Client.objects.filter(key_hash=key_hash(key), revoked_at=None).first()


def held_client(key: str) -> int | None:
    """The id of the same, whose row nobody else holds until the transaction is over.

    By hand, as what follows: Django makes each statement anew, at the cost of half a filing.
    """
    update = "FOR UPDATE" if connection.features.has_select_for_update else ""
    table = Open311Client._meta.db_table
    return _first(
        f"SELECT id FROM {table} WHERE key_hash = %s AND revoked_at IS NULL {update}",
        [key_hash(key)],
    )


def same_request(client_id: int, digest: str) -> int | None:
    """The id of the latest concern that this system filed with the very same."""
    table = Open311Request._meta.db_table
    return _first(
        f"SELECT concern_id FROM {table} WHERE client_id = %s AND digest = %s"
        " ORDER BY id DESC LIMIT 1",
        [client_id, digest],
    )


def _first(sql: str, values: list[int | str]) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row = cursor.fetchone()
    return int(row[0]) if row else None


def clients() -> list[Open311Client]:
    """All systems that ever got a key."""
    return list(Open311Client.objects.order_by("pk"))


def filed_by(client: Open311Client | None, numbers: Collection[str]) -> list[Open311Request]:
    """What a system has filed, of these receipt numbers."""
    if client is None or not numbers:
        return []
    rows = Open311Request.objects.filter(client=client, concern__number__in=list(numbers))
    return list(rows.select_related("concern").order_by("-concern__received_at", "-pk"))


def is_filed(number: str) -> bool:
    """Whether a concern with this number came by this door, from whichever system."""
    return Open311Request.objects.filter(concern__number=number).exists()


def service_code_of(concern_id: int) -> str:
    """The category under which a concern was filed by another system; empty for all others."""
    rows = Open311Request.objects.filter(concern=concern_id)
    return rows.values_list("service_code", flat=True).first() or ""


def told(concern: Concern) -> str:
    """By which system it came."""
    rows = Open311Request.objects.filter(concern=concern)
    name = rows.values_list("client__name", flat=True).first()
    return _("sent by %(name)s") % {"name": name} if name else ""
