"""Whoever asked to be answered by letter gets the reply on paper, under a number of their own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from lianxin.cases import actions as cases
from lianxin.journal.models import Entry
from lianxin.kernel import clock
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


def post(client: Client, walk: Walk, **changes: str) -> Any:
    path = f"/desk/cases/{walk.number}/do/post_letter/"
    return client.post(
        path, {"sent_on": clock.today().isoformat(), "reference": "XA 1234"} | changes
    )


def person_reads(walk: Walk) -> str:
    client = Client()
    assert client.post("/track/", {"code": walk.code}).status_code == 303
    return client.get("/track/case/").content.decode()


def test_that_it_was_posted_is_on_record_and_the_person_reads_when(walk: Walk, cast: Cast) -> None:
    walk.until("replied")
    client = cast.client(cast.clerk)
    page = client.get(f"/desk/cases/{walk.number}/letter/").content.decode()
    assert "/do/post_letter/" in page
    assert "交邮局寄出" not in person_reads(walk)
    assert post(client, walk).status_code == 303
    assert post(client, walk).status_code == 303
    kept: Any = Entry.objects.get(event="replies.letter_posted").event_object()
    assert (kept.sent_on, kept.reference) == (clock.today().isoformat(), "XA 1234")
    page = person_reads(walk)
    assert "交邮局寄出" in page and "XA 1234" in page
    page = client.get(f"/desk/cases/{walk.number}/").content.decode()
    assert "交邮局寄出" in page and CONTACT["address"] not in page


def test_a_number_is_not_needed_and_another_letter_is_another_entry(walk: Walk, cast: Cast) -> None:
    walk.until("closed")
    client = cast.client(cast.handler)
    post(client, walk, reference="")
    assert "挂号" not in person_reads(walk)
    post(client, walk)
    assert Entry.objects.filter(event="replies.letter_posted").count() == 2


def test_whoever_was_joined_has_a_letter_of_their_own(walk: Walk, cast: Cast) -> None:
    joined = begin(cast, **BY_LETTER)
    joined.sort()
    cases.merge_case(joined.case, parent=walk.case, by=walk.viewer("dispatcher"))
    walk.until("replied")
    assert post(cast.client(cast.dispatcher), joined).status_code == 303
    assert "XA 1234" in person_reads(joined) and "XA 1234" not in person_reads(walk)


@pytest.mark.parametrize(("days", "said"), [(-1, "答复之后"), (1, "答复之后")])
def test_a_day_before_the_reply_or_after_today_is_told_at_its_field(
    walk: Walk, cast: Cast, days: int, said: str
) -> None:
    walk.until("replied")
    when = (clock.today() + timedelta(days=days)).isoformat()
    assert said in post(cast.client(cast.clerk), walk, sent_on=when).content.decode()
    assert not Entry.objects.filter(event="replies.letter_posted").exists()


def test_without_a_reply_or_for_another_office_there_is_nothing_to_post(
    walk: Walk, cast: Cast
) -> None:
    walk.until("reply_review")
    assert post(cast.client(cast.clerk), walk).status_code == 403
    walk.approve()
    for person in (cast.supervisor, cast.follow_up_caller):
        assert post(cast.client(person), walk).status_code == 403
    assert post(cast.client(cast.liaison_of_other_unit), walk).status_code == 404
    assert not Entry.objects.filter(event="replies.letter_posted").exists()
