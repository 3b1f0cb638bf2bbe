"""What the holder of a code reads and may do about a concern, from filing to the last word."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from lianxin.appraisal import actions as appraisal
from lianxin.appraisal import queries as appraisal_queries
from lianxin.appraisal.models import Rating
from lianxin.cases import actions as cases
from lianxin.intake import actions as intake
from lianxin.intake.models import Addition
from lianxin.kernel import clock
from lianxin.promises.actions import end_promise
from lianxin.promises.models import Promise
from tests.cast import Cast
from tests.intake.paper import picture
from tests.walk import WORDS, Walk, begin, load_sorting

pytestmark = pytest.mark.django_db
RATING = {"solved": "yes", "result": "3", "speed": "2", "attitude": "3"}


@pytest.fixture(autouse=True)
def _data(db: None) -> None:
    load_sorting()


def holder(walk: Walk) -> Client:
    """A browser in which the code has been typed."""
    client = Client(headers={"accept-language": "en"})
    assert client.post("/track/", {"code": walk.code}).status_code == 303
    return client


def page_of(client: Client) -> str:
    return client.get("/track/case/").content.decode()


def offered(client: Client) -> set[str]:
    """The acts the page has a button for."""
    page = page_of(client)
    names = ("rate", "add", "withdraw", "reopen", "ask-back", "review", "recheck", "object")
    return {name for name in names if f'/track/case/{name}/"' in page}


def test_the_page_needs_the_code(cast: Cast) -> None:
    begin(cast)
    for client in (Client(), cast.client(cast.dispatcher)):
        assert client.get("/track/case/")["Location"] == "/track/"
        assert client.post("/track/case/withdraw/")["Location"] == "/track/"


def test_before_the_worker_has_run_it_is_received(cast: Cast) -> None:
    from lianxin.access import ANONYMOUS

    new = intake.NewConcern(key="k" * 36, words=WORDS)
    receipt = intake.file_concern(new, by=ANONYMOUS)
    client = Client(headers={"accept-language": "en"})
    client.post("/track/", {"code": receipt.code})
    page = page_of(client)
    assert "We have received it" in page and offered(client) == {"add"}
    assert client.get("/track/case/withdraw/")["Location"] == "/track/case/"


def test_only_what_may_be_done_now_has_a_button(cast: Cast) -> None:
    walk = begin(cast)
    client = holder(walk)
    assert offered(client) == {"add", "withdraw"}
    walk.until("handling")
    assert offered(client) == {"add", "withdraw"}
    for step in (walk.contact, walk.submit, walk.approve):
        step()
    assert offered(client) >= {"add", "withdraw", "rate", "ask-back"}
    walk.rate()
    assert offered(client) >= {"add", "reopen", "ask-back"} and "rate" not in offered(client)
    assert "You have judged this reply already" in page_of(client)


def test_the_reply_is_there_in_full(cast: Cast) -> None:
    walk = begin(cast)
    walk.until("handling")
    walk.contact()
    walk.submit(
        verdict="partly",
        next_step="每周巡查路灯",
        next_step_due=clock.today() + timedelta(days=30),
        remedy="可以申请复查",
        summary="换好了<b>三盏</b>",
    )
    walk.approve()
    page = page_of(holder(walk))
    for text in ("每周巡查路灯", "可以申请复查", "《城市照明管理规定》", "当晚换了三盏灯"):
        assert text in page
    assert "换好了&lt;b&gt;三盏" in page and cast.handler.name not in page
    assert cast.housing.name in page


def test_the_holder_rates_once_and_a_poor_score_keeps_its_reasons(cast: Cast) -> None:
    walk = begin(cast)
    walk.until("replied")
    client = holder(walk)
    poor = RATING | {"solved": "no", "result": "1", "why_result": ["not_solved", "back_again"]}
    poor |= {"why_attitude": ["impatient"], "words": "又<i>坏</i>了"}
    assert client.post("/track/case/rate/", poor)["Location"] == "/track/case/"
    rating = Rating.objects.get()
    assert rating.reasons == ["not_solved", "back_again"]
    assert walk.case.state == "follow_up"
    assert "又&lt;i&gt;坏" in page_of(client)
    client.post("/track/case/rate/", RATING)
    assert Rating.objects.count() == 1


@pytest.mark.parametrize(
    "post",
    [
        {},
        RATING | {"result": "4"},
        RATING | {"speed": "-1"},
        RATING | {"attitude": "1e400"},
        RATING | {"solved": "\x00"},
        RATING | {"solved": ["yes", "nonsense"]},
        RATING | {"words": "长" * 2_001},
        RATING | {"result": "1", "why_result": ["<script>"]},
    ],
)
def test_a_hostile_rating_is_explained(cast: Cast, post: dict[str, Any]) -> None:
    walk = begin(cast)
    walk.until("replied")
    answer = holder(walk).post("/track/case/rate/", post)
    assert answer.status_code == 200 and 'id="errors"' in answer.content.decode()
    assert not Rating.objects.exists()


def test_staff_cannot_rate_and_neither_can_another_resident(cast: Cast) -> None:
    walk = begin(cast)
    walk.until("replied")
    other = holder(begin(cast))
    for client in (*(cast.client(person) for person in cast.staff.values()), other, Client()):
        client.post("/track/case/rate/", RATING)
    assert not Rating.objects.exists()


def test_more_words_and_photos_are_added(cast: Cast) -> None:
    walk = begin(cast)
    client = holder(walk)
    client.post("/track/case/add/", {"words": "昨晚又灭了一盏", "attachments": [picture()]})
    assert Addition.objects.get().by_resident
    assert walk.case.concern.attachments.count() == 1 and walk.case.concern.words == WORDS
    assert "昨晚又灭了一盏" in page_of(client) and "/file/" in page_of(client)
    for words in ("", "\x00", "长" * 5_001):
        answer = client.post("/track/case/add/", {"words": words})
        assert 'id="id_words_error"' in answer.content.decode()


def test_it_can_be_taken_back_and_once_a_unit_has_it_somebody_asks(cast: Cast) -> None:
    early, late = begin(cast), begin(cast)
    holder(early).post("/track/case/withdraw/", {"text": ""})
    assert early.case.state == "withdrawn"
    late.until("handling")
    client = holder(late)
    client.post("/track/case/withdraw/", {"text": "好了"})
    assert late.case.state == "handling"
    assert "withdraw" not in offered(client) and "your own wish" in page_of(client)


def test_a_closed_case_is_opened_again_when_it_comes_back(cast: Cast) -> None:
    walk = begin(cast)
    walk.until("closed")
    holder(walk).post("/track/case/reopen/", {"text": "昨晚又不亮了"})
    assert walk.case.state == "handling"


def test_a_question_about_the_reply_is_asked_once(cast: Cast) -> None:
    walk = begin(cast)
    walk.until("replied")
    client = holder(walk)
    client.post("/track/case/ask-back/", {"text": "线路什么时候换？"})
    assert "线路什么时候换？" in page_of(client) and "ask-back" not in offered(client)


def test_a_refusal_names_the_way_and_can_be_objected_to(cast: Cast) -> None:
    walk = begin(cast)
    walk.sort()
    cases.refer_out(
        walk.case,
        ground="judicial_or_arbitration",
        text="这件事由法院决定，请打 12368。",
        by=walk.viewer("dispatcher"),
    )
    client = holder(walk)
    assert "请打 12368" in page_of(client) and offered(client) == {"add", "object"}
    client.post("/track/case/object/", {"text": "这是路灯，不归法院管"})
    assert "object" not in offered(client)


def test_whoever_was_joined_reads_the_reply_and_judges_it(cast: Cast) -> None:
    first, second = begin(cast), begin(cast)
    first.until("handling")
    second.sort()
    cases.merge_case(second.case, parent=first.case, by=second.viewer("dispatcher"))
    client = holder(second)
    assert "Somebody had raised the same matter" in page_of(client)
    first.submit()
    first.approve()
    assert "坏了的三盏路灯已经换好" in page_of(client) and "rate" in offered(client)
    client.post("/track/case/rate/", RATING)
    assert Rating.objects.get().concern_id == second.case.concern_id
    assert first.case.state == "replied"


def test_a_judgement_that_closes_takes_none_from_whoever_was_joined(cast: Cast) -> None:
    first, second = begin(cast), begin(cast)
    first.until("handling")
    second.sort()
    cases.merge_case(second.case, parent=first.case, by=second.viewer("dispatcher"))
    first.submit()
    first.approve()
    holder(first).post("/track/case/rate/", RATING)
    assert first.case.state == "closed" and "rate" not in offered(holder(first))
    client = holder(second)
    assert "rate" in offered(client) and "You can still judge it" in page_of(client)
    client.post("/track/case/rate/", RATING | {"result": "1", "solved": "no"})
    assert Rating.objects.filter(concern=second.case.concern_id).count() == 1
    assert first.case.state == "closed" and "rate" not in offered(client)
    with clock.at(timedelta(days=31)):
        assert appraisal_queries.may_rate(first.case, second.case.concern_id) is False


def test_a_promise_is_checked_by_the_person_it_was_made_to(cast: Cast) -> None:
    walk = begin(cast)
    walk.until("handling")
    walk.submit(next_step="每周巡查", next_step_due=clock.today())
    walk.approve()
    promise = Promise.objects.get()
    end_promise(promise, kept=True, evidence="巡查记录", by=walk.viewer("leader"))
    client, path = holder(walk), "/track/case/promise/?of=1"
    assert path in page_of(client) and "巡查记录" in client.get(path).content.decode()
    for of in ("2", "\x00", "9" * 30, ""):
        client.post("/track/case/promise/", {"promise": of, "done": "no"})
    assert Promise.objects.get().resident_check == ""
    client.post("/track/case/promise/", {"promise": "1", "done": "no", "words": "没见人来"})
    assert Promise.objects.get().resident_check == "no"
    assert client.get(path)["Location"] == "/track/case/"


def test_an_unrated_end_can_still_be_judged(cast: Cast) -> None:
    walk = begin(cast)
    walk.until("replied")
    with clock.at(timedelta(days=31)):
        appraisal.close_unrated()
    assert "not heard your judgement" in page_of(holder(walk))


def test_leaving_closes_the_case_in_this_browser(cast: Cast) -> None:
    client = holder(begin(cast))
    assert client.get("/track/case/leave/")["Location"] == "/track/case/"
    client.post("/track/case/leave/")
    assert client.get("/track/case/")["Location"] == "/track/"


@pytest.mark.parametrize("act", ["close", "rule-on-objection", "sign", "admin", "RATE"])
def test_there_are_no_other_acts(cast: Cast, act: str) -> None:
    client = holder(begin(cast))
    assert client.post(f"/track/case/{act}/", {"text": "x"}).status_code == 404


def test_the_page_costs_the_same_for_a_long_story(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    walk = begin(cast)
    walk.until("replied")
    client = holder(walk)
    for n in range(20):
        client.post("/track/case/add/", {"words": f"第 {n} 次补充"})
    with django_assert_max_num_queries(34):
        answer = client.get("/track/case/")
    assert "no-store" in answer["Cache-Control"]
