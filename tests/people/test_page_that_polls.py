"""A page that looks by itself for what is new keeps nobody signed in who has gone away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import Settings

from lianxin.kernel import clock
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("polls", "stays"), [(True, False), (False, True)])
def test_a_poll_is_no_click(cast: Cast, settings: Settings, polls: bool, stays: bool) -> None:
    client = cast.client(cast.clerk)
    client.get("/desk/hotline/")
    headers = {"X-Poll": "1"} if polls else {}
    begun = clock.now()
    for minutes in range(10, settings.LIANXIN_IDLE_MINUTES + 25, 10):
        with clock.at(begun + timedelta(minutes=minutes)):
            status = client.get("/desk/hotline/", headers=headers).status_code
    assert (status == 200) is stays
