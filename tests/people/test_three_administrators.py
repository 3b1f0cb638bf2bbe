"""三员分立: what each of the three administrators may do, and that no two of them are one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client

from lianxin.access import SYSTEM, Refused, Viewer
from lianxin.journal import outbox
from lianxin.journal.models import Entry
from lianxin.kernel.problems import Problem
from lianxin.notices.models import Message
from lianxin.people import actions
from lianxin.people.models import Membership
from tests.cast import PASSWORD, Cast
from tests.signing_in import set_up_app

SYS, SEC = {"sys_admin"}, {"sec_admin"}
ACTS: dict[str, tuple[set[str], Callable[[Cast, Viewer], object]]] = {
    "add a unit": (SYS, lambda c, by: actions.create_unit(
        name="新所", kind="office", parent=c.county, by=by)),
    "rename a unit": (SYS, lambda c, by: actions.change_unit(
        unit=c.housing, name="建设局", by=by)),
    "move a unit": (SYS, lambda c, by: actions.move_unit(unit=c.east, parent=c.county, by=by)),
    "close a unit": (SYS, lambda c, by: actions.close_unit(unit=c.west, by=by)),
    "make an account": (SYS, lambda c, by: actions.add_person(username="qian", name="钱程", by=by)),
    "change details": (SYS | {"handler"}, lambda c, by: actions.change_user(
        user=c.handler, name="张四", by=by)),
    "give a new password": (SYS, lambda c, by: actions.set_password(user=c.handler, by=by)),
    "close an account": (SYS, lambda c, by: actions.bar_user(user=c.handler, by=by)),
    "give a role": (SEC, lambda c, by: actions.add_member(
        user=c.no_role, unit=c.housing, role="handler", by=by)),
    "end a role": (SEC, lambda c, by: actions.end_membership(
        membership=Membership.objects.get(user=c.handler), by=by)),
    "reset a second step": (SEC, lambda c, by: actions.reset_second_factor(
        user=c.handler, reason="手机丢了", by=by)),
}  # fmt: skip
PAGES = {
    "/desk/people/": {"sys_admin", "sec_admin"},
    "/desk/people/{handler}/": {"sys_admin", "sec_admin"},
    "/desk/people/{handler}/change/": {"sys_admin"},
    "/desk/people/{handler}/second/": {"sec_admin"},
    "/desk/people/units/{housing}/": {"sys_admin", "sec_admin"},
    "/desk/people/units/{housing}/add/": {"sys_admin"},
    "/desk/people/units/{housing}/person/": {"sys_admin"},
    "/desk/people/units/{housing}/member/": {"sec_admin"},
    "/desk/administrators/": {"auditor"},
}
THREE = ("sys_admin", "sec_admin", "auditor")


@pytest.mark.parametrize("what", ACTS)
def test_what_each_may_do(cast: Cast, what: str) -> None:
    allowed, act = ACTS[what]
    for name in sorted(cast.staff, key=lambda name: name in allowed):
        if name in allowed:
            act(cast, cast.viewer(getattr(cast, name)))
            continue
        count = Entry.objects.count()
        with pytest.raises(Refused):
            act(cast, cast.viewer(getattr(cast, name)))
        assert Entry.objects.count() == count


@pytest.mark.parametrize("page", PAGES)
def test_what_each_may_open(cast: Cast, page: str) -> None:
    path = page.format(handler=cast.handler.pk, housing=cast.housing.pk)
    set_up_app(cast.handler)
    seen = {
        n for n, person in cast.staff.items() if cast.client(person).get(path).status_code == 200
    }
    assert seen == PAGES[page]


def test_no_two_of_them_are_one_person(cast: Cast) -> None:
    for name in THREE:
        for role in THREE:
            with pytest.raises(Problem):
                actions.add_member(user=getattr(cast, name), unit=cast.county, role=role, by=SYSTEM)


def test_none_of_them_alone_can_become_somebody(cast: Cast) -> None:
    """A new password does not open an account with a second step, a reset does not without one."""
    set_up_app(cast.handler)
    password = actions.set_password(user=cast.handler, by=cast.viewer(cast.sys_admin))
    client = Client()
    asked = client.post("/account/login/", {"login": "handler", "password": password})
    assert asked["Location"] == "/account/login/second/"
    with pytest.raises(Refused):
        actions.reset_second_factor(
            user=cast.handler, reason="手机丢了", by=cast.viewer(cast.sys_admin)
        )
    with pytest.raises(Refused):
        actions.set_password(user=cast.handler, by=cast.viewer(cast.sec_admin))


def test_a_lost_telephone(cast: Cast) -> None:
    """Reset with a reason, on the record, told to the person; a new one at the next sign-in."""
    set_up_app(cast.handler)
    cast.handler.email = "zhang@example.org"
    cast.handler.save()
    outbox.drain()
    security = cast.client(cast.sec_admin)
    path = f"/desk/people/{cast.handler.pk}/second/"
    assert "reason" in security.post(path, {"reason": " \x00"}).context["form"].errors
    assert "reason" in security.post(path, {"reason": "长" * 201}).context["form"].errors
    assert security.post(path, {"reason": "手机丢了，本人带工作证来的"}).status_code == 302
    assert not Authenticator.objects.filter(user=cast.handler).exists()
    entry = Entry.objects.filter(event="people.second_factor_reset").get()
    assert entry.actor == f"user:{cast.sec_admin.pk}" and "工作证" in entry.data
    outbox.drain()
    told = Message.objects.get(recipient=cast.handler)
    assert told.urgent and "第二步" in told.text and not mail.outbox
    answer = Client().post("/account/login/", {"login": "handler", "password": PASSWORD})
    assert answer["Location"] == "/account/second/"
    own = security.post(f"/desk/people/{cast.sec_admin.pk}/second/", {"reason": "手机丢了"})
    assert own.status_code == 403 and Authenticator.objects.filter(user=cast.sec_admin).exists()


def test_the_auditor_reads_what_the_others_did_page_by_page(cast: Cast) -> None:
    by = cast.viewer(cast.sec_admin)
    for name in ("no_role", "clerk", "liaison", "leader", "secretary", "handler"):
        actions.reset_second_factor(user=getattr(cast, name), reason="手机丢了", by=by)
    auditor = cast.client(cast.auditor)
    first = auditor.get("/desk/administrators/")
    text = first.content.decode()
    assert "杨洋" in text and "张三" in text and "手机丢了" in text
    assert text.count("<tr>") == 51
    seqs = [row.seq for row in first.context["rows"]]
    further = auditor.get("/desk/administrators/", {"before": seqs[-1]})
    seqs += [row.seq for row in further.context["rows"]]
    assert f"before={seqs[49]}" in text
    assert len(set(seqs)) == len(seqs) and seqs == sorted(seqs, reverse=True)
    for wrong in ("x", "-1", "9" * 40, "１"):
        assert auditor.get("/desk/administrators/", {"before": wrong}).status_code == 200
    assert auditor.post("/desk/administrators/").status_code == 405


def test_the_auditors_page_costs_the_same_however_much_was_done(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    client = cast.client(cast.auditor)
    with django_assert_max_num_queries(7):
        client.get("/desk/administrators/")
