"""What one row of the table of moves says. Pure data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.functional import Promise

from lianxin.people.roles import Role

if TYPE_CHECKING:
    from lianxin.cases.states import State


class Side(StrEnum):
    """From where a role must look at the case to make a move."""

    DESK = "desk"
    LEAD = "lead"
    # Covers the lead unit and is not a member of it: independent of the handling.
    INDEPENDENT = "independent"
    REVIEWER = "reviewer"
    RESIDENT = "resident"
    SYSTEM = "system"


DESK = (Role.INTAKE_CLERK, Role.DISPATCHER)
LIAISON = (Role.UNIT_LIAISON, Role.COMMUNITY_SECRETARY)
WORKERS = (Role.HANDLER, Role.COMMUNITY_SECRETARY)


@dataclass(frozen=True)
class Move:
    """One row of the table: who may take a case from which states to which, and the clocks.

    ``target`` None keeps the state. ``returns`` allows further targets decided by the action
    (the state before a pause, or the outcome of a ruling). ``ask`` marks the first half of a move
    that a second person decides.
    """

    name: str
    codes: tuple[str, ...]
    label: str | Promise
    sources: frozenset[State]
    target: State | None
    side: Side
    roles: tuple[Role, ...] = ()
    starts: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    reason: bool = False
    told: bool = False
    returns: frozenset[State] = frozenset()

    def lands(self, state: State) -> frozenset[State]:
        """The states a case in ``state`` may be in after the move."""
        return frozenset({self.target or state}) | self.returns
