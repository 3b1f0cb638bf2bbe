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


def client_id_with(key: str) -> int | None:
    """The id of the same. By hand, as what follows: Django makes each statement anew."""
    table = Open311Client._meta.db_table
    sql = f"SELECT id FROM {table} WHERE key_hash = %s AND revoked_at IS NULL"
    with connection.cursor() as cursor:
        cursor.execute(sql, [key_hash(key)])
        row = cursor.fetchone()
    return int(row[0]) if row else None


def filed_as(client_id: int, digest: str, key: str | None) -> tuple[int, str] | None:
    """The latest concern filed by this system with this stored key, or else with the very same.

    Its id, and the digest it was filed with. Until the transaction ends nobody else asks the same:
    what is sent twice at once is filed once.
    """
    table, concerns = Open311Request._meta.db_table, "intake_concern"
    sql = f"SELECT r.concern_id, r.digest FROM {table} r"
    values: list[int | str] = [client_id]
    if key is None:
        sql += " WHERE r.client_id = %s AND r.digest = %s"
        values.append(digest)
    else:
        sql += f" JOIN {concerns} c ON c.id = r.concern_id WHERE r.client_id = %s AND c.key = %s"
        values.append(key)
    sql += " ORDER BY r.id DESC LIMIT 1"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # One journey; SQLite's transaction is the only one that writes.
            lock = int.from_bytes(bytes.fromhex((key or digest)[:8]), signed=True)
            cursor.execute(f"SELECT pg_advisory_xact_lock(311, %s); {sql}", [lock, *values])
            cursor.nextset()
        else:
            cursor.execute(sql, values)
        row = cursor.fetchone()
    return (int(row[0]), str(row[1])) if row else None


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
