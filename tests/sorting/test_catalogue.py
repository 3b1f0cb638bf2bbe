"""The dispatch catalogue: the most specific category wins, then the nearest area."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lianxin.access import SYSTEM
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.sorting import actions, queries
from lianxin.sorting.models import CategorySet
from tests.cast import Cast
from tests.walk import load_sorting

pytestmark = pytest.mark.django_db


def put(category: str, unit: int, area: int | None = None, **more: object) -> None:
    line = actions.CatalogueLine(category=category, unit_id=unit, area_id=area, **more)  # type: ignore[arg-type]
    actions.put_catalogue_line(line, by=SYSTEM)


def unit_for(category: str, area: int | None) -> int | None:
    line = queries.catalogue_for(queries.category(category), area)
    return line.unit_id if line else None


def test_specific_before_general(cast: Cast) -> None:
    load_sorting()
    put("roads", cast.housing.pk)
    put("roads.lights", cast.education.pk)
    put("roads.lights", cast.town.pk, cast.town_area.pk)
    put("roads.lights", cast.east.pk, cast.east_area.pk)
    assert unit_for("roads.surface", cast.east_area.pk) == cast.housing.pk
    assert unit_for("roads.lights", cast.east_area.pk) == cast.east.pk
    assert unit_for("roads.lights", cast.west_area.pk) == cast.town.pk
    assert unit_for("roads.lights", None) == cast.education.pk
    assert unit_for("utilities.water", cast.east_area.pk) is None


def test_a_line_holds_from_its_day_on(cast: Cast) -> None:
    load_sorting()
    put("roads", cast.housing.pk, valid_from=clock.today() + timedelta(days=1))
    assert unit_for("roads.lights", None) is None


def test_an_unknown_category_is_a_problem(cast: Cast) -> None:
    with pytest.raises(Problem):
        put("no.such", cast.housing.pk)


def test_the_sets_of_the_mission_stand_on_the_tree(cast: Cast) -> None:
    load_sorting()
    sizes = {row.code: {item.name for item in row.items.all()} for row in queries.category_sets()}
    assert {code: len(names) for code, names in sizes.items()} == {
        "minsheng_s0": 7,
        "minsheng_s1": 4,
        "hot_topics_s4": 6,
        "petition_five": 5,
        "hard_urgent_vexing": 9,
        "land_relocation": 2,
        "four_winds": 4,
    }
    land = CategorySet.objects.get(code="petition_five").items.select_related("category")
    assert all(item.category.needs_leader for item in land)


@pytest.mark.parametrize(
    ("said", "code"),
    [("我家停水三天了，自来水一滴没有", "utilities.water"), ("门口路灯不亮", "roads.lights")],
)
def test_the_words_suggest_a_category_and_say_why(cast: Cast, said: str, code: str) -> None:
    load_sorting()
    best = queries.suggest_categories(said)[0]
    assert best.category.code == code
    assert all(word in said for word in best.because)
    assert queries.suggest_categories("嗯") == []
