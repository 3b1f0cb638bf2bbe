from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client, override_settings

from lianxin import access
from lianxin.access import rules
from lianxin.access.checks import every_url_has_a_rule
from tests.cast import Cast

BAD, GOOD = "tests.access.bad_urls", "tests.access.good_urls"


@override_settings(ROOT_URLCONF=BAD)
def test_every_view_that_forgot_its_rule_is_an_error() -> None:
    found = every_url_has_a_rule()
    assert {error.id for error in found} == {"access.E001"}
    routes = {str(error.msg).split(" ")[0] for error in found}
    assert routes == {"/forgotten/", "/forgotten-class/", "/third-party/", "/inner/hidden/"}


@override_settings(ROOT_URLCONF=BAD)
def test_a_server_that_skips_the_checks_does_not_start_either() -> None:
    with pytest.raises(ImproperlyConfigured, match="inner/hidden"):
        Client().get("/open/")


@override_settings(ROOT_URLCONF=BAD)
def test_views_of_others_are_declared_by_name_or_by_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rules, "_declared", {})
    access.declare(
        {
            "third-party": "public",
            "inner:hidden": "staff:auditor, sys_admin",
            "tests.access.bad_urls.ForgottenClass": "resident",
            "forgotten": "staff",
        }
    )
    assert every_url_has_a_rule() == []
    with pytest.raises(ImproperlyConfigured):
        access.declare({"third-party": "staff"})
    with pytest.raises(ImproperlyConfigured):
        access.declare({"x": "everybody"})


@override_settings(MIDDLEWARE=[])
def test_rules_nobody_enforces_are_an_error() -> None:
    assert "access.E002" in {error.id for error in every_url_has_a_rule()}


def test_staff_without_brackets_is_noticed_at_once() -> None:
    with pytest.raises(TypeError):
        access.staff(lambda request: None)  # type: ignore[arg-type]


@override_settings(ROOT_URLCONF=GOOD)
def test_strangers_sign_in_and_other_roles_find_nothing(cast: Cast) -> None:
    stranger, handler, clerk = cast.client(), cast.client(cast.handler), cast.client(cast.clerk)
    assert stranger.get("/open/").status_code == 200
    assert stranger.get("/class/").status_code == 200
    asked = stranger.get("/desk/?page=2")
    assert asked["Location"] == "/account/login/?next=/desk/%3Fpage%3D2"
    part = stranger.get("/desk/", headers={"HX-Request": "true", "HX-Current-URL": "https://e/d/"})
    assert part["HX-Redirect"] == "/account/login/?next=/d/" and not part.content
    assert handler.get("/desk/").status_code == 200
    assert clerk.get("/desk/").status_code == 404
    assert clerk.get("/members/").status_code == 200
    assert cast.client(cast.no_role).get("/members/").status_code == 404


@override_settings(ROOT_URLCONF=GOOD)
def test_a_refusal_nobody_caught_is_a_page_with_the_reason(cast: Cast) -> None:
    for client in (cast.client(), cast.client(cast.handler)):
        answer = client.get("/refusing/")
        assert answer.status_code == 403
        assert "因为已经办结" in answer.content.decode()
