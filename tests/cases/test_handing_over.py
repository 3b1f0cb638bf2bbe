"""Handed over to an outside body: to whom, when, which number, and what if nothing is heard."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lianxin.access import Refused
from lianxin.cases import actions, queries
from lianxin.cases.digest import receipts
from lianxin.cases.models import Case, Handover
from lianxin.cases.queries import Filter
from lianxin.cases.states import State
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.pages import story
from lianxin.sorting import queries as sorting
from lianxin.sorting.defaults import read
from lianxin.sorting.kinds import BodyKind
from tests.walk import Walk, begin

pytestmark = pytest.mark.django_db
WHY = {"ground": "judicial_or_arbitration", "text": "这件事由法院决定，已经替您转过去了。"}


def day(n: int) -> date:
    return clock.today() + timedelta(days=n)


def sent(**changes: Any) -> actions.NewHandover:
    wanted: dict[str, Any] = {
        "body": "court", "sent": "原话和两张照片", "way": "post", "sent_on": day(0),
        "due_on": day(15), "reference": "EMS 1234",
    }  # fmt: skip
    return actions.NewHandover(**(wanted | changes))


def hand_over(walk: Walk, **changes: Any) -> Handover:
    by = walk.viewer("clerk")
    return actions.hand_over(walk.case, sent(**changes), **WHY, by=by)


def person_reads(walk: Walk) -> str:
    client = Client()
    assert client.post("/track/", {"code": walk.code}).status_code == 303
    return client.get("/track/case/").content.decode()


def owed(walk: Walk) -> list[int]:
    rows = queries.worklist(walk.viewer("dispatcher"), Filter(tab="todo", light="receipt")).cases
    return [case.pk for case in rows]


def test_the_person_reads_to_whom_when_which_number_and_what_next(walk: Walk) -> None:
    walk.sort()
    hand_over(walk)
    assert (walk.case.state, walk.case.due_at) == (State.REFERRED_OUT, None)
    page = person_reads(walk)
    for part in (
        "人民法院",
        "12368",
        "EMS 1234",
        "没有附您的姓名和电话",
        "还没有消息",
        WHY["text"],
    ):
        assert part in page, part
    assert "邮寄" in page and "原话和两张照片" in page
    assert "已经替您转过去了，转给谁" in page.partition("</h1>")[2][:600], (
        "that it was done for them"
    )
    actions.note_receipt(
        walk.case, receipt="（2026）民初 7 号", received_on=day(0), by=walk.viewer("clerk")
    )
    page = person_reads(walk)
    assert "（2026）民初 7 号" in page and "还没有消息" not in page
    assert "已确认收到" in str(story.lines(walk.case, audience="staff"))
    # They may object as to any other way that was told.
    actions.object_to(walk.case, text="不归法院", by=walk.resident)


def test_whoever_was_joined_reads_where_and_why_and_not_what_another_gave(walk: Walk) -> None:
    walk.sort()
    other = begin(walk.cast)
    other.sort()
    actions.merge_case(other.case, parent=walk.case, by=walk.viewer("dispatcher"))
    hand_over(walk)
    page, own = person_reads(other), person_reads(walk)
    row = walk.case.handovers.get()
    text = next(iter(queries.work_of(walk.case).refusals.values()))
    for told in (row.body.label, text[:12]):
        assert told in page and told in own
    for kept in ("EMS 1234", row.sent):
        assert kept not in page and kept in own


def test_an_overdue_receipt_shows_until_it_comes(walk: Walk) -> None:
    walk.sort()
    hand_over(walk)
    reader = walk.cast.dispatcher.pk
    with clock.at(clock.now() + timedelta(days=15)):
        assert owed(walk) == [] and receipts([reader]) == {}
    with clock.at(clock.now() + timedelta(days=16)):
        assert owed(walk) == [walk.case.pk]
        (line,) = receipts([reader])[reader]
        assert "1" in str(line.text)
        assert receipts([walk.cast.handler.pk]) == {}
        actions.note_receipt(walk.case, receipt="7", received_on=day(0), by=walk.viewer("clerk"))
        assert owed(walk) == []


def test_of_two_bodies_each_receipt_is_awaited(walk: Walk) -> None:
    walk.sort()
    hand_over(walk)
    hand_over(walk, body="labour_arbitration", reference="EMS 5678")
    page = person_reads(walk)
    assert "EMS 1234" in page and "EMS 5678" in page and page.count("还没有消息") == 2
    client = walk.cast.client(walk.cast.clerk)
    path = f"/desk/cases/{walk.number}/do/note_receipt/"
    posted = {"receipt": "8", "received_on": day(0).isoformat()}
    # The newest has confirmed: the other is still owed. Whose it is has to be said.
    assert "请说明是谁的回执" in client.post(path, posted).content.decode()
    assert client.post(path, posted | {"body": "labour_arbitration"}).status_code == 303
    assert [row.receipt for row in queries.handovers_of(walk.case)] == ["", "8"]
    with clock.at(clock.now() + timedelta(days=16)):
        assert owed(walk) == [walk.case.pk]
        with pytest.raises(Problem):
            actions.note_receipt(
                walk.case, receipt="9", received_on=day(0), body="labour_arbitration",
                by=walk.viewer("clerk"),
            )  # fmt: skip
        actions.note_receipt(walk.case, receipt="9", received_on=day(0), by=walk.viewer("clerk"))
        assert owed(walk) == []
        with pytest.raises((Problem, Refused)):
            actions.note_receipt(
                walk.case, receipt="9", received_on=day(0), by=walk.viewer("clerk")
            )
    page = person_reads(walk)
    assert "还没有消息" not in page and "编号 8。" in page and "编号 9。" in page


def test_sent_again_to_the_same_body_one_receipt_is_awaited(walk: Walk) -> None:
    walk.sort()
    hand_over(walk)
    with clock.at(clock.now() + timedelta(days=20)):
        assert owed(walk) == [walk.case.pk]
        hand_over(walk, sent_on=day(0), due_on=day(15), reference="EMS 9")
        assert owed(walk) == [] and len(queries.awaited_receipts(walk.case)) == 1
        page = person_reads(walk)
        assert page.count("还没有消息") == 1


def test_taken_up_again_nothing_is_awaited(walk: Walk) -> None:
    walk.sort()
    hand_over(walk)
    with clock.at(clock.now() + timedelta(days=1)):
        actions.object_to(walk.case, text="不归法院", by=walk.resident)
        actions.rule_on_objection(walk.case, grant=True, text="对", by=walk.viewer("supervisor"))
    with clock.at(clock.now() + timedelta(days=30)):
        assert owed(walk) == [] and not queries.awaited_receipts(walk.case)
        # With an earlier day it would count as taken back too, and no receipt be awaited.
        with pytest.raises(Problem) as problem:
            hand_over(walk, body="labour_arbitration", sent_on=day(-30), due_on=day(15))
        assert set(problem.value.messages) == {"sent_on"}
        hand_over(walk, body="labour_arbitration", sent_on=day(-29), due_on=day(15))
        (row,) = queries.awaited_receipts(walk.case)
        assert row.body.code == "labour_arbitration"


def test_an_emergency_goes_at_once_without_sorting(walk: Walk) -> None:
    new = sent(body="emergency", way="phone", reference="", due_on=day(1), sent="电话里说了地点")
    actions.hand_over(walk.case, new, ground="emergency", text="已经转给 119。",
                      by=walk.viewer("clerk"))  # fmt: skip
    assert walk.case.state == State.REFERRED_OUT
    assert "110 / 119 / 120" in person_reads(walk)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"body": "nobody"}, "body"),
        ({"way": "pigeon"}, "way"),
        ({"reference": " "}, "reference"),
        ({"sent": " "}, "sent"),
        ({"sent_on": day(1), "due_on": day(2)}, "sent_on"),
        ({"due_on": day(-1)}, "due_on"),
        ({"due_on": day(91)}, "due_on"),
    ],
)
def test_what_is_missing_is_told_at_its_field(
    walk: Walk, changes: dict[str, Any], field: str
) -> None:
    walk.sort()
    with pytest.raises(Problem) as problem:
        hand_over(walk, **changes)
    assert set(problem.value.messages) == {field}
    assert not Handover.objects.exists() and walk.case.state == State.TRIAGE


def test_only_the_desk_hands_over_and_what_is_sealed_stays_sealed(walk: Walk) -> None:
    walk.sort()
    for name in ("handler", "leader", "auditor", "supervisor"):
        with pytest.raises(Refused):
            actions.hand_over(walk.case, sent(), **WHY, by=walk.viewer(name))
    actions.seal_case(walk.case, by=walk.viewer("dispatcher"))
    with pytest.raises(Refused):
        hand_over(walk)


def test_the_usual_days_of_the_body_are_filled_in(walk: Walk) -> None:
    walk.sort()
    client = walk.cast.client(walk.cast.clerk)
    posted = WHY | {
        "body": "petition_above", "sent": "原话", "way": "system", "reference": "X1",
        "sent_on": day(-2).isoformat(),
    }  # fmt: skip
    path = f"/desk/cases/{walk.number}/do/hand_over/"
    assert client.get(path).status_code == 200
    assert client.post(path, posted).status_code == 303
    row = Handover.objects.get()
    assert (row.due_on, row.agreed) == (day(13), False)


def test_the_database_keeps_a_receipt_whole(walk: Walk) -> None:
    walk.sort()
    row = hand_over(walk)
    for broken in ({"receipt": "7"}, {"received_on": day(0)}, {"due_on": day(-9)}, {"way": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Handover.objects.filter(pk=row.pk).update(**broken)


def test_bodies_are_data(walk: Walk) -> None:
    rows = sorting.bodies()
    assert {row.code for row in rows} == {row["code"] for row in read("bodies")["bodies"]}
    assert {row.kind for row in rows} <= set(BodyKind.values)
    assert all(row.name and row.name_en and row.receipt_days for row in rows)


def test_an_index_answers_what_is_overdue(walk: Walk) -> None:
    walk.sort()
    row = hand_over(walk)
    filler = {name: getattr(row, f"{name}_id", None) or getattr(row, name) for name in ("sent",)}
    Handover.objects.bulk_create(
        Handover(
            case_id=row.case_id, body_id=row.body_id, by_id=row.by_id, way="post", **filler,
            sent_on=day(-(n % 60)), due_on=day(0), receipt="7", received_on=day(0),
        )
        for n in range(2_000)
    )  # fmt: skip
    with CaptureQueriesContext(connection) as asked:
        assert list(queries.receipts_overdue().values_list("case", flat=True)) == []
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute(f"{explain} {asked[0]['sql']}")
        plan = "\n".join(str(found[-1]) for found in cursor.fetchall())
    assert "handover_awaited" in plan, plan
    assert Case.objects.count() == 1
