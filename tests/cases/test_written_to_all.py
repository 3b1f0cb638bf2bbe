"""One message reaches everybody who was joined, once, and the office reads how many they are."""

from __future__ import annotations

import sys

import pytest
from django.test import Client

from lianxin.access import Refused
from lianxin.cases import actions
from lianxin.cases.forms import unit
from lianxin.cases.models import Conflict, Message
from lianxin.journal import outbox
from lianxin.journal.models import Entry
from lianxin.kernel import clock
from lianxin.pages import story
from tests.walk import Walk, begin

pytestmark = pytest.mark.django_db
SAID = "明天上午停电检修，晚上亮。"


@pytest.fixture
def others(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> list[Walk]:
    """Five who were joined; the list of the form holds two, the worker writes two at once."""
    monkeypatch.setattr(unit, "MOST_OTHERS", 2)
    monkeypatch.setattr(sys.modules["lianxin.cases.actions.writing"], "AT_ONCE", 2)
    joined = []
    for _n in range(5):
        other = begin(walk.cast)
        other.sort()
        actions.merge_case(other.case, parent=walk.case, by=walk.viewer("dispatcher"))
        joined.append(other)
    walk.until("handling")
    outbox.drain()
    return joined


def path(walk: Walk) -> str:
    return f"/desk/cases/{walk.number}/do/write/"


def person_reads(walk: Walk) -> str:
    client = Client()
    assert client.post("/track/", {"code": walk.code}).status_code == 303
    return client.get("/track/case/").content.decode()


def test_it_is_told_how_many_and_each_reads_it_once(walk: Walk, others: list[Walk]) -> None:
    actions.write_message(others[0].case, words="第七盏也不亮。", by=others[0].resident)
    client = walk.cast.client(walk.cast.handler)
    assert "全部 6 位反映人" in client.get(path(walk)).content.decode()
    answer = client.post(path(walk), {"to": "all", "text": SAID}, follow=True)
    assert "已发给 6 人" in answer.content.decode()
    outbox.drain()
    for person in (walk, *others):
        assert person_reads(person).count(SAID) == 1
    assert Message.objects.filter(words=SAID).count() == 6
    assert Entry.objects.filter(event="cases.message_written").count() == 7
    # Somebody asked something: that is not answered by what was written to all.
    assert others[0].case.messages.get(by=None).noted_at is None
    said = {line.event for line in story.lines(walk.case, audience="staff")}
    assert "cases.written_to_all" in said
    said = {line.event for line in story.lines(walk.case, audience="resident")}
    assert "cases.written_to_all" not in said


def test_sent_twice_or_passed_on_again_each_has_it_once(walk: Walk, others: list[Walk]) -> None:
    by = walk.viewer("handler")
    assert actions.write_to_all(walk.case, words=SAID, by=by) == 6
    assert actions.write_to_all(walk.case, words=SAID, by=by) == 6
    outbox.drain()
    first = walk.case.messages.get()
    assert actions.pass_on(first.pk) == 0
    assert Message.objects.count() == 6


def test_what_one_was_written_alone_then_goes_to_all(walk: Walk, others: list[Walk]) -> None:
    by = walk.viewer("handler")
    actions.write_message(walk.case, words=SAID, by=by)
    assert actions.write_to_all(walk.case, words=SAID, by=by) == 6
    outbox.drain()
    for person in (walk, *others):
        assert person.case.messages.get().words == SAID
    # And after that it is the same sent twice.
    assert actions.write_to_all(walk.case, words=SAID, by=by) == 6
    assert Entry.objects.filter(event="cases.written_to_all").count() == 1


def test_broken_off_in_the_middle_it_goes_on_where_it_was(
    walk: Walk, others: list[Walk], monkeypatch: pytest.MonkeyPatch
) -> None:
    writing = sys.modules["lianxin.cases.actions.writing"]
    actions.write_to_all(walk.case, words=SAID, by=walk.viewer("handler"))
    assert writing._pass_on_some(walk.case.messages.get().pk) == 2
    assert Message.objects.count() == 3
    outbox.drain()
    assert Message.objects.count() == 6


def test_what_the_writer_is_kept_away_from_is_not_written_to(
    walk: Walk, others: list[Walk]
) -> None:
    Conflict.objects.create(
        case=others[2].case, user=walk.cast.handler, ground="interest", source="declared",
        standing="confirmed", at=clock.now(),
    )  # fmt: skip
    assert actions.write_to_all(walk.case, words=SAID, by=walk.viewer("handler")) == 5
    outbox.drain()
    assert Message.objects.count() == 5 and not others[2].case.messages.exists()


def test_whoever_is_not_in_the_list_is_reached_by_number(walk: Walk, others: list[Walk]) -> None:
    client = walk.cast.client(walk.cast.handler)
    page = client.get(path(walk)).content.decode()
    listed = [f'value="{other.number}"' in page for other in others]
    assert listed == [False, False, False, True, True]
    stranger = begin(walk.cast)
    answer = client.post(path(walk), {"number": stranger.number, "text": SAID})
    assert "没有并入这个编号" in answer.content.decode()
    assert client.post(path(walk), {"number": others[0].number, "text": SAID}).status_code == 303
    assert Message.objects.get().case == others[0].case


def test_few_need_no_number_and_nobody_no_list(walk: Walk) -> None:
    walk.until("handling")
    page = walk.cast.client(walk.cast.handler).get(path(walk)).content.decode()
    assert 'name="number"' not in page and 'name="to"' not in page


def test_a_resident_or_a_stranger_writes_to_nobody_else(walk: Walk, others: list[Walk]) -> None:
    for by in (walk.resident, others[0].resident, walk.viewer("handler_of_other_unit")):
        with pytest.raises(Refused):
            actions.write_to_all(walk.case, words=SAID, by=by)
    assert not Message.objects.exists()
