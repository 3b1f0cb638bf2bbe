"""Which cases need a second person before a contact is opened, and who that may be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lianxin.access import SYSTEM, Viewer
from lianxin.cases import actions, identity
from lianxin.cases.models import Case, Conflict
from lianxin.kernel import clock
from lianxin.people import actions as people
from lianxin.people.models import Unit, User
from lianxin.people.roles import Role
from lianxin.vault import matters
from tests.cast import PASSWORD, Cast
from tests.walk import Walk, begin, load_sorting

pytestmark = pytest.mark.django_db
PERSON = {"name": "王桂兰", "phone": "13812345678"}


@pytest.fixture
def walk(cast: Cast) -> Walk:
    load_sorting()
    return begin(cast, identity="confidential", contact=PERSON)


def named(cast: Cast, **changes: Any) -> Walk:
    load_sorting()
    return begin(cast, identity="named", contact=PERSON, **changes)


def test_a_routine_matter_needs_a_reason_alone(cast: Cast) -> None:
    assert not identity.needs_second(named(cast).until("handling"))


@pytest.mark.parametrize(
    "make",
    [
        lambda cast: begin(cast, identity="confidential", contact=PERSON).case,
        lambda cast: named(cast, about_official=True).case,
        lambda cast: named(cast).sort(category="conduct.attitude", kind="complaint"),
    ],
    ids=["in confidence", "about an official", "sorted as conduct"],
)
def test_these_need_a_second_person(cast: Cast, make: Callable[[Cast], Case]) -> None:
    load_sorting()
    assert identity.needs_second(make(cast))


def test_who_may_be_the_second_person(cast: Cast, walk: Walk) -> None:
    case = walk.until("handling")
    clerk = cast.viewer(cast.clerk)
    may = {n for n, user in cast.staff.items() if _may(cast.viewer(user), case, clerk)}
    assert may == {"dispatcher", "supervisor"}
    assert set(identity.deciders(case, clerk)) == {cast.dispatcher.pk, cast.supervisor.pk}
    # Nearest first: an emergency is told to two.
    assert identity.deciders(case, clerk)[0] == cast.dispatcher.pk


def _may(viewer: Viewer, case: Case, asker: Viewer) -> bool:
    return bool(identity.may_decide(viewer, case, asker))


def test_nobody_answers_whoever_they_report_to(cast: Cast, walk: Walk) -> None:
    case = walk.case

    def person(name: str, role: Role, at: Unit) -> User:
        user = people.add_user(username=name, name=name, password=PASSWORD, by=SYSTEM)
        people.add_member(user=user, unit=at, role=role, by=SYSTEM)
        return user

    above = person("above", Role.DISPATCHER, cast.county)
    beside = person("beside", Role.SUPERVISOR, cast.county)
    below = cast.dispatcher
    asker = cast.viewer(above)
    assert _may(cast.viewer(beside), case, asker)
    assert not _may(cast.viewer(below), case, asker)
    assert not _may(asker, case, asker)
    # Whoever also works elsewhere does not only report to the asker.
    people.add_member(user=below, unit=cast.county, role=Role.MEMBER, by=SYSTEM)
    assert _may(cast.viewer(below), case, asker)


def test_nobody_of_the_handling_unit_and_nobody_it_is_about(cast: Cast, walk: Walk) -> None:
    case = walk.until("handling")
    inside = people.add_user(username="inside", name="内", password=PASSWORD, by=SYSTEM)
    people.add_member(user=inside, unit=cast.housing, role=Role.SUPERVISOR, by=SYSTEM)
    assert not _may(cast.viewer(inside), case, cast.viewer(cast.clerk))
    Conflict.objects.create(
        case=case, unit=cast.county, ground="about", source="desk", standing="confirmed",
        at=clock.now(),
    )  # fmt: skip
    assert not _may(cast.viewer(cast.supervisor), walk.case, cast.viewer(cast.clerk))


def test_in_the_sealed_lane_the_receiver_alone_opens_and_another_receiver_agrees(
    cast: Cast, walk: Walk
) -> None:
    walk.sort(category="conduct.attitude")
    actions.seal_case(walk.case, by=cast.viewer(cast.dispatcher))
    case = walk.case
    assert identity.needs_second(case)
    for name, user in cast.staff.items():
        found = matters.find(case.subject, user.pk)
        assert found and bool(found.may_open) == (name == "discipline_receiver"), name
        assert bool(found.may_write) == (name == "discipline_receiver"), name
    receiver = cast.viewer(cast.discipline_receiver)
    assert identity.deciders(case, receiver) == []
    second = people.add_user(username="second", name="卫二", password=PASSWORD, by=SYSTEM)
    people.add_member(user=second, unit=cast.county, role=Role.DISCIPLINE_RECEIVER, by=SYSTEM)
    assert identity.deciders(case, receiver) == [second.pk]


def test_the_vault_knows_no_case_that_is_not_there(cast: Cast) -> None:
    pk = named(cast).case.pk
    assert matters.find(f"case:{pk}", cast.clerk.pk)
    wide = "".join(chr(ord(digit) - ord("0") + ord("０")) for digit in str(pk))
    for subject in (
        "case:999999", "case:x", "case:", "concern:1", "nothing", "case:-1",
        f"case:0{pk}", f"case:{wide}", f"case:{pk} ", f"Case:{pk}",
    ):  # fmt: skip
        assert matters.find(subject, cast.clerk.pk) is None
    assert not bool(getattr(matters.find(named(cast).case.subject, 10**9), "may_open", True))
