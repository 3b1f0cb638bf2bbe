"""The query code opens one concern; a wrong one is told nothing and never locked out."""

from __future__ import annotations

import re
import time

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from lianxin.intake.slowing import FREE, LONGEST, wait_for
from lianxin.kernel.ids import format_code, format_number
from tests.cast import Cast
from tests.walk import Walk, begin

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_earlier_tries(db: None) -> None:
    call_command("createcachetable")
    cache.clear()


def _full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in text)


def _ways(walk: Walk) -> list[str]:
    return [
        walk.code,
        format_code(walk.code),
        _full_width(walk.code),
        f" {walk.code[:10]}-{walk.code[10:]} ",
        f"{format_number(walk.number)} {format_code(walk.code)}",
        f"{walk.code} {walk.number.lower()}",
    ]


def test_a_code_is_read_however_it_is_written(cast: Cast) -> None:
    walk = begin(cast)
    for typed in _ways(walk):
        client = Client()
        answer = client.post("/track/", {"code": typed})
        assert answer.status_code == 303, typed
        cookie = client.cookies["track"]
        assert cookie["httponly"] and cookie["samesite"] == "Lax" and walk.code not in cookie.value
        assert client.get("/track/case/").status_code == 200


def test_known_and_unknown_codes_are_refused_in_the_same_words(cast: Cast) -> None:
    walk = begin(cast)
    wrong_secret = walk.code[:8] + str((int(walk.code[8:]) + 1) % 10**12).zfill(12)
    wrong_number = f"{begin(cast).number} {walk.code}"
    pages = set()
    for typed in (wrong_secret, "0" * 20, wrong_number):
        answer = Client().post("/track/", {"code": typed})
        assert answer.status_code == 200 and "track" not in answer.cookies
        page = answer.content.decode()
        assert typed in page, "what was typed must still be there"
        pages.add(re.sub(r'value="[^"]*"', "", page))
    assert len(pages) == 1


@pytest.mark.parametrize(
    "typed", ["", "1234", "1" * 21, "abc", "\x00", "x" * 5_000, "<b>", "-1", "1e400", "Ⅻ" * 20]
)
def test_what_is_no_code_is_explained(typed: str) -> None:
    answer = Client().post("/track/", {"code": typed})
    assert answer.status_code == 200
    assert 'id="id_code_error"' in answer.content.decode()


def test_a_receipt_number_alone_is_recognised(cast: Cast) -> None:
    walk = begin(cast)
    answer = Client(headers={"accept-language": "en"}).post("/track/", {"code": walk.number})
    assert "receipt number" in answer.content.decode()


def test_many_wrong_tries_slow_the_wrong_and_never_the_right(cast: Cast) -> None:
    walk = begin(cast)
    client = Client()
    for _ in range(FREE + 3):
        client.post("/track/", {"code": walk.code[:8] + "0" * 12})
    began = time.monotonic()
    client.post("/track/", {"code": walk.code[:8] + "0" * 12})
    assert time.monotonic() - began >= 0.5
    assert client.post("/track/", {"code": walk.code}).status_code == 303
    assert wait_for(FREE) == 0 and wait_for(10**6) == LONGEST


def test_a_code_is_never_taken_from_an_address(cast: Cast) -> None:
    walk = begin(cast)
    client = Client()
    answer = client.get("/track/", {"code": walk.code})
    assert "track" not in client.cookies and f'value="{walk.code}"' not in answer.content.decode()
