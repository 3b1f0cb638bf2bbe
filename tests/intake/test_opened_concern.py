"""How long a typed query code keeps a concern open in a browser."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import pytest
from django.test import Client

from tests.cast import Cast
from tests.walk import Walk, begin, load_sorting


@contextmanager
def later(minutes: float) -> Iterator[None]:
    now = time.time() + minutes * 60
    with patch("django.core.signing.time.time", lambda: now):
        yield


@pytest.fixture
def walk(cast: Cast) -> Walk:
    load_sorting()
    return begin(cast)


@pytest.fixture
def phone(walk: Walk) -> Client:
    """A browser in which the code was typed just now."""
    client = Client()
    assert client.post("/track/", {"code": walk.code}).status_code == 303
    return client


def test_it_closes_ten_minutes_after_the_last_look(phone: Client) -> None:
    for minutes in (9, 18, 27):
        with later(minutes):
            assert phone.get("/track/case/").status_code == 200
    with later(38):
        assert phone.get("/track/case/")["Location"] == "/track/"


def test_a_form_opened_in_time_may_be_sent_later(phone: Client, walk: Walk) -> None:
    assert phone.get("/track/case/add/").status_code == 200
    with later(25):
        sent = phone.post("/track/case/add/", {"words": "灯还是不亮，昨晚又黑了。"})
        assert sent.status_code == 303
        assert "灯还是不亮" in phone.get("/track/case/").content.decode()


def test_nothing_is_sent_half_an_hour_later(phone: Client, walk: Walk) -> None:
    with later(31):
        sent = phone.post("/track/case/add/", {"words": "灯还是不亮，昨晚又黑了。"})
        assert sent["Location"] == "/track/"
