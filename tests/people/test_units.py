from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from lianxin.access import SYSTEM, Refused
from lianxin.journal.queries import story
from lianxin.kernel.problems import Problem
from lianxin.people import actions, queries
from lianxin.people.models import Membership, Unit
from tests.cast import Cast


def test_the_subtree_moves_with_its_unit_and_permissions_follow(cast: Cast) -> None:
    actions.move_unit(unit=cast.housing, parent=cast.town, by=SYSTEM)
    cast.town.refresh_from_db()
    housing, water = (Unit.objects.get(pk=unit.pk) for unit in (cast.housing, cast.water))
    assert housing.path.startswith(cast.town.path) and housing.parent_id == cast.town.pk
    assert water.path.startswith(housing.path) and water.depth == 3
    assert cast.viewer(cast.handler).covers("handler", water.path)
    assert cast.viewer(cast.town_liaison).covers("unit_liaison", water.path)
    moved = story([f"unit:{housing.pk}"])[-1]
    assert (moved.event, moved.actor) == ("people.unit_moved", "system")


def test_no_unit_goes_below_itself(cast: Cast) -> None:
    for parent in (cast.housing, cast.water):
        with pytest.raises(Problem) as caught:
            actions.move_unit(unit=cast.housing, parent=parent, by=SYSTEM)
        assert "parent" in caught.value.messages
    assert Unit.objects.get(pk=cast.water.pk).path == cast.water.path


def test_names_are_unique_beside_each_other_only(cast: Cast) -> None:
    admin = cast.viewer(cast.sys_admin)
    with pytest.raises(Problem) as caught:
        actions.create_unit(name=" 住建局\x00 ", kind="department", parent=cast.county, by=admin)
    assert list(caught.value.messages) == ["name"]
    actions.create_unit(name="住建局", kind="部门", parent=cast.town, by=admin)
    with pytest.raises(Problem):
        actions.move_unit(
            unit=Unit.objects.get(name="住建局", parent=cast.town), parent=cast.county, by=admin
        )


def test_everything_wrong_is_said_at_once_at_its_field(cast: Cast) -> None:
    with pytest.raises(Problem) as caught:
        actions.create_unit(
            name="\u200b\x00", kind="castle", phone="call me", short_name="长" * 21,
            parent=cast.county, by=SYSTEM,
        )  # fmt: skip
    assert set(caught.value.messages) >= {"kind", "phone", "short_name"}
    with pytest.raises(Problem) as caught:
        actions.create_unit(name="局" * 61, kind="office", parent=cast.county, by=SYSTEM)
    assert set(caught.value.messages) == {"name"}


def test_closing_ends_the_roles_and_waits_for_what_is_below(cast: Cast) -> None:
    admin = cast.viewer(cast.sys_admin)
    with pytest.raises(Problem):
        actions.close_unit(unit=cast.housing, by=admin)
    actions.close_unit(unit=cast.water, by=admin)
    actions.close_unit(unit=cast.housing, by=admin)
    assert not cast.viewer(cast.handler).has()
    assert not queries.members_of(cast.housing).exists()
    ended = story([f"user:{cast.handler.pk}"])[-1]
    assert ended.event == "people.membership_ended"
    assert cast.housing not in queries.unit_tree(cast.viewer(cast.clerk))
    with pytest.raises(Problem):
        actions.add_member(user=cast.handler, unit=Unit.objects.get(pk=cast.housing.pk),
                           role="handler", by=cast.viewer(cast.sec_admin))  # fmt: skip


def test_administrators_stay_in_their_part_of_the_tree(cast: Cast) -> None:
    actions.add_member(user=cast.no_role, unit=cast.town, role="sys_admin", by=SYSTEM)
    town_admin = cast.viewer(cast.no_role)
    actions.create_unit(name="南关社区", kind="community", parent=cast.town, by=town_admin)
    for parent in (cast.county, cast.housing, None):
        with pytest.raises(Refused):
            actions.create_unit(name="新局", kind="department", parent=parent, by=town_admin)
    with pytest.raises(Refused):
        actions.move_unit(unit=cast.east, parent=cast.county, by=town_admin)
    with pytest.raises(Refused):
        actions.create_unit(
            name="新局", kind="office", parent=cast.housing, by=cast.viewer(cast.leader)
        )


def test_the_database_itself_refuses_what_no_action_would_write(cast: Cast) -> None:
    rows = Membership.objects.filter(user=cast.handler)
    for change in ({"role": "king"}, {"until": "1999-01-01"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.filter(pk=cast.east.pk).update(path=cast.west.path)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=cast.handler, unit=cast.housing, role="handler")
