"""Nobody is kept out by somebody else's wrong passwords. Long form: `bench/trust/lockout.py`."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from lianxin.people import tries
from tests.cast import PASSWORD, Cast
from tests.signing_in import set_up_app
from tests.trust.lockout import SECOND, attack, known_browser, signs_in_at_once, typed


@pytest.fixture(autouse=True)
def _no_counts_of_failed_tries(db: None) -> None:
    call_command("createcachetable")
    cache.clear()


def test_wrong_tries_from_elsewhere_do_not_lock_the_person_out(cast: Cast) -> None:
    mine = known_browser(cast.handler, PASSWORD)
    assert attack("handler", 150) == 5
    assert signs_in_at_once(mine, cast.handler, PASSWORD)


def test_twin_one_count_for_all_browsers_locks_the_person_out(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = known_browser(cast.handler, PASSWORD)
    monkeypatch.setattr(tries, "bucket", lambda request, username: username)
    attack("handler", 10)
    assert not signs_in_at_once(mine, cast.handler, PASSWORD)


def test_a_stranger_with_the_password_cannot_use_up_the_codes(cast: Cast) -> None:
    mine = known_browser(cast.handler, PASSWORD)
    stranger = Client()
    typed(stranger, "handler", PASSWORD)
    for _each in range(20):
        stranger.post(SECOND, {"code": "000000"})
    assert not signs_in_at_once(stranger, cast.handler, PASSWORD)
    assert signs_in_at_once(mine, cast.handler, PASSWORD)


def test_a_known_browser_is_known_for_its_own_people_and_counted_itself(cast: Cast) -> None:
    mine = known_browser(cast.handler, PASSWORD)
    set_up_app(cast.colleague)
    for name in ("colleague", "handler"):
        for _each in range(5):
            typed(mine, name, "wrong-password")
        assert "次数太多" in typed(mine, name, PASSWORD)
    mine.cookies["known"] = mine.cookies["known"].value[:-2] + "xx"
    assert typed(mine, "handler", PASSWORD) == SECOND  # a forged cookie is none: the count of all


def test_tries_with_many_names_do_not_push_a_count_out(cast: Cast) -> None:
    attack("handler", 6)
    stranger = Client()
    for number in range(160):  # two rows each: a cache of Django's default size forgets at 300
        typed(stranger, f"name-{number}", "wrong-password")
    assert "次数太多" in typed(stranger, "handler", PASSWORD)
