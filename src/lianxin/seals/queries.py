"""Reads of keys and of who can unlock them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet

from lianxin.access import Viewer
from lianxin.kernel import clock
from lianxin.people import queries as people
from lianxin.seals import sealing
from lianxin.seals.models import Key, SealedTo, Share
from lianxin.seals.policy import RECEIVER

if TYPE_CHECKING:
    from lianxin.people.models import Unit, User


def live_keys() -> list[Key]:
    """All keys that something new is sealed to, with their units."""
    return list(Key.objects.filter(retired_at=None).select_related("unit").order_by("pk"))


def keys_of(owner: UUID) -> list[str]:
    """The public keys that an owner's words are sealed to."""
    rows = SealedTo.objects.filter(owner=owner).order_by("key")
    return list(rows.values_list("key__public", flat=True))


def shares_of(viewer: Viewer) -> QuerySet[Share]:
    """What the viewer can unlock: a share in the key of a unit that they receive for today."""
    rows = Share.objects.filter(user=viewer.user_id, key__unit__in=viewer.unit_ids(RECEIVER))
    return rows.select_related("key__unit").order_by("pk")


@dataclass(frozen=True)
class Desk:
    """A unit for which the viewer receives, and how it stands with its keys."""

    unit: Unit
    keys: tuple[Key, ...]
    shares: tuple[Share, ...]
    holders: tuple[User, ...]
    without: tuple[User, ...]
    """Colleagues who receive here too and cannot unlock the newest key."""
    unlocked: bool
    """The viewer has unlocked one of its keys at this browser."""

    @property
    def invited(self) -> Share | None:
        """A code waits to be typed."""
        now = clock.now()
        return next((row for row in self.shares if row.until and row.until > now), None)

    @property
    def ready(self) -> bool:
        """Whether the viewer can unlock something with a pass-phrase."""
        return any(row.until is None for row in self.shares)


def desks(viewer: Viewer) -> list[Desk]:
    """The units for which the viewer receives, in the order of the tree."""
    found = []
    mine = list(shares_of(viewer))
    opened = {sealing.public_of(private) for private in viewer.unlocked}
    for unit in people.units_by_id(sorted(viewer.unit_ids(RECEIVER))):
        keys = tuple(Key.objects.filter(unit=unit, retired_at=None).order_by("pk"))
        receive = list(people.members_of(unit, RECEIVER))
        hold = set(
            Share.objects.filter(key__in=keys[-1:], until=None).values_list("user_id", flat=True)
        )
        found.append(
            Desk(
                unit,
                keys,
                tuple(row for row in mine if row.key.unit_id == unit.pk),
                tuple(user for user in receive if user.pk in hold),
                tuple(user for user in receive if user.pk not in hold),
                any(key.public in opened for key in keys),
            )
        )
    return found
