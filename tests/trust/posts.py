"""Everybody who could ask for something, by post: each role held at each place (trust goal P4).

A place is where a role is held, as seen from the thing that is asked for. Of a case that is from
the unit that handles it and from the desk that sorted it:

    清河县                     above
    ├── 信访局                 desk
    │   └── 信访局窗口         below desk
    ├── 住建局                 unit, colleague (another person there)
    │   └── 供水公司           below unit
    ├── 城管局                 helping (called in)
    ├── 教育局                 beside
    ├── 河东镇 … 经开区        where those are at home whom a conflict keeps away

Whoever is kept away holds their role above, where it would reach everything, and something else
that ties them to whom the case is about. There are six ways of that, see `AWAY`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core import signing

from lianxin.access import SYSTEM
from lianxin.cases.models import Case, Conflict, CoUnit
from lianxin.intake import tickets
from lianxin.intake.models import Concern, Helper
from lianxin.kernel import clock
from lianxin.people import actions
from lianxin.people.models import Interest, Unit, User
from lianxin.people.roles import Role
from tests.cast import PASSWORD, Cast
from tests.signing_in import session_of

NOBODY, HOLDER, OTHER_HOLDER = "nobody", "holder of the code", "holder of another code"
HELPER, WRITING_HELPER = "helper", "helper who may write"
FIRST_STEP, NO_ROLE = "first step only", "no role"
OUTSIDE = (NOBODY, HOLDER, OTHER_HOLDER, HELPER, WRITING_HELPER)
PLACES = ("above", "desk", "below desk", "unit", "colleague", "below unit", "helping", "beside")
AWAY = ("themselves", "of the unit", "headed", "of a tie", "tied below", "tied above")
KEPT = tuple(f"kept away: {way}" for way in AWAY)


@dataclass(frozen=True)
class Post:
    """Somebody who asks: a role at a place; or, without a role, what else they have to show."""

    role: str
    place: str
    user: User | None = None
    key: str = ""

    def __str__(self) -> str:
        return f"{self.role}, {self.place}" if self.place else self.role

    def cookies(self, concern: Concern, other: Concern, helpers: dict[str, Helper]) -> Any:
        """What their browser sends with it, when it is about this concern."""
        if self.key:
            return {settings.SESSION_COOKIE_NAME: self.key}
        if self.role in (HOLDER, OTHER_HOLDER):
            held = concern if self.role == HOLDER else other
            return {tickets.CASE: _slip(tickets.CASE, [held.uuid.hex, held.code_counter])}
        if self.role in helpers:
            return {tickets.HELPER: _slip(tickets.HELPER, helpers[self.role].uuid.hex)}
        return {}


def _slip(name: str, held: object) -> str:
    return signing.dumps(held, salt=f"lianxin.{name}")


@dataclass
class Posts:
    """All of them, and the units they are of."""

    cast: Cast
    units: dict[str, Unit] = field(default_factory=dict)
    everybody: list[Post] = field(default_factory=list)
    head: User | None = None
    tie: User | None = None

    def at(self, role: str, place: str) -> Post:
        """Who holds this role there."""
        return next(one for one in self.everybody if (one.role, one.place) == (role, place))

    def keep_away(self, cases: Iterable[Case]) -> None:
        """Make these cases about those whom the posts `KEPT` are tied to."""
        about: list[dict[str, Any]] = [
            {"unit": self.units["accused"], "ground": "about"},
            {"user": self.head, "ground": "about"},
            {"user": self.tie, "ground": "about"},
            {"unit": self.units["tied"], "ground": "about"},
        ]
        own = [one.user for one in self.everybody if one.place == KEPT[0]]
        about += [{"user": user, "ground": "interest"} for user in own]
        # Said of the desk by mistake: it sees the case.
        about.append({"unit": self.units["desk"], "ground": "about", "standing": "lifted"})
        Conflict.objects.bulk_create(
            Conflict(**{"standing": "confirmed"} | party, case=case, source="desk", at=clock.now())
            for case in cases
            for party in about
        )

    def keep_desk_away(self, case: Case) -> None:
        """Make one case about the desk; from the others this keeps nobody away."""
        Conflict.objects.create(
            case=case, unit=self.units["desk"], ground="about", source="desk",
            standing="confirmed", at=clock.now(),
        )  # fmt: skip

    def call_in(self, cases: Iterable[Case]) -> None:
        """Let the helping unit help with these cases."""
        CoUnit.objects.bulk_create(
            CoUnit(case=case, unit=self.units["helping"], task="看现场", asked_at=clock.now())
            for case in cases
        )


def take_office(cast: Cast, *, roles: Iterable[str] = tuple(Role)) -> Posts:
    """Fill every post: each of these roles at each place, and kept away in each way."""
    posts = Posts(cast)
    posts.units = _units(cast)
    posts.head = _person("accused-head", (Role.UNIT_LEADER, posts.units["headed"]))
    posts.tie = _person("accused-friend")
    for role in roles:
        for place in PLACES:
            user = _person(f"{role}-{place}", (role, posts.units[place]))
            posts.everybody.append(Post(role, place, user, session_of(user)))
        for way, place in zip(AWAY, KEPT, strict=True):
            user = _kept(posts, role, way)
            posts.everybody.append(Post(role, place, user, session_of(user)))
    idle = _person("idle")
    posts.everybody.append(Post(NO_ROLE, "", idle, session_of(idle)))
    half = _person("half", (Role.DISPATCHER, posts.units["above"]))
    posts.everybody.append(Post(FIRST_STEP, "", half, session_of(half, second=False)))
    posts.everybody += [Post(name, "") for name in OUTSIDE]
    return posts


def _units(cast: Cast) -> dict[str, Unit]:
    def unit(name: str, parent: Unit, kind: str = "department") -> Unit:
        return actions.create_unit(
            name=name, kind=kind, parent=parent, area=cast.county_area, by=SYSTEM
        )

    accused = unit("河东镇", cast.county, "town")
    headed = unit("河西镇", cast.county, "town")
    zone = unit("经开区", cast.county)
    tied = unit("经开区建设局", zone)
    return {
        "above": cast.county, "desk": cast.desk, "below desk": unit("信访局窗口", cast.desk),
        "unit": cast.housing, "colleague": cast.housing, "below unit": cast.water,
        "helping": unit("城管局", cast.county), "beside": cast.education,
        "accused": accused, "part": unit("河东社区", accused, "community"),
        "headed": headed, "headed part": unit("河西社区", headed, "community"),
        "zone": zone, "tied": tied, "team": unit("建设局工程组", tied),
    }  # fmt: skip


def _person(username: str, *offices: tuple[str, Unit]) -> User:
    name = username.replace(" ", "-").replace(":", "")
    user = actions.add_user(username=name, name=f"职员{name}", password=PASSWORD, by=SYSTEM)
    for role, unit in offices:
        actions.add_member(user=user, unit=unit, role=role, by=SYSTEM)
    User.objects.filter(pk=user.pk).update(must_change_password=False)
    return user


def _kept(posts: Posts, role: str, way: str) -> User:
    """Somebody with this role above, who is tied in this way to whom the cases are about."""
    units = posts.units
    below = {"of the unit": "part", "headed": "headed part"}
    more = [(Role.MEMBER, units[below[way]])] if way in below else []
    user = _person(f"{role}-{way}", (role, units["above"]), *more)
    ties: dict[str, dict[str, Any]] = {
        "of a tie": {"person": posts.tie},
        "tied below": {"unit": units["team"]},
        "tied above": {"unit": units["zone"]},
    }
    if way in ties:
        Interest.objects.create(user=user, kind="relative", declared_at=clock.now(), **ties[way])
    return user
