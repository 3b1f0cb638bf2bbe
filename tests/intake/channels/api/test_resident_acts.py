"""What the holder of a code does, by a program: the deeds of the page, by the same functions."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from lianxin.appraisal.models import Rating
from lianxin.cases import actions as cases
from lianxin.intake import slowing
from lianxin.intake.models import Addition, ApiRequest, Attachment
from lianxin.journal.models import Entry
from lianxin.pages.resident.doing import DEEDS
from tests.cast import Cast
from tests.intake.channels.api.program import TOP, Program, fields_of
from tests.intake.channels.api.test_filing import KEY, photo
from tests.walk import Walk, begin

pytestmark = pytest.mark.django_db
RATING = {"solved": "yes", "result": 3, "speed": 2, "attitude": 3, "words": "灯亮了。"}


@pytest.fixture
def walk(town: Cast) -> Walk:
    return begin(town)


@pytest.fixture
def holder(walk: Walk) -> Program:
    return Program(code=walk.code)


def test_the_page_of_the_concern_as_a_tree(walk: Walk, holder: Program) -> None:
    walk.until("replied")
    cases.write_message(walk.case, words="还有哪里不亮？", by=walk.viewer("handler"))
    found = holder.get("concern")
    assert found["number"] == walk.number and found["state"] == "replied"
    assert "三盏路灯" in found["replies"][0]["summary"]
    assert found["messages"][0] | {"at": ""} == {
        "words": "还有哪里不亮？", "at": "", "from": "office", "noted": False,
    }  # fmt: skip
    assert {"rate", "add", "write"} <= {act["name"] for act in found["acts"]}
    assert any("reopen" in one["acts"] and one["reason"] for one in found["not_now"])
    # The person reads offices and no names but the responsible leader's.
    assert "张三" not in str(found)


def test_the_result_is_judged_once(walk: Walk, holder: Program) -> None:
    assert holder.post("concern/acts/rate", RATING, 403)["type"].endswith(":not-now")
    walk.until("replied")
    form = holder.get("concern/acts/rate")["body"]
    assert {"solved", "result", "speed", "attitude"} <= set(form["required"])
    assert fields_of(holder.post("concern/acts/rate", {"result": 9}, 422)) >= {"result", "solved"}
    done = holder.post("concern/acts/rate", RATING, key=KEY)
    assert done["concern"]["rated"] and not done["repeated"]
    assert holder.post("concern/acts/rate", RATING, key=KEY)["repeated"]
    holder.post("concern/acts/rate", RATING, 403)
    rating = Rating.objects.get()
    assert (rating.result, rating.words) == (3, "灯亮了。")


def test_words_and_files_are_added_once(holder: Program) -> None:
    said = {"words": "又坏了一盏。"}
    for _ in range(2):
        holder.post("concern/acts/add", said, key=KEY)
    assert Addition.objects.count() == 1
    holder.post("concern/acts/add", {"words": "别的"}, 422, key=KEY)
    # The same key at another address is another request.
    holder.post("concern/acts/write", {"text": "别的"}, 422, key=KEY)
    files = {"words": "拍了照。", "attachments": [photo()], "keep_original": "true"}
    holder.send("concern/acts/add", files)
    assert Attachment.objects.get().original
    assert ApiRequest.objects.filter(concern__isnull=True).count() == 2


def test_what_was_done_here_stands_in_the_journal_like_what_is_done_on_the_page(
    walk: Walk, holder: Program
) -> None:
    holder.post("concern/acts/write", {"text": "今晚又灭了。"})
    on_page = walk.cast.client()
    on_page.post("/track/", {"code": walk.code})
    assert on_page.post("/track/case/write/", {"text": "明天也来。"}).status_code == 303
    rows = Entry.objects.filter(event="cases.message_written").values_list("subject", "actor")
    assert len(rows) == 2 and len(set(rows)) == 1


def test_a_promise_that_is_not_there_is_told(walk: Walk, holder: Program) -> None:
    walk.until("handling")
    holder.post("concern/acts/promise", {"promise": "7", "done": "yes"}, 403)


@pytest.mark.parametrize("act", sorted(DEEDS))
def test_every_deed_says_what_it_asks_or_why_not_now(walk: Walk, holder: Program, act: str) -> None:
    found = holder.get(f"concern/acts/{act}")
    assert bool(found["not_now"]) != bool(found["body"])


def test_there_is_no_other_deed(holder: Program) -> None:
    for act in ("leave", "nothing-such", "sort"):
        holder.get(f"concern/acts/{act}", 404)
        holder.post(f"concern/acts/{act}", {}, 404)


def test_a_wrong_code_opens_nothing_in_the_same_words_at_the_same_cost(
    walk: Walk, holder: Program, monkeypatch: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.setattr(slowing, "slow_down", lambda *_: None)
    wrong = walk.code[:-1] + str((int(walk.code[-1]) + 1) % 10)
    absent = "9" * 20
    answers = []
    for code in (wrong, absent):
        with django_assert_num_queries(1):
            answers.append(Program(code=code).get("concern", 401))
    assert answers[0] == answers[1]
    number = {"Receipt-Number": "0" * 11}
    other = holder.browser.get(f"{TOP}/concern", headers=holder.headers() | number)
    assert other.json() == answers[0]
    fits = holder.browser.get(
        f"{TOP}/concern", headers=holder.headers() | {"Receipt-Number": walk.number}
    )
    assert fits.status_code == 200
    assert "missing" in Program().get("concern", 401)["detail"]
    # A code that was cut off came all the same.
    assert Program(code="1234 5678").get("concern", 401) == answers[0]


def test_the_code_in_the_address_counts_for_nothing(walk: Walk, town: Cast) -> None:
    assert Program().get("concern", 401, code=walk.code, **{"Query-Code": walk.code})


def test_a_session_counts_for_nothing(walk: Walk, town: Cast) -> None:
    walk.until("handling")
    signed = Program(browser=town.client(town.dispatcher))
    signed.get("cases", 401)
    signed.get(f"cases/{walk.number}", 401)
    typed = town.client()
    typed.post("/track/", {"code": walk.code})
    Program(browser=typed).get("concern", 401)


def test_while_many_wrong_codes_are_tried_a_ticket_opens_after_a_wait(
    holder: Program, monkeypatch: Any
) -> None:
    from lianxin.intake import work

    monkeypatch.setattr(slowing, "asks_work", lambda: True)
    problem = holder.get("concern", 429)
    assert problem["type"].endswith(":work")
    early = holder.headers() | {"Wait-Ticket": problem["ticket"]}
    assert holder.browser.get(f"{TOP}/concern", headers=early).status_code == 429
    monkeypatch.setattr(work, "WAIT", 0)
    ticket = holder.get("concern", 429)["ticket"]
    late = holder.headers() | {"Wait-Ticket": ticket}
    assert holder.browser.get(f"{TOP}/concern", headers=late).status_code == 200
    assert holder.browser.get(f"{TOP}/concern", headers=late).status_code == 429


def test_what_it_costs(
    walk: Walk, holder: Program, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    walk.until("replied")
    cases.write_message(walk.case, words="一", by=walk.resident)
    with CaptureQueriesContext(connection) as one:
        holder.get("concern")
    for text in ("二", "三", "四", "五"):
        cases.write_message(walk.case, words=text, by=walk.resident)
    with django_assert_num_queries(len(one)):
        holder.get("concern")
    assert len(one) < 35
