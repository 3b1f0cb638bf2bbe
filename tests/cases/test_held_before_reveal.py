"""What speaks of conduct or names staff is looked at from above before the office can see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lianxin.access import ANONYMOUS, SYSTEM, scope
from lianxin.cases import actions, queries
from lianxin.cases.forms.desk import SortForm
from lianxin.cases.models import Case, Lane, Standing
from lianxin.cases.states import State
from lianxin.people import actions as people
from lianxin.people.roles import Role
from tests.cast import PASSWORD, Cast
from tests.walk import Walk, begin, load_sorting

if TYPE_CHECKING:
    from lianxin.people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def town_dispatcher(cast: Cast) -> User:
    """The town has a desk of its own, nearer than the county's."""
    load_sorting()
    person = people.add_user(username="town-desk", name="罗成", password=PASSWORD, by=SYSTEM)
    people.add_member(user=person, unit=cast.town, role=Role.DISPATCHER, by=SYSTEM)
    return person


def said(cast: Cast, words: str, **changes: Any) -> Walk:
    return begin(cast, words=words, place="", wish="", **changes)


def parts(walk: Walk) -> set[str]:
    return {
        part
        for part in walk.cast.staff
        if scope(walk.viewer(part), Case).filter(pk=walk.case.pk).exists()
    }


def test_an_ordinary_matter_goes_to_the_nearest_desk(cast: Cast, town_dispatcher: User) -> None:
    walk = said(cast, "东关社区的路灯坏了，供水公司挖的沟也没填。")
    assert walk.case.desk_unit == cast.town
    assert walk.case.lane == Lane.ORDINARY
    assert not walk.case.conflicts.exists()


def test_a_tick_sends_it_to_the_desk_above(cast: Cast, town_dispatcher: User) -> None:
    walk = said(cast, "他们不办事还骂人。", about_official=True)
    assert walk.case.desk_unit == cast.desk
    assert parts(walk) == {"dispatcher"}
    assert not scope(cast.viewer(town_dispatcher), Case).filter(pk=walk.case.pk).exists()


@pytest.mark.parametrize("word", ["吃拿卡要", "收了好处费", "贪污集体的钱", "打擊報復"])
def test_a_word_of_conduct_holds_it_too(cast: Cast, town_dispatcher: User, word: str) -> None:
    walk = said(cast, f"办证的{word}，不给就不办。")
    assert walk.case.lane == Lane.HIGHER
    assert parts(walk) == {"dispatcher"}


@pytest.mark.parametrize("name", ["马兰", "马 兰", "馬蘭"])
def test_a_member_of_staff_who_is_named_does_not_see_it(
    cast: Cast, town_dispatcher: User, name: str
) -> None:
    walk = said(cast, f"社区的{name}办事不公。")
    found = walk.case.conflicts.get()
    assert (found.user, found.standing) == (cast.secretary, Standing.FOUND)
    assert "secretary" not in parts(walk)


def test_a_unit_that_owns_the_desk_does_not_see_it(cast: Cast, town_dispatcher: User) -> None:
    people.change_unit(unit=cast.town, short_name="镇政府", by=SYSTEM)
    walk = said(cast, "镇政府占了我家的地。")
    assert walk.case.desk_unit == cast.desk
    assert "town_liaison" not in parts(walk)


def test_the_whole_place_is_no_accusation(cast: Cast, town_dispatcher: User) -> None:
    walk = said(cast, "清河县城关镇东关社区的干部贪污。")
    assert [row.unit for row in walk.case.conflicts.all()] == [cast.east]


def test_sorting_says_who_is_meant(cast: Cast, town_dispatcher: User) -> None:
    walk = said(cast, "马兰办事不公，幸亏张三帮忙说了话。")
    meant = walk.case.conflicts.get(user=cast.secretary)
    decided = actions.Sorting(
        kind="complaint_official", category="roads.lights", urgency="ordinary",
        solvability="steps", about=[meant.pk],
    )  # fmt: skip
    actions.sort_case(walk.case, decided, by=cast.viewer(town_dispatcher))
    standing = dict(walk.case.conflicts.values_list("user__username", "standing"))
    assert standing == {"secretary": Standing.CONFIRMED, "handler": Standing.LIFTED}
    assert "secretary" not in parts(walk)
    assert "supervisor" in parts(walk)


def test_whoever_is_named_is_ticked_until_somebody_takes_the_tick_away(cast: Cast) -> None:
    load_sorting()
    walk = said(cast, "马兰办事不公。")
    form = SortForm(thing=walk.case, viewer=cast.viewer(cast.dispatcher))
    assert form.initial["about"] == [walk.case.conflicts.get().pk]


def test_when_the_only_desk_is_meant_it_goes_to_the_discipline_body(cast: Cast) -> None:
    load_sorting()
    walk = said(cast, "信访局的人收好处费。")
    assert walk.case.state == State.SEALED
    assert parts(walk) == {"discipline_receiver"}


def test_a_business_somebody_declared_keeps_that_person_away(cast: Cast) -> None:
    load_sorting()
    people.declare_interest(kind="business", name="清河物业公司", by=cast.viewer(cast.supervisor))
    walk = said(cast, "清河物业公司乱停电。")
    found = walk.case.conflicts.get()
    assert (found.user, found.ground) == (cast.supervisor, "interest")
    walk.sort(about=[found.pk])
    assert "supervisor" not in parts(walk)


def test_the_figures_for_everybody_do_not_count_it(cast: Cast, town_dispatcher: User) -> None:
    before = queries.open_count()
    said(cast, "他们收好处费。")
    assert queries.open_count() == before
    said(cast, "路灯坏了。")
    assert queries.open_count() == before + 1


def test_the_stranger_sees_nothing_of_it(cast: Cast) -> None:
    load_sorting()
    walk = said(cast, "他们收好处费。")
    assert not scope(ANONYMOUS, Case).filter(pk=walk.case.pk).exists()
