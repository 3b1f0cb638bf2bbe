"""Signing in: a password, a second step, and no way round it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from lianxin.access import SYSTEM, Proof
from lianxin.journal.models import Entry
from lianxin.kernel import clock
from lianxin.people import actions, sittings
from lianxin.people.models import User
from lianxin.vault import keys
from tests import signing_in
from tests.cast import PASSWORD, Cast

LOGIN, SECOND, APP = "/account/login/", "/account/login/second/", "/account/second/app/"
NEW = "wanfanchileheshuimian"


@pytest.fixture(autouse=True)
def _no_counts_of_failed_tries(db: None) -> None:
    call_command("createcachetable")
    cache.clear()


def typed(
    client: Client, name: str = "handler", password: str = PASSWORD, path: str = LOGIN
) -> Any:
    return client.post(path, {"login": name, "password": password})


def is_signed_in(client: Client) -> bool:
    return client.get("/desk/").status_code == 200


def new_app(client: Client) -> str:
    """Go through the set-up pages; the secret of the app."""
    page = client.get(APP).content.decode()
    shown = re.search(r'sign-key" translate="no">([A-Z2-7 ]+)<', page)
    assert shown
    secret = shown[1].replace(" ", "")
    counter = int(clock.now().timestamp()) // 30
    code = totp.format_hotp_value(totp.hotp_value(secret, counter))
    answer = client.post(APP, {"code": f"{code[:3]} {code[3:]}"})
    assert answer["Location"] == "/account/second/codes/", answer.content.decode()
    return secret


def test_the_first_day(cast: Cast) -> None:
    """A first password on paper, a password of one's own, an app, recovery codes, the desk."""
    person, first = actions.add_person(username="qian", name="钱程", by=SYSTEM)
    actions.add_member(user=person, unit=cast.housing, role="handler", by=SYSTEM)
    client = Client()
    before = client.get(LOGIN).cookies
    answer = typed(client, "ＱＩＡＮ", first)
    assert answer["Location"] == "/account/password/" and "sessionid" not in before
    asked = client.get("/desk/search/", follow=True)
    assert asked.redirect_chain[-1][0] == "/account/password/"
    answer = client.post(
        "/account/password/", {"oldpassword": first, "password1": NEW, "password2": NEW}
    )
    assert answer["Location"] == "/account/second/"
    assert client.get("/desk/")["Location"] == "/account/second/?next=/desk/"
    key = client.session.session_key
    new_app(client)
    assert client.session.session_key != key
    assert is_signed_in(client)
    codes = re.findall(r"(\d{4} \d{4})", client.get("/account/second/codes/").content.decode())
    assert len(codes) == 10
    entries = Entry.objects.filter(
        subject=f"user:{person.pk}", event="people.second_factor_changed"
    )
    assert entries.count() == 1


def test_the_second_step_is_asked_at_each_sign_in(cast: Cast) -> None:
    signing_in.set_up_app(cast.handler)
    client = Client()
    assert typed(client)["Location"] == SECOND
    assert client.get("/desk/")["Location"].startswith(LOGIN)
    assert client.post(SECOND, {"code": "000000"}).context["form"].errors
    answer = client.post(SECOND, {"code": signing_in.code_now()})
    assert answer["Location"] == "/desk/" and is_signed_in(client)


@pytest.mark.parametrize(
    "write",
    [str, lambda c: f" {c[:3]} {c[3:]} ", lambda c: "".join(chr(ord(d) + 0xFEE0) for d in c)],
)
def test_a_code_is_read_as_people_type_it(cast: Cast, write: Callable[[str], str]) -> None:
    signing_in.set_up_app(cast.handler)
    client = Client()
    typed(client)
    client.post(SECOND, {"code": write(signing_in.code_now())})
    assert is_signed_in(client)


def test_a_code_signs_in_once_even_by_a_slow_clock(cast: Cast) -> None:
    signing_in.set_up_app(cast.handler)
    code = signing_in.code_now()
    first, second = Client(), Client()
    typed(first)
    first.post(SECOND, {"code": code})
    assert is_signed_in(first)
    # What allauth remembers for its 30 seconds is forgotten; the accepted clocks still show it.
    cache.delete(f"allauth.mfa.totp.used?user={cast.handler.pk}&code={code}")
    typed(second)
    assert second.post(SECOND, {"code": code}).context["form"].errors
    assert not is_signed_in(second)


def test_a_recovery_code_signs_in_once(cast: Cast) -> None:
    client = cast.client(cast.handler)
    client.post("/account/second/codes/new/")
    codes = re.findall(r"(\d{4} \d{4})", client.get("/account/second/codes/").content.decode())
    for works in (True, False):
        phone_lost = Client()
        typed(phone_lost)
        phone_lost.post(SECOND, {"code": codes[3]})
        assert is_signed_in(phone_lost) is works


@pytest.mark.parametrize(
    "sent",
    [
        {"code": ""}, {"code": "x" * 5000}, {"code": "\x00"}, {"code": "１２"}, {"code": "\ud800"},
        {}, {"credential": ""}, {"credential": "5"}, {"credential": "[]"}, {"credential": "{}"},
        {"credential": "null"}, {"credential": '{"id": 1}'}, {"credential": "{" * 4000},
        {"credential": json.dumps({"id": "A", "rawId": "A", "type": "public-key", "response": {}})},
    ],
)  # fmt: skip
def test_bad_second_steps_are_no_errors(cast: Cast, sent: dict[str, str]) -> None:
    sent = {
        key: value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        for key, value in sent.items()
    }
    signing_in.set_up_app(cast.handler)
    client = Client()
    typed(client)
    assert client.post(SECOND, sent).status_code == 200
    assert not is_signed_in(client)
    inside = cast.client(cast.handler)
    for path in ("/account/again/code/", "/account/second/passkey/"):
        assert inside.post(path, sent).status_code == 200
    assert cast.client(cast.no_role).post(APP, sent).status_code == 302


def test_without_a_second_step_only_its_own_pages_open(cast: Cast) -> None:
    """Every address of the product, in a browser that knows only the password."""
    client = Client()
    typed(client)
    assert leaks(client) == []


def leaks(client: Client) -> list[str]:
    """The staff's addresses that open for this browser."""
    from tests.config.test_headers import addresses

    return [
        path
        for path, rule in addresses()
        if rule.kind == "staff"
        and not client.get(path).get("Location", "").startswith("/account/second/")
    ]


def test_twin_a_gate_that_forgets_the_second_step_is_noticed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sittings, "proof_of", lambda request: Proof(complete=True))
    client = Client()
    typed(client)
    assert "/desk/" in leaks(client)


def test_secrets_lie_encrypted(cast: Cast, settings: Settings, tmp_path: Any) -> None:
    client = Client()
    typed(client)
    secret = new_app(client)
    client.get("/account/second/codes/")
    held = Authenticator.objects.filter(user_id=cast.handler.pk)
    shown = [
        code for row in held if row.type == "recovery_codes" for code in row.wrap().generate_codes()
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        raw = str(cursor.fetchall())
    assert secret not in raw and len(shown) == 10 and not any(code in raw for code in shown)
    assert raw.count("v1:") == 2
    # The same database with another key folder opens nothing, and says why.
    settings.KEYS = tmp_path / "others"
    keys.ensure()
    with pytest.raises(keys.KeysUnusable, match="LIANXIN_KEYS"):
        held.get(type="totp").wrap().validate_code("123456")


def test_too_many_codes_inside_are_answered_in_words(cast: Cast) -> None:
    client = cast.client(cast.handler)
    answers = [client.post("/account/again/code/", {"code": "000000"}) for _each in range(11)]
    assert "次数太多" in answers[5].content.decode()
    assert answers[10].status_code == 429 and "请等一分钟" in answers[10].content.decode()


def test_the_only_second_step_cannot_be_taken_away(cast: Cast) -> None:
    client = cast.client(cast.handler)
    page = client.post("/account/second/app/remove/")
    assert page.status_code == 200 and Authenticator.objects.filter(user=cast.handler).exists()
    passkey = Authenticator.objects.create(
        user=cast.handler, type="webauthn", data={"name": "钥匙", "credential": {}}
    )
    client.post("/account/second/app/remove/")
    assert not Authenticator.objects.filter(user=cast.handler, type="totp").exists()
    client.post(f"/account/second/passkey/{passkey.pk}/remove/")
    assert Authenticator.objects.filter(pk=passkey.pk).exists()
    other = cast.client(cast.colleague)
    assert other.get(f"/account/second/passkey/{passkey.pk}/remove/").status_code == 404


def test_off_is_said_on_the_page_and_by_check(cast: Cast, settings: Settings) -> None:
    from lianxin.config import checks

    assert checks.second_factor() == [] and "演示" not in Client().get(LOGIN).content.decode()
    settings.LIANXIN_SECOND_FACTOR = False
    assert [found.id for found in checks.second_factor()] == ["config.E020"]
    client = Client()
    assert "演示" in client.get(LOGIN).content.decode()
    assert typed(client)["Location"] == "/desk/" and is_signed_in(client)


# --- passwords ---


@pytest.mark.parametrize(
    "password",
    ["kurz", "1234567890", "password123", "woaini1314520", "qwertyuiop", "aaaaaaaaaab",
     "zhang123456789", "!!!handler!!!", "lianxin2026", "2026112520", "ａdmin123456"],
)  # fmt: skip
def test_passwords_that_are_guessed_first_are_refused(cast: Cast, password: str) -> None:
    answer = cast.client(cast.handler).post(
        "/account/password/",
        {"oldpassword": PASSWORD, "password1": password, "password2": password},
    )
    assert answer.status_code == 200 and answer.context["form"].errors.keys() & {"password1"}


def test_a_sentence_is_taken(cast: Cast) -> None:
    client = cast.client(cast.handler)
    data = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert client.post("/account/password/", data)["Location"] == "/desk/"
    assert User.objects.get(pk=cast.handler.pk).check_password(NEW)


# --- how long it lasts ---


@pytest.mark.parametrize(("minutes", "stays"), [(29, True), (31, False)])
def test_a_sign_in_ends_when_nothing_was_clicked(cast: Cast, minutes: int, stays: bool) -> None:
    client = cast.client(cast.handler)
    with clock.at(timedelta(minutes=minutes)):
        assert is_signed_in(client) is stays
        assert bool(client.session.get("_auth_user_id")) is stays


def test_a_sign_in_ends_after_half_a_day_however_busy(cast: Cast) -> None:
    client = cast.client(cast.handler)
    for minutes in range(0, 12 * 60, 20):
        with clock.at(timedelta(minutes=minutes)):
            assert client.get("/account/second/").status_code == 200, minutes
    with clock.at(timedelta(hours=12)):
        assert not is_signed_in(client)


def test_a_click_is_noted_at_most_once_a_minute(cast: Cast, django_assert_num_queries: Any) -> None:
    client = cast.client(cast.handler)
    for seconds, writes in ((30, 0), (61, 1), (90, 0)):
        with clock.at(timedelta(seconds=seconds)):
            before = client.session["sitting_seen"]
            client.get("/account/second/")
            assert (client.session["sitting_seen"] != before) == bool(writes)


def test_signing_out_leaves_nothing_but_what_was_never_sent(cast: Cast) -> None:
    answer = cast.client(cast.handler).post("/account/logout/")
    assert answer["Clear-Site-Data"] == '"cache"'
    assert answer.cookies[settings.SESSION_COOKIE_NAME].value == ""


def test_an_old_session_without_its_moments_is_none(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.handler)
    assert client.get("/desk/")["Location"].startswith(LOGIN)


ENDS: dict[str, Callable[[Cast], object]] = {
    "a role given": lambda c: actions.add_member(
        user=c.handler, unit=c.town, role="handler", by=c.viewer(c.sec_admin)
    ),
    "a role ended": lambda c: actions.end_membership(
        membership=c.handler.memberships.get(), by=c.viewer(c.sec_admin)
    ),
    "a unit closed": lambda c: (
        actions.close_unit(unit=c.water, by=c.viewer(c.sys_admin)),
        actions.close_unit(unit=c.housing, by=c.viewer(c.sys_admin)),
    ),
    "a new password": lambda c: actions.set_password(user=c.handler, by=c.viewer(c.sys_admin)),
    "an account closed": lambda c: actions.bar_user(user=c.handler, by=c.viewer(c.sys_admin)),
    "a second step reset": lambda c: actions.reset_second_factor(
        user=c.handler, reason="手机丢了", by=c.viewer(c.sec_admin)
    ),
    "signed out elsewhere": lambda c: c.client(c.handler).post("/account/elsewhere/"),
    "a second step added elsewhere": lambda c: c.client(c.handler).post(
        "/account/second/codes/new/"
    ),
}


@pytest.mark.parametrize("change", ENDS)
def test_a_session_does_not_outlive(cast: Cast, change: str) -> None:
    assert survives(cast, ENDS[change]) is False


def survives(cast: Cast, change: Callable[[Cast], object]) -> bool:
    client, other = cast.client(cast.handler), cast.client(cast.clerk)
    assert client.get("/account/second/").status_code == 200
    change(cast)
    assert other.get("/account/second/").status_code == 200
    return client.get("/account/second/").status_code == 200


def test_twin_a_session_that_survives_a_change_of_roles_is_noticed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lianxin.people.actions import members

    monkeypatch.setattr(members, "end_sessions", lambda user_ids: None)
    assert survives(cast, ENDS["a role given"])


def test_the_browser_that_signs_out_the_others_stays(cast: Cast) -> None:
    client = cast.client(cast.handler)
    assert client.post("/account/elsewhere/")["Location"] == reverse("mfa_index")
    assert is_signed_in(client)
