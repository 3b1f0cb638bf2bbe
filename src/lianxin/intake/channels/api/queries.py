"""Who calls, and what they have filed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from lianxin.access import Answer, Viewer
from lianxin.intake.channels.api.choices import Scope
from lianxin.intake.channels.api.models import ApiClient, ApiDelivery, ApiHook, ApiRequest
from lianxin.intake.channels.api.policy import may_keep
from lianxin.kernel import clock
from lianxin.people import queries as people

if TYPE_CHECKING:
    from lianxin.intake.models import Concern


def token_hash(token: str) -> str:
    """How a token is kept: it has 192 random bits, so a plain hash does."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def client_with(token: str) -> ApiClient | None:
    """The program with this token, unless it was revoked or its last day is over."""
    found = ApiClient.objects.filter(token_hash=token_hash(token)).first()
    return found if found and may_call(found) else None


def may_call(client: ApiClient) -> bool:
    """Whether its token opens anything today."""
    return client.revoked_at is None and not _is_over(client)


def _is_over(client: ApiClient) -> bool:
    return client.ends_on is not None and client.ends_on < clock.today()


def clients() -> list[ApiClient]:
    """All programs that ever got a token."""
    return list(ApiClient.objects.select_related("user").order_by("pk"))


def client(pk: int) -> ApiClient | None:
    """One program, with its person."""
    return ApiClient.objects.select_related("user").filter(pk=pk).first()


ORDERS = {
    "newest": pgettext_lazy("order", "Newest first"),
    "name": pgettext_lazy("order", "By name"),
    "ends": pgettext_lazy("order", "By last day"),
}


@dataclass(frozen=True)
class Row:
    """A program in a list. ``state``: "live", "over" after its last day, or "ended"."""

    client: ApiClient
    scopes: list[str]
    state: str


def programs_for(viewer: Viewer, order: str = "newest") -> list[Row]:
    """Those this administrator looks after, in one of `ORDERS`, live ones first; three queries."""
    rows = clients()
    paths = people.paths_of_users({row.user_id for row in rows if row.user_id})
    tops = [unit.path for unit in people.roots()]

    def kept(row: ApiClient) -> bool:
        if row.user_id is None:
            return bool(may_keep(viewer, (), tops=tops))
        return bool(may_keep(viewer, paths.get(row.user_id, ())))

    seen = [row for row in rows if kept(row)]
    far = date.max
    by: dict[str, Callable[[ApiClient], Any]] = {
        "newest": lambda row: -row.pk,
        "name": lambda row: (row.name, row.pk),
        "ends": lambda row: (row.ends_on or far, row.pk),
    }
    return [_row(row) for row in sorted(seen, key=lambda row: (not may_call(row), by[order](row)))]


def may_keep_for(viewer: Viewer, user_id: int | None) -> Answer:
    """Whether this administrator looks after a program of this person, or of nobody."""
    if user_id is None:
        return may_keep(viewer, (), tops=[unit.path for unit in people.roots()])
    return may_keep(viewer, people.paths_of_user(user_id))


def programs_of(user_id: int) -> list[Row]:
    """Those that act for this person, the newest first; ended ones are gone."""
    rows = ApiClient.objects.filter(user_id=user_id, revoked_at=None).order_by("-pk")
    return [_row(row) for row in rows]


def _row(client: ApiClient) -> Row:
    state = "ended" if client.revoked_at else "over" if _is_over(client) else "live"
    return Row(client, scope_labels(client), state)


def scope_labels(client: ApiClient) -> list[str]:
    """What it may do, in words."""
    return [str(Scope(word).label) for word in client.scopes.split()]


def hook_of(client: ApiClient) -> ApiHook | None:
    """Where it is told of news now."""
    return client.hooks.filter(ended_at=None).first()


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
