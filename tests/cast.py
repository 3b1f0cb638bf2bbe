"""The people of the tests: a small county in which everybody's role is the permission matrix.

清河县 (county)
├── 城关镇 (town)
│   ├── 东关社区
│   └── 西关社区
├── 信访局 (the county's desk: clerk, dispatcher, supervisor, caller)
├── 住建局 (handles; window unit 供水公司 below it)
├── 教育局 (another handling unit)
├── 复查复核办 (review)
└── 纪委监委 (discipline)

Use the ``cast`` fixture: ``cast.handler`` is a User, ``cast.viewer(cast.handler)`` their Viewer.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.test import Client

from lianxin.access import ANONYMOUS, SYSTEM, Viewer
from lianxin.kernel import clock
from lianxin.people import actions, queries
from lianxin.people.models import Area, Unit, User
from lianxin.people.roles import Role
from tests.laid import Laid
from tests.signing_in import sign_in

PASSWORD = "liu-shui-chang-qing"


@dataclass(frozen=True)
class Cast:
    """Units, areas and people by what they are for."""

    county: Unit
    town: Unit
    east: Unit
    west: Unit
    desk: Unit
    housing: Unit
    water: Unit
    education: Unit
    review: Unit
    discipline: Unit

    county_area: Area
    town_area: Area
    east_area: Area
    west_area: Area

    clerk: User
    dispatcher: User
    liaison: User
    handler: User
    colleague: User
    """Another handler of the same unit: may stand in, may not approve either."""
    leader: User
    handler_of_other_unit: User
    liaison_of_other_unit: User
    leader_of_other_unit: User
    town_liaison: User
    secretary: User
    supervisor: User
    follow_up_caller: User
    review_body: User
    discipline_receiver: User
    sys_admin: User
    sec_admin: User
    auditor: User
    no_role: User

    stranger: Viewer = ANONYMOUS
    """Somebody on the street without a query code."""
    resident: Viewer = ANONYMOUS
    """Somebody who holds the query code of one concern; the code is what tells them apart."""

    def viewer(self, person: User) -> Viewer:
        """What this person may do today."""
        return queries.viewer_for(person)

    def client(self, person: User | None = None) -> Client:
        """A browser in which this person (or nobody) is signed in."""
        client = Client()
        if person is not None:
            sign_in(client, person)
        return client

    @property
    def staff(self) -> dict[str, User]:
        """Everybody who can sign in, by the name of their part."""
        return {name: part for name, part in vars(self).items() if isinstance(part, User)}


_laid: Laid[Cast] | None = None


def make_cast() -> Cast:
    """Builds everything through the actions; needs a database.

    The first time in a process. Then the same rows are laid down again, a sixth of a test's time
    saved, unless the clock was set or something stands there already.
    """
    global _laid
    if abs(clock.now() - datetime.now(UTC)) > timedelta(seconds=1):
        return _built()
    if _laid is None:
        _laid = Laid.by(_built)
        return copy.deepcopy(_laid.built)
    return _laid.again() if _laid.fits() else _built()


def _built() -> Cast:

    def area(name: str, level: str, parent: Area | None = None) -> Area:
        return actions.add_area(name=name, level=level, parent=parent, by=SYSTEM)

    def unit(name: str, kind: str, parent: Unit | None, where: Area, window: bool = False) -> Unit:
        return actions.create_unit(
            name=name, kind=kind, parent=parent, area=where, window=window, by=SYSTEM
        )

    county_area = area("清河县", "county")
    town_area = area("城关镇", "street", county_area)
    east_area, west_area = (area(n, "community", town_area) for n in ("东关社区", "西关社区"))
    county = unit("清河县", "county", None, county_area)
    town = unit("城关镇", "town", county, town_area)
    east = unit("东关社区", "community", town, east_area)
    west = unit("西关社区", "community", town, west_area)
    desk = unit("信访局", "centre", county, county_area)
    housing = unit("住建局", "department", county, county_area)
    water = unit("供水公司", "enterprise", housing, county_area, window=True)
    education = unit("教育局", "department", county, county_area)
    review = unit("复查复核办", "department", county, county_area)
    discipline = unit("纪委监委", "department", county, county_area)

    def person(username: str, name: str, role: Role | None, at: Unit | None) -> User:
        user = actions.add_user(username=username, name=name, password=PASSWORD, by=SYSTEM)
        if role is not None and at is not None:
            actions.add_member(user=user, unit=at, role=role, by=SYSTEM)
        return user

    cast = Cast(
        county=county, town=town, east=east, west=west, desk=desk, housing=housing, water=water,
        education=education, review=review, discipline=discipline,
        county_area=county_area, town_area=town_area, east_area=east_area, west_area=west_area,
        clerk=person("clerk", "李四", Role.INTAKE_CLERK, desk),
        dispatcher=person("dispatcher", "王五", Role.DISPATCHER, desk),
        liaison=person("liaison", "赵敏", Role.UNIT_LIAISON, housing),
        handler=person("handler", "张三", Role.HANDLER, housing),
        colleague=person("colleague", "孙梅", Role.HANDLER, housing),
        leader=person("leader", "周建国", Role.UNIT_LEADER, housing),
        handler_of_other_unit=person("other-handler", "吴霞", Role.HANDLER, education),
        liaison_of_other_unit=person("other-liaison", "郑和", Role.UNIT_LIAISON, education),
        leader_of_other_unit=person("other-leader", "欧阳文", Role.UNIT_LEADER, education),
        town_liaison=person("town-liaison", "阿依古丽·买买提", Role.UNIT_LIAISON, town),
        secretary=person("secretary", "马兰", Role.COMMUNITY_SECRETARY, east),
        supervisor=person("supervisor", "冯刚", Role.SUPERVISOR, county),
        follow_up_caller=person("caller", "陈静", Role.FOLLOW_UP_CALLER, county),
        review_body=person("review", "褚亮", Role.REVIEW_BODY, county),
        discipline_receiver=person("discipline", "卫平", Role.DISCIPLINE_RECEIVER, county),
        sys_admin=person("admin", "蒋涛", Role.SYS_ADMIN, county),
        sec_admin=person("security", "杨洋", Role.SEC_ADMIN, county),
        auditor=person("auditor", "沈洁", Role.AUDITOR, county),
        no_role=person("nobody", "韩雪", None, None),
    )  # fmt: skip
    # They have long chosen their own; tests/people/test_signing_in.py is about the first one.
    User.objects.update(must_change_password=False)
    for user in cast.staff.values():
        user.must_change_password = False
    return cast
