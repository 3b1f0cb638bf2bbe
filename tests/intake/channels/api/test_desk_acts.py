"""What a person at the desk does by a program: every act of the desk, and no more than they may."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from lianxin.cases import actions as cases
from lianxin.cases.models import Case, Reading
from lianxin.journal import alarm
from lianxin.journal.models import Entry
from lianxin.people import actions as people
from lianxin.people.models import Membership
from lianxin.replies.models import Reply
from tests.cast import Cast
from tests.intake.channels.api.program import Program, allowed, fields_of
from tests.intake.channels.api.test_filing import KEY
from tests.pages.desk.test_acts import TABLE, Row
from tests.walk import Walk, begin

pytestmark = pytest.mark.django_db
BOTH = ("desk:read", "desk:act")
NUMBERS = {"days", "unit", "leader", "handler", "call", "promise", "conflict", "row"}
YES = {"on": True}


def as_json(data: dict[str, Any]) -> dict[str, Any]:
    """What the page's form is sent, as a program writes it."""
    return {
        name: int(value) if name in NUMBERS else YES.get(value, value)
        if isinstance(value, str) else value
        for name, value in data.items()
    }  # fmt: skip


def at(walk: Walk, act: str = "") -> str:
    return f"cases/{walk.number}" + (f"/acts/{act}" if act else "")


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.act)
def test_each_act_does_what_it_does_on_its_page(town: Cast, row: Row) -> None:
    walk = begin(town)
    row.before(walk)
    data = as_json(row.data(walk) if callable(row.data) else row.data)
    doer = allowed(*BOTH, user=getattr(town, row.doer))
    assert row.act in {act["name"] for act in doer.get(at(walk))["acts"]}
    form = doer.get(at(walk, row.act))["body"]
    assert set(data) <= set(form["properties"])
    done = doer.post(at(walk, row.act), data, key=KEY)
    assert walk.case.state == row.after
    entries = Entry.objects.count()
    again = doer.post(at(walk, row.act), data, key=KEY)
    assert (done["repeated"], again["repeated"]) == (False, True)
    assert Entry.objects.count() == entries


def test_the_case_as_the_page_shows_it_and_that_it_was_read_is_kept(town: Cast) -> None:
    walk = begin(town, identity="named", contact={"name": "王桂兰", "phone": "13812345678"})
    walk.until("handling")
    Reading.objects.all().delete()
    found = allowed("desk:read", user=town.handler).get(at(walk))
    assert found["unit"] == "住建局" and found["handler"] == "张三"
    assert found["words"] and found["clocks"] and found["points"] == ["把路灯修好"]
    assert "王桂兰" not in str(found) and "13812345678" not in str(found)
    assert Reading.objects.filter(user=town.handler).exists()


def test_a_list_by_page_and_filter(
    town: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    walks = [begin(town, words=f"东关大街第{n}盏灯不亮。") for n in range(7)]
    desk = allowed("desk:read", user=town.dispatcher)
    first = desk.get("cases", tab="all")
    assert {row["number"] for row in first["cases"]} == {walk.number for walk in walks}
    walks[0].sort()
    assert [row["number"] for row in desk.get("cases", tab="all", state="triage")["cases"]] == [
        walks[0].number
    ]
    for wrong in ({"tab": "every"}, {"state": "x"}, {"page": "2"}, {"words": "x" * 101}):
        assert desk.get("cases", 400, **wrong)["errors"]
    with django_assert_num_queries(10):
        desk.get("cases", tab="all")
    begin(town, words="东关大街第八盏灯不亮。")
    with django_assert_num_queries(10):
        desk.get("cases", tab="all")


def test_not_yours_is_like_not_there(town: Cast) -> None:
    walk = begin(town)
    walk.until("handling")
    stranger = allowed(*BOTH, user=town.handler_of_other_unit)
    told, cost = [], []
    for number in (walk.number, "0" * 11, "x"):
        for act in ("", "write", "contact", "nothing-such"):
            with CaptureQueriesContext(connection) as asked:
                told.append(str(stranger.get(at(Walk(town, number, ""), act), 404)))
            cost.append(len(asked))
            if act:
                told.append(str(stranger.post(at(Walk(town, number, ""), act), {}, 404)))
    assert len(set(told)) == 1 and len(set(cost)) == 1
    assert walk.number not in str(stranger.get("cases", tab="all"))


def test_whoever_is_kept_away_sees_nothing_by_their_token_either(town: Cast) -> None:
    walk = begin(town)
    walk.until("handling")
    leader = allowed(*BOTH, user=town.leader)
    leader.get(at(walk))
    cases.name_party(walk.case, user_id=town.leader.pk, reason="点了名",
                     by=walk.viewer("supervisor"))  # fmt: skip
    leader.get(at(walk), 404)
    leader.post(at(walk, "write"), {"text": "？"}, 404)
    assert leader.get("cases", tab="all")["cases"] == []


def test_a_reply_is_read_by_whoever_decides_about_it_and_by_all_when_it_is_sent(
    town: Cast,
) -> None:
    walk = begin(town)
    walk.until("reply_review")
    words = Reply.objects.get().summary
    others = [allowed("desk:read", user=who) for who in (town.dispatcher, town.supervisor)]
    leader = allowed(*BOTH, user=town.leader)
    assert [words in str(who.get(at(walk))) for who in (leader, *others)] == [True, False, False]
    leader.post(at(walk, "approve_reply"), {})
    assert [words in str(who.get(at(walk))) for who in others] == [True, True]


def test_a_token_that_only_acts_reads_nothing_and_what_another_reads_is_kept(town: Cast) -> None:
    walk = begin(town)
    row = next(row for row in TABLE if row.act == "sort")
    row.before(walk)
    body = as_json(row.data(walk) if callable(row.data) else row.data)
    doer = getattr(town, row.doer)
    blind, key = allowed("desk:act", user=doer), str(uuid.uuid4())
    assert blind.post(at(walk, "sort"), body, key=key)["case"] is None
    assert blind.post(at(walk, "sort"), body, key=key)["case"] is None
    assert not Reading.objects.filter(user=doer).exists()
    data = {"text": "请稍等。"}
    walk.until("handling")
    Reading.objects.all().delete()
    done = allowed(*BOTH, user=town.handler).post(at(walk, "write"), data)
    assert done["case"]["words"] and Reading.objects.filter(user=town.handler).exists()


def test_a_role_that_ended_is_gone_with_the_next_request(town: Cast) -> None:
    walk = begin(town)
    walk.until("handling")
    handler = allowed(*BOTH, user=town.handler)
    handler.get(at(walk))
    held = Membership.objects.get(user=town.handler)
    people.end_membership(membership=held, by=town.viewer(town.sec_admin))
    handler.get(at(walk), 404)


def test_reading_is_not_acting_and_one_may_do_only_what_ones_role_may(town: Cast) -> None:
    walk = begin(town)
    allowed("desk:read", user=town.dispatcher).post(at(walk, "sort"), {}, 403)
    assert allowed("desk:act", user=town.dispatcher).get(at(walk), 403)["type"].endswith(":scope")
    supervisor = allowed(*BOTH, user=town.supervisor)
    denied = supervisor.post(at(walk, "sort"), {}, 403)
    assert denied["type"].endswith(":not-now") and denied["detail"]
    assert supervisor.get(at(walk, "sort"))["not_now"] == denied["detail"]
    allowed("file").get("cases", 403)


def test_what_opens_what_is_sealed_is_done_on_the_page(town: Cast) -> None:
    walk = begin(town, identity="named", contact={"name": "王桂兰", "phone": "13812345678"})
    clerk = allowed(*BOTH, user=town.clerk)
    for act in ("contact", "code", "original"):
        assert clerk.get(at(walk, act), 403)["type"].endswith(":step-up")
        assert clerk.post(at(walk, act), {}, 403)["type"].endswith(":step-up")


def test_while_the_journal_is_not_as_it_was_written_nothing_is_taken(
    town: Cast, monkeypatch: Any
) -> None:
    walk = begin(town)
    monkeypatch.setattr(alarm, "is_on", lambda: True)
    desk = allowed(*BOTH, user=town.dispatcher)
    assert desk.post(at(walk, "sort"), {}, 503)["type"].endswith(":read-only")
    desk.get(at(walk))
    Program().file()


def test_faults_are_told_at_the_fields(town: Cast) -> None:
    walk = begin(town)
    desk = allowed(*BOTH, user=town.dispatcher)
    problem = desk.post(at(walk, "sort"), {"kind": "nonsense"}, 422)
    assert {"kind", "category"} <= fields_of(problem)
    desk.post(at(walk, "sort"), {"kind": "complaint", "colour": "red"}, 400)
    assert Case.objects.get().state == "registered"


def test_a_reply_can_be_kept_unfinished(town: Cast) -> None:
    walk = begin(town)
    walk.until("handling")
    handler = allowed(*BOTH, user=town.handler)
    kept = handler.post(at(walk, "submit_reply"), {"summary": "写了一半", "keep": True})
    assert walk.case.state == "handling" and kept["done"] == "The draft is kept."
    for who in (town.dispatcher, town.supervisor, town.leader, town.handler):
        assert "写了一半" not in str(allowed("desk:read", user=who).get(at(walk)))
    problem = handler.post(at(walk, "submit_reply"), {"summary": "写了一半"}, 422)
    assert {"verdict", f"finding_{walk.case.points.get().position}"} <= fields_of(problem)
