"""The office and the person write to each other: no contact needed, nothing changed afterwards."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from lianxin.access import Refused
from lianxin.cases import actions as cases
from lianxin.cases import guards, queries
from lianxin.cases.actions.writing import A_DAY
from lianxin.cases.models import Message
from lianxin.cases.queries import Filter
from lianxin.deadlines import queries as clocks
from lianxin.journal import outbox
from lianxin.journal.models import Entry
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.notices.models import Message as Notice
from tests.cast import Cast
from tests.walk import Walk, begin, load_sorting

pytestmark = pytest.mark.django_db
ASKED, ANSWERED = "是哪一根灯杆，第几号？", "第七号，学校门口那根。"


@pytest.fixture
def walk(cast: Cast) -> Walk:
    load_sorting()
    found = begin(cast)
    found.until("handling")
    return found


def opened(walk: Walk) -> Client:
    client = Client()
    assert client.post("/track/", {"code": walk.code}).status_code == 303
    return client


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_question_an_answer_and_both_see_them(walk: Walk, cast: Cast) -> None:
    handler, person = cast.client(cast.handler), opened(walk)
    desk = f"/desk/cases/{walk.number}/"
    assert handler.post(f"{desk}do/write/", {"text": ASKED}).status_code == 303
    page = text(person, "/track/case/")
    assert ASKED in page and "单位给您留言了" in page and "住建局" in page
    assert cast.handler.name not in page, "the person reads offices, never names"
    assert person.post("/track/case/write/", {"text": ANSWERED}).status_code == 303
    assert "单位给您留言了" not in text(person, "/track/case/")
    page = text(handler, desk)
    assert ANSWERED in page and "flag-message" in page
    assert handler.post(f"{desk}do/noted/").status_code == 303
    assert "flag-message" not in text(handler, desk)
    assert ANSWERED in text(person, "/track/case/")


def test_the_person_can_say_that_they_read_it(walk: Walk, cast: Cast) -> None:
    cases.write_message(walk.case, words="明早来修。", by=walk.viewer("handler"))
    person = opened(walk)
    assert "单位给您留言了" in text(person, "/track/case/")
    assert Message.objects.get().noted_at is None, "looking at it tells nobody anything"
    assert person.post("/track/case/noted/").status_code == 303
    assert "单位给您留言了" not in text(person, "/track/case/")


def test_who_does_not_handle_it_does_not_write(walk: Walk, cast: Cast) -> None:
    for name in ("supervisor", "handler_of_other_unit", "auditor", "secretary"):
        with pytest.raises(Refused):
            cases.write_message(walk.case, words="您好", by=walk.viewer(name))
    other = begin(cast)
    with pytest.raises(Refused):
        cases.write_message(walk.case, words="我也是", by=other.resident)


def test_a_sealed_thread_is_for_its_receiver_alone(cast: Cast) -> None:
    load_sorting()
    walk = begin(cast, about_official=True)
    walk.until("triage")
    cases.write_message(walk.case, words="他收了钱。", by=walk.resident)
    cases.seal_case(walk.case, by=walk.viewer("dispatcher"))
    assert walk.case.state == "sealed"
    assert "也会封存" in text(opened(walk), "/track/case/write/")
    with pytest.raises(Refused):
        cases.write_message(walk.case, words="请再说一点。", by=walk.viewer("dispatcher"))
    Notice.objects.all().delete()
    cases.write_message(walk.case, words="还有一次。", by=walk.resident)
    outbox.drain()
    told = set(Notice.objects.values_list("recipient__username", flat=True))
    url, seen = f"/desk/cases/{walk.number}/", set()
    for name, person in cast.staff.items():
        answer = cast.client(person).get(url)
        assert answer.status_code in (200, 404)
        if answer.status_code == 200:
            seen.add(name)
    # The tests' receiver sits beside the desk and not above it.
    assert seen <= {"discipline_receiver"} and told <= {"discipline"}


def test_the_clock_runs_on_and_only_the_move_of_the_table_stops_it(walk: Walk) -> None:
    before = {row.kind: (row.due_at, row.paused_at) for row in clocks.running(walk.case.subject)}
    cases.write_message(walk.case, words=ASKED, by=walk.viewer("handler"))
    after = {row.kind: (row.due_at, row.paused_at) for row in clocks.running(walk.case.subject)}
    assert before == after
    cases.ask_info(walk.case, text="请发一张照片。", by=walk.viewer("handler"))
    cases.write_message(walk.case, words=ANSWERED, by=walk.resident)
    outbox.drain()
    assert walk.case.state == "handling", "an answer in the thread is an answer"


def test_the_journal_and_the_notices_hold_no_words(walk: Walk) -> None:
    cases.write_message(walk.case, words=ASKED, by=walk.viewer("handler"))
    cases.write_message(walk.case, words=ANSWERED, by=walk.resident)
    outbox.drain()
    entries = Entry.objects.filter(event="cases.message_written")
    assert entries.count() == 2
    for entry in Entry.objects.all():
        assert ASKED not in entry.data and ANSWERED not in entry.data
    said = [entry.event_object().said for entry in entries]  # type: ignore[attr-defined]
    assert len(set(said)) == 2 and all(len(digest) == 64 for digest in said)
    notice = Notice.objects.get(kind="written")
    assert notice.recipient == walk.cast.handler and ANSWERED not in notice.text


def test_sent_twice_it_is_one_message(walk: Walk) -> None:
    for _ in range(3):
        cases.write_message(walk.case, words=ANSWERED, by=walk.resident)
    assert Message.objects.count() == 1
    with clock.at(clock.now() + timedelta(hours=1)):
        cases.write_message(walk.case, words=ANSWERED, by=walk.resident)
    assert Message.objects.count() == 2


def test_a_day_has_room_for_so_many_and_the_office_for_more(walk: Walk, cast: Cast) -> None:
    person = opened(walk)
    for number in range(A_DAY):
        cases.write_message(walk.case, words=f"第{number}句", by=walk.resident)
    answer = person.post("/track/case/write/", {"text": "再说一句要紧的"})
    page = answer.content.decode()
    assert answer.status_code == 200 and "再说一句要紧的" in page and f"{A_DAY} 条" in page
    cases.write_message(walk.case, words="都看到了。", by=walk.viewer("handler"))
    with clock.at(clock.now() + timedelta(days=1, minutes=1)):
        cases.write_message(walk.case, words="再说一句要紧的", by=walk.resident)


def test_what_cannot_be_sent_is_said_at_the_field(walk: Walk) -> None:
    client = opened(walk)
    for words in ("", "  \n", "长" * 2_001, "\x00"):
        answer = client.post("/track/case/write/", {"text": words})
        assert answer.status_code == 200 and answer.context["form"].errors["text"]
    for words in ("", "长" * 2_001):
        with pytest.raises(Problem):
            cases.write_message(walk.case, words=words, by=walk.resident)
    assert not Message.objects.exists()


def test_a_long_thread_has_pages(walk: Walk, cast: Cast) -> None:
    for number in range(45):
        by = walk.viewer("handler") if number % 2 else walk.viewer("colleague")
        cases.write_message(walk.case, words=f"第{number:02}条", by=by)
    desk = f"/desk/cases/{walk.number}/"
    for client, path in ((opened(walk), "/track/case/"), (cast.client(cast.leader), desk)):
        page, seen = text(client, path), []
        for _page in range(4):
            found = [n for n in range(45) if f"第{n:02}条" in page]
            assert len(found) <= 20
            seen += found
            earlier = re.search(r'href="[^"]*[?]messages=([0-9]+)#messages"', page)
            if earlier is None:
                break
            page = text(client, f"{path}?messages={earlier[1]}")
        assert sorted(seen) == list(range(45))
        for odd in ("x", "-1", "9" * 30, "٣"):
            assert "第44条" in text(client, f"{path}?messages={odd}")


def test_the_worklist_says_where_somebody_waits(cast: Cast, django_assert_num_queries: Any) -> None:
    load_sorting()
    walks = [begin(cast) for _ in range(6)]
    for walk in walks[:5]:
        walk.until("replied")
    for walk in walks[:3]:
        cases.write_message(walk.case, words="又坏了。", by=walk.resident)
    cases.write_message(walks[5].case, words="补一句。", by=walks[5].resident)
    handler = cast.viewer(cast.handler)
    mine = queries.worklist(handler, Filter(tab="todo")).cases
    assert {case.pk for case in mine} == {walk.case.pk for walk in walks[:3]}
    dispatcher = cast.viewer(cast.dispatcher)
    marked = queries.worklist(dispatcher, Filter(tab="all", light="message")).cases
    assert {case.pk for case in marked} == {walks[n].case.pk for n in (0, 1, 2, 5)}
    ids = [walk.case.pk for walk in walks]
    with django_assert_num_queries(1):
        assert queries.written_to(dispatcher, ids) == {case.pk for case in marked}
    page = text(cast.client(cast.handler), "/desk/")
    assert page.count("flag-message") == 3


def test_what_was_written_never_changes(walk: Walk) -> None:
    cases.write_message(walk.case, words=ASKED, by=walk.viewer("handler"))
    for change in (
        {"words": "别的话"}, {"by": None, "unit": None}, {"written_at": clock.now()},
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            Message.objects.update(**change)
    assert Message.objects.get().words == ASKED


def test_without_the_guard_it_would_go_through(walk: Walk) -> None:
    """The known-bad twin: a table of messages that can be edited."""
    cases.write_message(walk.case, words=ASKED, by=walk.viewer("handler"))
    guards.remove(connection)
    try:
        assert Message.objects.update(words="别的话") == 1
    finally:
        guards.install(connection)
