"""The town itself: places, units, people, catalogue, as `data/community.yaml` describes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.db import transaction

from lianxin.access import SYSTEM, Viewer
from lianxin.people import actions, queries
from lianxin.people.roles import Role
from lianxin.seals import actions as seals
from lianxin.sorting import actions as sorting

if TYPE_CHECKING:
    from lianxin.people.models import Area, Unit, User

DATA = Path(__file__).parent / "data"
PASSWORD = "lianxin-demo"
LEVELS = {
    "town": "street", "sub_district": "street", "village": "community", "school": "estate",
    "market": "estate", "hospital": "estate", "place": "estate",
}  # fmt: skip
KINDS = {
    "sub_district": "town", "village": "community", "window": "centre", "utility": "enterprise",
    "discipline": "department",
}  # fmt: skip


@cache
def read(name: str) -> dict[str, Any]:
    """One file of the town's data."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    content: dict[str, Any] = yaml.load((DATA / f"{name}.yaml").read_text("utf-8"), loader)
    return content


@dataclass
class Town:
    """What was built, by the codes of the data."""

    areas: dict[str, Area] = field(default_factory=dict)
    pins: dict[str, tuple[float, float]] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    helpers: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    communities: dict[str, str] = field(default_factory=dict)
    """The unit of each community or village, by the code of its area."""
    residents: list[str] = field(default_factory=list)
    _above: dict[str, str | None] = field(default_factory=dict)
    _held: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    _viewers: dict[str, Viewer] = field(default_factory=dict)

    def viewer(self, username: str) -> Viewer:
        """What somebody may do; roles do not change in the demo's year."""
        if username not in self._viewers:
            self._viewers[username] = queries.viewer_for(self.people[username])
        return self._viewers[username]

    def holders(self, unit: str, *roles: str) -> list[str]:
        """Who holds one of the roles at the unit, else at the nearest one above it."""
        for place in self._way_up(unit):
            found = [name for role in roles for name in self._held[place, role]]
            if found:
                return list(dict.fromkeys(found))
        raise LookupError(f"nobody is {roles} at {unit}")

    def community_of(self, area: str) -> str:
        """The unit of the community or village a place lies in, when somebody works there."""
        while area and area not in self.communities:
            area = area.rpartition(".")[0]
        unit = self.communities.get(area, "")
        return unit if self._held.get((unit, Role.COMMUNITY_SECRETARY)) else ""

    def hold(self, unit: str, role: str, username: str) -> None:
        """Remember a role that was given."""
        self._held[unit, role].append(username)

    def place_unit(self, code: str, above: str | None) -> None:
        """Remember where a unit hangs in the tree."""
        self._above[code] = above

    def _way_up(self, unit: str) -> Iterator[str]:
        place: str | None = unit
        while place is not None:
            yield place
            place = self._above[place]


def found() -> Town:
    """Build the town through the actions, in one transaction."""
    data = read("community")
    town = Town(residents=data["residents"])
    with transaction.atomic():
        for row in data["areas"]:
            _area(town, row)
        for number, row in enumerate(data["units"], start=1):
            _unit(town, row, number)
        for row in data["staff"]:
            _person(town, row)
        # One hash for all: it is the same password, and a hundred hashes would take ten seconds.
        get_user_model()._default_manager.update(
            password=make_password(PASSWORD), must_change_password=False
        )
        for row in data["dispatch"]:
            _line(town, row)
        _receivers_key(town)
    return town


def _receivers_key(town: Town) -> None:
    """The key of those who receive accusations; each of them can unlock it."""
    first, *others = town.holders("county", Role.DISCIPLINE_RECEIVER)
    unit, by = town.units["county"].pk, town.viewer(first)
    private = seals.make_key(unit_id=unit, phrase=PASSWORD, by=by)
    for name in others:
        seals.take_up(unit_id=unit, code=private, phrase=PASSWORD, by=town.viewer(name))


def _area(town: Town, row: Mapping[str, Any]) -> None:
    town.areas[row["code"]] = actions.add_area(
        name=row["name"],
        level=LEVELS.get(row["level"], row["level"]),
        parent=town.areas[row["parent"]] if row["parent"] else None,
        by=SYSTEM,
    )
    town.pins[row["code"]] = (row["lat"], row["lon"])


def _unit(town: Town, row: Mapping[str, Any], number: int) -> None:
    town.units[row["code"]] = actions.create_unit(
        name=row["name"],
        short_name=row["short_name"],
        kind=KINDS.get(row["kind"], row["kind"]),
        parent=town.units[row["parent"]] if row["parent"] else None,
        area=town.areas[row["area"]],
        # No place in China has the area code 0300.
        phone=f"0300-555{number:04d}",
        window=row["window"],
        by=SYSTEM,
    )
    town.place_unit(row["code"], row["parent"])
    if row["kind"] in ("community", "village"):
        town.communities[row["area"]] = row["code"]


def _person(town: Town, row: Mapping[str, Any]) -> None:
    user = actions.add_user(username=row["username"], name=row["name"], post=row["post"], by=SYSTEM)
    town.people[row["username"]] = user
    for held in row["roles"]:
        actions.add_member(user=user, unit=town.units[held["unit"]], role=held["role"], by=SYSTEM)
        town.hold(held["unit"], held["role"], row["username"])


def _line(town: Town, row: Mapping[str, Any]) -> None:
    sorting.put_catalogue_line(
        sorting.CatalogueLine(
            category=row["category"],
            unit_id=town.units[row["unit"]].pk,
            area_id=town.areas[row["area"]].pk,
            leader_id=town.people[row["leader"]].pk if row["leader"] else None,
            co_unit_ids=tuple(town.units[code].pk for code in row["co_units"]),
            basis=row["basis"],
        ),
        by=SYSTEM,
    )
    town.helpers[row["category"], row["unit"]] = row["co_units"]


SIGN_INS = (
    (Role.INTAKE_CLERK, "hotline", "register a call; answer a question at once"),
    (Role.DISPATCHER, "hotline", "sort what came in, dispatch it by the catalogue"),
    (Role.UNIT_LIAISON, "urban_mgmt", "sign for a case and handle it; or return it"),
    (Role.UNIT_LEADER, "urban_mgmt", "approve a reply; decide on more time"),
    (Role.COMMUNITY_SECRETARY, "c_hebin", "see what troubles one community"),
    (Role.FOLLOW_UP_CALLER, "hotline", "call back about replies nobody has judged"),
    (Role.SUPERVISOR, "county", "rule where somebody is not satisfied; see what is late"),
    (Role.REVIEW_BODY, "county", "decide a review"),
    (
        Role.DISCIPLINE_RECEIVER,
        "county",
        f"what nobody else sees: the sealed lane; its pass-phrase is {PASSWORD}",
    ),
    (Role.SYS_ADMIN, "county", "units and accounts"),
    (Role.SEC_ADMIN, "county", "give and end roles; reset a lost second step"),
    (Role.AUDITOR, "county", "read everything, the administrators' acts too, change nothing"),
)
"""Roles to look at the product with: at which unit, and what to try first."""
