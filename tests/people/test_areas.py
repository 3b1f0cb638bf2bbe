from __future__ import annotations

import pytest

from lianxin.access import SYSTEM
from lianxin.journal.models import Entry
from lianxin.kernel.problems import Problem
from lianxin.people import actions, queries
from lianxin.people.models import Area
from tests.cast import Cast


def test_divisions_of_one_province_come_in_once_with_their_paths(db: None) -> None:
    loaded = actions.load_divisions(province="31", by=SYSTEM)
    assert loaded.added == Area.objects.count() > 200
    again = actions.load_divisions(province="３１", by=SYSTEM)
    assert (again.added, again.unchanged) == (0, loaded.added)
    assert Entry.objects.filter(event="people.divisions_loaded").count() == 1
    street = Area.objects.filter(level="street").select_related("parent__parent__parent").first()
    assert street and street.parent and street.parent.parent and street.parent.parent.parent
    assert street.parent.parent.parent.name == "上海市"
    for area in (street, street.parent, street.parent.parent):
        assert area.parent and area.path.startswith(area.parent.path)
    Area.objects.filter(pk=street.pk).update(name="旧名")
    assert actions.load_divisions(province="31", by=SYSTEM).changed == 1


@pytest.mark.parametrize("code", ["00", "3", "3101", "上海", "\x00", "3' OR 1"])
def test_provinces_there_are_not(db: None, code: str) -> None:
    with pytest.raises(Problem):
        actions.load_divisions(province=code, by=SYSTEM)


def test_places_below_the_street(cast: Cast) -> None:
    estate = actions.add_area(name="阳光花园小区", level="小区", parent=cast.east_area, by=SYSTEM)
    assert estate.level == "estate" and estate.path.startswith(cast.east_area.path)
    for name, level, parent in (
        ("阳光花园小区", "estate", cast.east_area),
        ("某县", "county", cast.east_area),
        ("", "road", cast.east_area),
        ("某处", "planet", None),
    ):
        with pytest.raises(Problem):
            actions.add_area(name=name, level=level, parent=parent, by=SYSTEM)


def test_places_named_in_free_text(cast: Cast) -> None:
    estate = actions.add_area(name="阳光花园小区", level="estate", parent=cast.east_area, by=SYSTEM)
    road = actions.add_area(name="东关大街", level="road", parent=cast.town_area, by=SYSTEM)
    named = queries.area_named
    assert named("我住阳光花园小区3号楼，电梯坏了") == estate
    assert named("东关大街的路灯不亮") == road
    assert named("东关社区没人管") == cast.east_area
    assert named("城关镇东关社区阳光花园") == estate
    assert named("城关镇东关社区和西关社区都停水") == cast.town_area
    assert named("东关社区、西关社区都停水") is None
    for nothing in ("", "没有地方", "\x00\ud800", "关"):
        assert named(nothing) is None
    assert set(queries.areas_named("城关镇西关社区")) == {cast.town_area, cast.west_area}


def test_a_name_two_places_bear_needs_the_larger_place(cast: Cast) -> None:
    north = actions.add_area(name="北镇", level="street", parent=cast.county_area, by=SYSTEM)
    for town in (north, cast.town_area):
        actions.add_area(name="和平小区", level="estate", parent=town, by=SYSTEM)
    assert queries.area_named("和平小区停水") is None
    found = queries.area_named("北镇和平小区停水")
    assert found is not None and found.parent == north
    actions.add_area(name="和平小区东院", level="estate", parent=north, by=SYSTEM)
    longest = queries.area_named("和平小区东院停水")
    assert longest is not None and longest.name == "和平小区东院"
