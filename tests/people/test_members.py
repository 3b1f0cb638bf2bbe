from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lianxin.access import SYSTEM, Refused
from lianxin.journal.models import Entry
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.people import actions, queries
from lianxin.people.models import Membership, User
from tests.cast import PASSWORD, Cast

DAY = timedelta(days=1)


def test_a_role_holds_from_its_first_day_to_before_its_last(cast: Cast) -> None:
    today = clock.today()
    actions.add_member(user=cast.no_role, unit=cast.housing, role="handler",
                       since=today + DAY, until=today + 3 * DAY, by=SYSTEM)  # fmt: skip
    for days, holds in ((0, False), (1, True), (2, True), (3, False)):
        with clock.at(days * DAY):
            assert cast.viewer(cast.no_role).has("handler") is holds
            assert (cast.no_role in queries.members_of(cast.housing, "handler")) is holds


def test_an_ended_role_is_gone_at_once(cast: Cast, django_assert_num_queries: Any) -> None:
    membership = Membership.objects.get(user=cast.handler)
    with django_assert_num_queries(1):
        assert queries.viewer_for(cast.handler).unit_name == "住建局"
    actions.end_membership(membership=membership, by=cast.viewer(cast.sec_admin))
    assert not queries.viewer_for(cast.handler).has()
    again = actions.add_member(user=cast.handler, unit=cast.housing, role="handler", by=SYSTEM)
    assert again.pk != membership.pk


def test_one_role_once_and_never_two_of_the_three_administrators(cast: Cast) -> None:
    today = clock.today()
    for until in (None, today + DAY):
        with pytest.raises(Problem):
            actions.add_member(
                user=cast.handler, unit=cast.housing, role="handler", until=until, by=SYSTEM
            )
    for person, role in ((cast.auditor, "sys_admin"), (cast.sys_admin, "sec_admin")):
        with pytest.raises(Problem) as caught:
            actions.add_member(user=person, unit=cast.town, role=role, by=SYSTEM)
        assert "role" in caught.value.messages


def test_nobody_gives_themselves_a_role_and_only_administrators_give_any(cast: Cast) -> None:
    for by, user in (
        (cast.sec_admin, cast.sec_admin),
        (cast.sys_admin, cast.no_role),
        (cast.leader, cast.no_role),
        (cast.auditor, cast.no_role),
    ):
        with pytest.raises(Refused):
            actions.add_member(
                user=user, unit=cast.discipline, role="discipline_receiver", by=cast.viewer(by)
            )


@pytest.mark.parametrize("role", ["sys_admin", "sec_admin"])
def test_the_last_administrator_at_the_top_stays(cast: Cast, role: str) -> None:
    last = Membership.objects.get(user=getattr(cast, role))
    by = cast.viewer(cast.sec_admin)
    with pytest.raises(Problem):
        actions.end_membership(membership=last, by=by)
    actions.add_member(user=cast.no_role, unit=cast.county, role=role, by=SYSTEM)
    actions.end_membership(membership=last, by=by)
    assert not cast.viewer(getattr(cast, role)).has()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("田", "田"),
        ("司马相如", "司马相如"),
        ("阿依古丽 • 买买提", "阿依古丽·买买提"),
        ("卓玛・央金", "卓玛·央金"),
        ("𠮷田\u3000一", "𠮷田 一"),
        ("Mary O'Neil", "Mary O'Neil"),
        ("长" * 40, "长" * 40),
    ],
)
def test_names_of_all_peoples(db: None, typed: str, kept: str) -> None:
    assert actions.add_user(username="x1", name=typed, by=SYSTEM).name == kept


def test_names_that_are_none(db: None) -> None:
    for typed in ("", " \x00\u3000", "·", "12", "长" * 41, "\ud800"):
        with pytest.raises(Problem) as caught:
            actions.add_user(username="x1", name=typed, by=SYSTEM)
        assert list(caught.value.messages) == ["name"]


def test_user_names_are_one_whatever_the_width_and_case(db: None) -> None:
    made = actions.add_user(username="Ｚhang.San０１", name="张三", by=SYSTEM)
    assert made.username == "zhang.san01" and not made.has_usable_password()
    for username in ("ZHANG.SAN01", "a", "a b", "<b>x</b>", "x" * 41, "x\x00"):
        with pytest.raises(Problem) as caught:
            actions.add_user(username=username, name="李四", email="@", by=SYSTEM)
        assert caught.value.messages.keys() & {"username", "email"}


def test_a_town_administrator_cannot_become_a_county_officer(cast: Cast) -> None:
    actions.add_member(user=cast.no_role, unit=cast.town, role="sys_admin", by=SYSTEM)
    actions.add_member(user=cast.secretary, unit=cast.county, role="supervisor", by=SYSTEM)
    town_admin = cast.viewer(cast.no_role)
    for act in (actions.set_password, actions.bar_user, actions.change_user):
        with pytest.raises(Refused):
            act(user=cast.secretary, by=town_admin)
    password = actions.set_password(user=cast.town_liaison, by=town_admin)
    person = User.objects.get(pk=cast.town_liaison.pk)
    assert person.check_password(password) and not person.check_password(PASSWORD)
    assert person.must_change_password


def test_whoever_left_is_out_at_once(cast: Cast) -> None:
    browser = cast.client(cast.handler)
    actions.bar_user(user=cast.handler, by=cast.viewer(cast.sys_admin))
    assert browser.get("/account/password/").status_code == 302
    assert not queries.viewer_for(User.objects.get(pk=cast.handler.pk)).has()
    with pytest.raises(Refused):
        actions.bar_user(user=cast.sys_admin, by=cast.viewer(cast.sys_admin))


def test_the_journal_names_no_person(cast: Cast) -> None:
    person = cast.town_liaison
    actions.change_user(user=person, name="古丽", phone="13800000000", by=SYSTEM)
    actions.set_password(user=person, by=SYSTEM)
    text = "".join(Entry.objects.values_list("data", flat=True))
    for secret in ("阿依", "古丽", "13800000000", person.username):
        assert secret not in text
