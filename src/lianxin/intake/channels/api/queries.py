"""Who calls, and what they have filed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from lianxin.intake.channels.api.models import ApiClient, ApiDelivery, ApiRequest

if TYPE_CHECKING:
    from lianxin.intake.models import Concern


def token_hash(token: str) -> str:
    """How a token is kept: it has 192 random bits, so a plain hash does."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def client_with(token: str) -> ApiClient | None:
    """The program with this token, unless it was revoked."""
    return ApiClient.objects.filter(token_hash=token_hash(token), revoked_at=None).first()


def clients() -> list[ApiClient]:
    """All programs that ever got a token."""
    return list(ApiClient.objects.select_related("user").order_by("pk"))


def told(concern: Concern) -> str:
    """By which program it came."""
    rows = ApiRequest.objects.filter(concern=concern, client__isnull=False)
    name = rows.values_list("client__name", flat=True).first()
    return _("sent by %(name)s") % {"name": name} if name else ""


def senders(concern_ids: Iterable[int]) -> dict[int, int]:
    """Which program filed these concerns: its id by theirs."""
    rows = ApiRequest.objects.filter(concern__in=list(concern_ids), client__isnull=False)
    return dict(rows.values_list("concern_id", "client_id"))


def deliveries(client: ApiClient, limit: int = 200) -> list[ApiDelivery]:
    """What a program was told or is owed, the newest first."""
    return list(ApiDelivery.objects.filter(hook__client=client).order_by("-pk")[:limit])
