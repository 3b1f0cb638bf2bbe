"""Whoever asked to be answered by letter gets the reply on paper, under a number of their own."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from lianxin.cases import actions as cases
from tests.cast import Cast
from tests.walk import Walk, begin, load_sorting

pytestmark = pytest.mark.django_db
CONTACT = {"name": "欧阳修竹", "address": "东关街七号"}
BY_LETTER: dict[str, Any] = {"identity": "named", "contact": CONTACT, "reply_mode": "letter"}
REPLY = ("坏了的三盏路灯已经换好", "城市照明管理规定", "住建局")


@pytest.fixture
def walk(cast: Cast) -> Walk:
    load_sorting()
    return begin(cast, **BY_LETTER)


def letter(client: Client, walk: Walk) -> str:
    """The letter alone, without the frame of the desk."""
    answer = client.get(f"/desk/cases/{walk.number}/letter/", headers={"accept-language": "en"})
    assert answer.status_code == 200
    return answer.content.decode().partition("<article")[2].partition("</article>")[0]


def beside(client: Client, walk: Walk) -> str:
    answer = client.get(f"/desk/cases/{walk.number}/", headers={"accept-language": "en"})
    return answer.content.decode()


def test_the_letter_holds_the_reply_and_the_way_on_and_no_name(walk: Walk, cast: Cast) -> None:
    walk.until("replied")
    paper = letter(cast.client(cast.handler), walk)
    for told in (*REPLY, walk.number[-4:], "/track/"):
        assert told in paper
    for kept in (CONTACT["name"], CONTACT["address"], cast.handler.name, cast.leader.name):
        assert kept not in paper


def test_before_there_is_a_reply_it_says_so(walk: Walk, cast: Cast) -> None:
    walk.until("reply_review")
    client = cast.client(cast.handler)
    assert "no reply to send yet" in letter(client, walk) and "/letter/" not in beside(client, walk)


def test_the_case_page_says_who_waits_for_a_letter(walk: Walk, cast: Cast) -> None:
    walk.until("replied")
    client = cast.client(cast.handler)
    assert "answered by letter" in beside(client, walk)
    other = begin(cast)
    other.until("replied")
    page = beside(client, other)
    assert "answered by letter" not in page and f"/desk/cases/{other.number}/letter/" in page


def test_whoever_was_joined_gets_the_reply_under_their_own_number(walk: Walk, cast: Cast) -> None:
    joined = begin(cast, **BY_LETTER)
    joined.sort()
    cases.merge_case(joined.case, parent=walk.case, by=walk.viewer("dispatcher"))
    walk.until("replied")
    client = cast.client(cast.dispatcher)
    assert f"/desk/cases/{joined.number}/letter/" in beside(client, joined)
    paper = letter(client, joined)
    assert joined.number[-4:] in paper and all(told in paper for told in REPLY)


def test_the_letter_of_others_is_absent(walk: Walk, cast: Cast) -> None:
    walk.until("replied")
    client = cast.client(cast.handler_of_other_unit)
    assert client.get(f"/desk/cases/{walk.number}/letter/").status_code == 404
