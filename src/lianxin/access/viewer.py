"""Who is looking: a person with the roles they hold today, a resident, or the system."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Grant:
    """One role held at one unit; it reaches the unit and everything below it."""

    role: str
    unit_id: int
    path: str


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person as far as permissions go; built once a request from today's memberships.

    ``kind`` tells a member of staff from a resident (no account) and from the system itself
    (background work, commands), which holds every role everywhere. ``unit_name`` is for the eye:
    the unit where the first of the roles is held.
    """

    user_id: int | None
    name: str
    grants: tuple[Grant, ...] = ()
    kind: Literal["person", "resident", "system"] = "person"
    unit_name: str = ""
    # The one concern whose query code a resident has typed; nothing else of theirs is linked.
    concern_id: int | None = None
    # Units in reach and cases to be kept from, looked up once while this viewer lasts: see
    # `people.queries` and `cases.policy`.
    reach: dict[tuple[str, ...], list[int]] = field(default_factory=dict, compare=False, repr=False)
    # Private keys that this person has unlocked at this browser: see `seals.unlocking`.
    unlocked: tuple[str, ...] = field(default=(), compare=False, repr=False)

    @property
    def actor(self) -> str:
        """How the journal names this viewer: ``user:5``, ``resident`` or ``system``."""
        if self.kind == "system":
            return "system"
        return f"user:{self.user_id}" if self.user_id is not None else "resident"

    @property
    def signed_in(self) -> bool:
        return self.user_id is not None

    @property
    def is_system(self) -> bool:
        return self.kind == "system"

    def grants_of(self, *roles: str) -> tuple[Grant, ...]:
        """The grants with one of these roles; all of them when no role is named."""
        if not roles:
            return self.grants
        return tuple(grant for grant in self.grants if grant.role in roles)

    def has(self, *roles: str) -> bool:
        """Holds one of these roles somewhere; with no role named: holds any role at all."""
        return self.is_system or bool(self.grants_of(*roles))

    def paths(self, *roles: str) -> tuple[str, ...]:
        """Tops of the subtrees these roles reach, sorted, none inside another.

        The system reaches ``("",)``: every path starts with the empty one.
        """
        if self.is_system:
            return ("",)
        tops: list[str] = []
        for path in sorted({grant.path for grant in self.grants_of(*roles)}):
            if not (tops and path.startswith(tops[-1])):
                tops.append(path)
        return tuple(tops)

    def unit_ids(self, *roles: str) -> frozenset[int]:
        """The units where these roles are held, without what lies below them."""
        return frozenset(grant.unit_id for grant in self.grants_of(*roles))

    def covers(self, roles: str | Iterable[str], path: str) -> bool:
        """Holds one of the roles at the unit with this path or at a unit above it."""
        if self.is_system:
            return True
        wanted = (roles,) if isinstance(roles, str) else tuple(roles)
        return any(path.startswith(grant.path) for grant in self.grants if grant.role in wanted)


ANONYMOUS = Viewer(user_id=None, name="", kind="resident")
SYSTEM = Viewer(user_id=None, name="system", kind="system")
