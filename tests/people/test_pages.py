from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from lianxin.access import SYSTEM
from lianxin.people import actions
from lianxin.people.models import Membership, Unit, User
from tests.cast import Cast

LOGIN = "/account/login/"


@pytest.fixture(autouse=True)
def _no_counts_of_failed_tries(db: None) -> None:
    call_command("createcachetable")
    cache.clear()


@pytest.mark.parametrize(
    "typed", ["", "handler", "nobody-there", "x" * 5000, "a\x00b", "@", "\ufffd<script>", "张三"]
)
def test_wrong_sign_ins_say_the_same(cast: Cast, typed: str) -> None:
    answer = Client().post(LOGIN, {"login": typed, "password": "wrong"})
    assert answer.status_code == 200
    assert answer.context["form"].errors and not answer.wsgi_request.user.is_authenticated


def test_what_allauth_could_do_and_we_do_not_has_no_address(db: None) -> None:
    for path in (
        "signup/",
        "email/",
        "password/reset/",
        "password/set/",
        "social/",
        "confirm-email/",
    ):
        for prefix in ("account", "accounts"):
            assert Client().get(f"/{prefix}/{path}").status_code == 404


def test_only_the_administrator_sees_the_pages(cast: Cast) -> None:
    paths = [
        "/desk/people/",
        f"/desk/people/units/{cast.housing.pk}/",
        f"/desk/people/{cast.handler.pk}/",
    ]
    for path in paths:
        assert cast.client().get(path).status_code == 302
        for name, person in cast.staff.items():
            expected = 200 if name in ("sys_admin", "sec_admin") else 404
            assert cast.client(person).get(path).status_code == expected, (name, path)


def test_a_town_administrator_finds_nothing_of_the_county(cast: Cast) -> None:
    actions.add_member(user=cast.no_role, unit=cast.town, role="sys_admin", by=SYSTEM)
    client = cast.client(cast.no_role)
    membership = Membership.objects.get(user=cast.handler)
    assert client.get(f"/desk/people/units/{cast.east.pk}/").status_code == 200
    assert client.get(f"/desk/people/units/{cast.housing.pk}/").status_code == 404
    assert client.get(f"/desk/people/{cast.handler.pk}/").status_code == 404
    assert client.post(f"/desk/people/memberships/{membership.pk}/end/").status_code == 404
    assert client.post(f"/desk/people/{cast.handler.pk}/password/").status_code == 404
    assert client.get(f"/desk/people/units/{10**30}/").status_code == 404


def test_details_of_whoever_works_elsewhere_too_are_not_offered_for_change(cast: Cast) -> None:
    actions.add_member(user=cast.no_role, unit=cast.town, role="sys_admin", by=SYSTEM)
    actions.add_member(user=cast.handler, unit=cast.town, role="handler", by=SYSTEM)
    client = cast.client(cast.no_role)
    assert client.get(f"/desk/people/{cast.handler.pk}/").status_code == 200
    for ask in (client.get, client.post):
        assert ask(f"/desk/people/{cast.handler.pk}/change/").status_code == 403


def test_the_administrators_day(cast: Cast) -> None:
    client = cast.client(cast.sys_admin)
    housing = f"/desk/people/units/{cast.housing.pk}"
    assert "供水公司" in client.get("/desk/people/?q=供水").content.decode()
    answer = client.post(f"{housing}/add/", {"name": "房管所", "kind": "office", "window": "on"})
    made = Unit.objects.get(name="房管所")
    assert answer["Location"] == f"/desk/people/units/{made.pk}/" and made.window
    answer = client.post(f"{housing}/person/", {"name": "钱程", "username": "qian"})
    shown = re.search(r"number-big\">([a-z0-9-]{14})<", answer.content.decode())
    assert shown and User.objects.get(username="qian").check_password(shown[1])
    security = cast.client(cast.sec_admin)
    assert "钱程" in security.get("/desk/people/").content.decode()
    answer = security.post(
        f"/desk/people/units/{made.pk}/member/", {"username": "qian", "role": "unit_liaison"}
    )
    assert answer.status_code == 302
    answer = client.post(
        f"/desk/people/units/{made.pk}/change/",
        {"name": "房屋管理所", "kind": "office", "parent": cast.town.pk},
    )
    made.refresh_from_db()
    assert (made.name, made.parent, made.window) == ("房屋管理所", cast.town, False)
    member = Membership.objects.get(unit=made)
    security.post(f"/desk/people/memberships/{member.pk}/end/")
    assert "钱程" not in client.get(f"/desk/people/units/{made.pk}/").content.decode()
    client.post(f"/desk/people/units/{made.pk}/close/")
    assert not Unit.objects.get(pk=made.pk).active


@pytest.mark.parametrize(
    ("path", "data", "field"),
    [
        ("add/", {"name": "\x00", "kind": "office"}, "name"),
        ("add/", {"name": "局" * 61, "kind": "office"}, "name"),
        ("add/", {"name": "<b>x</b>", "kind": "castle"}, "kind"),
        ("add/", {"name": "供水公司", "kind": "office"}, "name"),
        ("member/", {"username": "nobody-there", "role": "handler"}, "username"),
        ("member/", {"username": "handler", "role": "handler"}, "role"),
        ("member/", {"username": "nobody", "role": "handler", "since": "2026-13-40"}, "since"),
        ("member/", {"username": "nobody", "role": "handler", "until": "1999-01-01"}, "until"),
        ("person/", {"name": "钱", "username": "handler"}, "username"),
        ("person/", {"name": "\ufffd", "username": "qq"}, "name"),
        ("change/", {"name": "住建局", "kind": "department", "parent": "999999"}, "parent"),
    ],
)
def test_bad_input_is_told_at_its_field(cast: Cast, path: str, data: Any, field: str) -> None:
    count = User.objects.count()
    client = cast.client(cast.sec_admin if path == "member/" else cast.sys_admin)
    answer = client.post(f"/desk/people/units/{cast.housing.pk}/{path}", data)
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert User.objects.count() == count


def test_a_page_costs_the_same_queries_however_many_units(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    client = cast.client(cast.sys_admin)
    for n in range(30):
        actions.create_unit(name=f"第{n}社区", kind="community", parent=cast.town, by=SYSTEM)
    with django_assert_max_num_queries(9):
        assert client.get(f"/desk/people/units/{cast.town.pk}/").status_code == 200
