"""Staff file what somebody said, and the rest of the desk's pages to read."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest

from lianxin.intake.models import Concern
from lianxin.intake.queries import by_code
from lianxin.journal import outbox
from lianxin.kernel import clock
from lianxin.notices.models import Message
from lianxin.notices.sections import lines_for
from tests.cast import Cast
from tests.walk import begin, load_sorting

pytestmark = pytest.mark.django_db


def call(**changes: Any) -> dict[str, Any]:
    said = {
        "key": str(uuid.uuid4()), "channel": "call", "words": "楼下井盖没了，差点掉下去。",
        "wish": "今天盖上", "place": "桂苑小区 3 号楼", "identity": "named", "name": "王桂兰",
        "phone": "１３８ 1234 5678", "reply_mode": "phone",
    }  # fmt: skip
    return said | changes


def test_a_call_is_filed_once_and_the_receipt_opens_the_story(cast: Cast) -> None:
    client = cast.client(cast.clerk)
    said = call()
    page = client.post("/desk/register/", said)
    concern = Concern.objects.get()
    assert (concern.channel, concern.registered_by) == ("call", cast.clerk)
    code = page.context["code"]
    assert by_code(code) == concern
    assert "no-store" in page["Cache-Control"] or "no-cache" in page["Cache-Control"]
    assert client.post("/desk/register/", said).context["code"] == code
    assert Concern.objects.count() == 1
    outbox.drain()
    assert client.get(f"/desk/cases/{concern.number}/").status_code == 200


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"words": "\x00"}, "words"),
        ({"words": "字" * 10_001}, "words"),
        ({"channel": "pigeon"}, "channel"),
        ({"identity": "anonymous"}, "identity"),
        ({"phone": "1381234567"}, "phone"),
        ({"received_at": "2999-01-01T10:00"}, "received_at"),
        ({"received_at": "0001-01-01T00:00"}, "received_at"),
        ({"area": "999999"}, "area"),
        ({"place": "<b>" * 100}, "place"),
        ({"source_ref": "号" * 81}, "source_ref"),
    ],
)
def test_what_is_missing_is_told_at_its_field(
    cast: Cast, changes: dict[str, Any], field: str
) -> None:
    answer = cast.client(cast.clerk).post("/desk/register/", call(**changes))
    assert answer.status_code == 200 and field in answer.context["form"].errors
    assert not Concern.objects.exists()


def test_who_may_register(cast: Cast) -> None:
    may = {
        name
        for name, person in cast.staff.items()
        if cast.client(person).get("/desk/register/").status_code == 200
    }
    assert may == {"clerk", "dispatcher", "secretary"}


def test_everybody_is_told_what_waits_for_them_and_no_words_of_the_resident(cast: Cast) -> None:
    load_sorting()
    walk = begin(cast, words="不能外传的原话")
    walk.sort(urgency="critical")
    walk.dispatch()
    for step in (walk.sign, walk.start, walk.submit, walk.approve):
        step()
    walk.rate(result=1, solved="no")
    while outbox.drain():
        pass
    told = {(m.recipient.username, m.kind, m.urgent) for m in Message.objects.all()}
    assert {("liaison", "dispatched", True), ("leader", "dispatched", True)} <= told
    assert {("leader", "reply", False), ("supervisor", "unsatisfied", False)} <= told
    assert {name for name, _kind, _urgent in told} <= {
        "liaison", "leader", "supervisor", "handler",
    }  # fmt: skip
    assert not any("原话" in m.text for m in Message.objects.all())
    page = cast.client(cast.leader).get("/desk/digest/").content.decode()
    assert f"/desk/cases/{walk.number}/" in page
    for before in (
        "x",
        "9" * 40,
        "\x00",
        "１",
        "1@",
        "１@2026-01-01T00:00:00+08:00",
        "9" * 40 + "@9999-12-31T23:59:59+00:00",
    ):
        assert cast.client(cast.leader).get("/desk/digest/", {"before": before}).status_code == 200


def test_the_digest_counts_what_is_late(cast: Cast) -> None:
    load_sorting()
    begin(cast).until("handling")
    with clock.at(clock.now() + timedelta(days=30)):
        lines = lines_for([cast.handler.pk, cast.leader.pk])
    assert any("1" in str(line.text) for line in lines[cast.handler.pk])
    assert cast.leader.pk not in lines


def test_the_catalogue_is_read_by_all_and_changed_by_its_keepers(cast: Cast) -> None:
    load_sorting()
    line = "/desk/catalogue/roads.lights/"
    for name, person in cast.staff.items():
        answer = cast.client(person).get("/desk/catalogue/")
        assert answer.status_code == (404 if name == "no_role" else 200)
        may = name in ("dispatcher", "sys_admin")
        assert cast.client(person).get(line).status_code == (200 if may else 404)
    client = cast.client(cast.dispatcher)
    bad = client.post(line, {"unit": "999999", "basis": "条" * 201, "valid_from": "x"})
    assert {"unit", "basis", "valid_from"} <= set(bad.context["form"].errors)
    assert client.post(line, {"unit": cast.housing.pk, "basis": "三定方案"}).status_code == 302
    assert "三定方案" in client.get("/desk/catalogue/").content.decode()
    assert client.get("/desk/catalogue/%00/").status_code == 404
    walk = begin(cast)
    walk.sort()
    form = client.get(f"/desk/cases/{walk.number}/do/dispatch/").context["form"]
    assert form.initial["unit"] == cast.housing.pk


def test_the_limits_name_their_basis(cast: Cast) -> None:
    text = cast.client(cast.handler).get("/desk/limits/").content.decode()
    assert "信访工作条例" in text or "law" in text or "法律法规" in text
