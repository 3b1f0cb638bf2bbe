"""Opening an identity asks for a second step when the last one is some time ago."""

from __future__ import annotations

import ast
import inspect

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client
from django.urls import resolve

from lianxin.access import proof, rules
from tests.architecture.test_house_rules import SOURCE
from tests.cast import PASSWORD, Cast
from tests.signing_in import code_now
from tests.walk import Walk, begin, load_sorting


@pytest.fixture
def walk(cast: Cast) -> Walk:
    load_sorting()
    return begin(cast, identity="named", contact={"name": "张大爷", "phone": "13812345678"})


def contact(walk: Walk) -> str:
    return f"/desk/cases/{walk.number}/contact/"


def grow_old(client: Client, minutes: int) -> None:
    """As if every step of this sign-in had been taken so many minutes ago."""
    session = client.session
    for record in session[AUTHENTICATION_METHODS_SESSION_KEY]:
        record["at"] -= minutes * 60
    session.save()


def opens(client: Client, walk: Walk) -> bool:
    answer = client.post(contact(walk), {"purpose": "约时间上门"})
    return "13812345678" in answer.content.decode()


@pytest.mark.parametrize(
    ("minutes", "reads", "sends"),
    [(0, True, True), (9, True, True), (11, False, True), (16, False, False)],
)
def test_a_step_opens_identities_for_a_quarter_of_an_hour(
    cast: Cast, walk: Walk, minutes: int, reads: bool, sends: bool
) -> None:
    client = cast.client(cast.clerk)
    grow_old(client, minutes)
    assert (client.get(contact(walk)).status_code == 200) is reads
    assert opens(client, walk) is sends


def test_asked_again_and_back_where_one_was(cast: Cast, walk: Walk) -> None:
    client = cast.client(cast.clerk)
    grow_old(client, 16)
    asked = client.get(contact(walk) + "?tab=mine")
    assert asked["Location"].startswith("/account/again/?next=")
    ask = client.get(asked["Location"])["Location"]
    assert ask.startswith("/account/again/code/?next=")
    page = client.get(ask)
    assert contact(walk) in page.content.decode()
    key = client.session.session_key
    assert client.post(ask, {"code": "000000"}).status_code == 200
    done = client.post(ask, {"code": code_now()})
    assert done["Location"] == contact(walk) + "?tab=mine"
    assert client.session.session_key != key
    assert opens(client, walk)


def test_a_password_alone_is_no_fresh_step(cast: Cast, walk: Walk) -> None:
    client = cast.client(cast.clerk)
    grow_old(client, 16)
    client.post("/account/again/", {"password": PASSWORD})
    client.post("/account/again/?next=/desk/", {"password": PASSWORD})
    assert not opens(client, walk)


def test_a_part_of_a_page_leads_to_the_whole_question(cast: Cast, walk: Walk) -> None:
    client = cast.client(cast.clerk)
    grow_old(client, 16)
    answer = client.get(
        contact(walk), headers={"HX-Request": "true", "HX-Current-URL": "https://e/desk/"}
    )
    assert answer["HX-Redirect"] == f"/account/again/?next={contact(walk)}"


def test_nobody_is_sent_elsewhere_afterwards(cast: Cast) -> None:
    client = cast.client(cast.clerk)
    done = client.post("/account/again/code/?next=https://evil.example/", {"code": code_now()})
    assert done["Location"] == "/desk/"


def test_who_may_not_is_told_nothing(cast: Cast, walk: Walk) -> None:
    client = cast.client(cast.handler_of_other_unit)
    grow_old(client, 16)
    client.post("/account/again/code/", {"code": code_now()})
    assert client.get(contact(walk)).status_code == 404


def test_changing_ones_sign_in_asks_too(cast: Cast) -> None:
    client = cast.client(cast.clerk)
    grow_old(client, 16)
    for path in ("codes/new/", "app/remove/", "passkey/"):
        answer = client.get(f"/account/second/{path}")
        assert answer["Location"].startswith("/account/again/code/"), path


OPENS = {"reveal", "open_original"}


def unmarked() -> list[str]:
    """Views that open something sealed, also by a function beside them, without a fresh step."""
    found = []
    for path in SOURCE.rglob("views/**/*.py"):
        nodes = [n for n in ast.parse(path.read_text()).body if isinstance(n, ast.FunctionDef)]
        calls = {node.name: called(node) for node in nodes}
        opening = set(OPENS)
        while more := {name for name, called_by in calls.items() if called_by & opening} - opening:
            opening |= more
        found += [
            f"{path.name}: {node.name}"
            for node in nodes
            if node.name in opening
            and (marks := "".join(map(ast.unparse, node.decorator_list)))
            and "fresh=True" not in marks
        ]
    return found


def called(node: ast.FunctionDef) -> set[str]:
    """The names of what a function calls."""
    made = [n.func for n in ast.walk(node) if isinstance(n, ast.Call)]
    return {f.attr if isinstance(f, ast.Attribute) else f.id for f in made
            if isinstance(f, ast.Attribute | ast.Name)}  # fmt: skip


def test_every_view_that_opens_something_sealed_is_marked() -> None:
    assert unmarked() == []
    view = resolve("/desk/cases/X/contact/").func
    rule = rules.rule_of(view, "case_contact")
    assert rule is not None and rule.fresh and "_granted" in inspect.getsource(view)


def test_twin_a_step_that_is_not_asked_for_is_noticed(
    cast: Cast, walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof.Proof, "within", lambda self, limit: True)
    client = cast.client(cast.clerk)
    grow_old(client, 600)
    assert opens(client, walk)
