"""Staff take down what somebody said: each door asks what it needs, and all file alike."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from lianxin.cases.models import Case
from lianxin.intake.channels.doors import DOORS
from lianxin.intake.models import Concern, Letter, Visit
from lianxin.intake.queries import by_code
from lianxin.journal import outbox
from lianxin.vault import queries as vault
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def said(**changes: Any) -> dict[str, Any]:
    told = {
        "key": str(uuid.uuid4()), "words": "楼下井盖没了，差点掉下去。",
        "wish": "今天盖上", "place": "桂苑小区 3 号楼", "identity": "named", "name": "王桂兰",
        "phone": "１３８ 1234 5678", "reply_mode": "phone", "people": "1",
    }  # fmt: skip
    return told | changes


@pytest.mark.parametrize(
    ("door", "channel"),
    [
        ("call", "call"),
        ("walk-in", "walk_in"),
        ("letter", "letter"),
        ("outreach", "outreach"),
        ("report-line", "report_line"),
    ],
)
def test_what_is_taken_down_is_filed_once_and_the_receipt_opens_it(
    cast: Cast, door: str, channel: str
) -> None:
    client = cast.client(cast.clerk)
    told = said()
    page = client.post(f"/desk/register/{door}/", told)
    concern = Concern.objects.get()
    assert (concern.channel, concern.registered_by) == (channel, cast.clerk)
    code = page.context["code"]
    assert by_code(code) == concern
    assert "no-store" in page["Cache-Control"] or "no-cache" in page["Cache-Control"]
    assert client.post(f"/desk/register/{door}/", told).context["code"] == code
    assert Concern.objects.count() == 1
    outbox.drain()
    reader = cast.client(cast.dispatcher) if door == "report-line" else client
    assert reader.get(f"/desk/cases/{concern.number}/").status_code == 200


@pytest.mark.parametrize(
    ("door", "changes", "field"),
    [
        ("call", {"words": "\x00"}, "words"),
        ("call", {"words": "字" * 10_001}, "words"),
        ("call", {"identity": "anonymous"}, "identity"),
        ("call", {"phone": "1381234567"}, "phone"),
        ("call", {"email": "王@"}, "email"),
        ("call", {"received_at": "2999-01-01T10:00"}, "received_at"),
        ("call", {"received_at": "0001-01-01T00:00"}, "received_at"),
        ("call", {"area": "999999"}, "area"),
        ("call", {"place": "<b>" * 100}, "place"),
        ("call", {"source_ref": "号" * 81}, "source_ref"),
        ("walk-in", {"people": "6"}, "people"),
        ("walk-in", {"people": "0"}, "people"),
        ("walk-in", {"people": ""}, "people"),
        ("letter", {"dated": "2999-01-01"}, "dated"),
        ("letter", {"dated": "0001-01-01"}, "dated"),
        ("found", {"words": " "}, "words"),
        ("suggestion-box", {"letter": "K7QX2M-1"}, "letter"),
    ],
)
def test_what_is_missing_is_told_at_its_field(
    cast: Cast, door: str, changes: dict[str, Any], field: str
) -> None:
    answer = cast.client(cast.clerk).post(f"/desk/register/{door}/", said(**changes))
    assert answer.status_code == 200 and field in answer.context["form"].errors
    assert "井盖" in answer.content.decode() or "words" in changes
    assert not Concern.objects.exists()


def test_a_sixth_representative_is_refused_with_the_rule(cast: Cast) -> None:
    answer = cast.client(cast.clerk).post("/desk/register/walk-in/", said(people="6"))
    assert "信访工作条例" in answer.content.decode()


def test_each_door_keeps_what_only_it_knows(cast: Cast) -> None:
    client = cast.client(cast.clerk)
    client.post("/desk/register/walk-in/", said(people="５"))
    assert Visit.objects.get().people == 5
    client.post(
        "/desk/register/letter/",
        said(dated="2026-01-05", source_ref="信字〔2026〕12号", reply_mode="letter"),
    )
    letter = Letter.objects.get()
    assert (
        letter.concern.source_ref == "信字〔2026〕12号" and letter.dated.isoformat() == "2026-01-05"
    )
    client.post("/desk/register/letter/", said(dated=""))
    assert Letter.objects.count() == 1 and Concern.objects.filter(channel="letter").count() == 2


def test_what_staff_find_is_nobodys(cast: Cast) -> None:
    client = cast.client(cast.secretary)
    page = client.post("/desk/register/found/", said())
    concern = Concern.objects.get()
    assert (concern.channel, concern.identity, concern.mac) == ("found", "anonymous", None)
    assert page.context["code"] is None and not vault.fields(concern.uuid)
    outbox.drain()
    assert Case.objects.get().state == "registered"


def test_a_report_is_held_for_the_desk_above_whatever_was_ticked(cast: Cast) -> None:
    cast.client(cast.clerk).post("/desk/register/report-line/", said(about_official=""))
    outbox.drain()
    case = Case.objects.get()
    assert (case.concern.about_official, case.lane) == (True, "higher")
    assert cast.client(cast.clerk).get(f"/desk/cases/{case.concern.number}/").status_code == 404


def test_a_written_address_is_sealed(cast: Cast) -> None:
    cast.client(cast.clerk).post("/desk/register/call/", said(email="wang@example.org"))
    assert "email" in vault.fields(Concern.objects.get().uuid)


@pytest.mark.parametrize("door", [door.name for door in DOORS])
def test_who_may_register(cast: Cast, door: str) -> None:
    may = {
        name
        for name, person in cast.staff.items()
        if cast.client(person).get(f"/desk/register/{door}/").status_code == 200
    }
    assert may == {"clerk", "dispatcher", "secretary"}


def test_the_first_door_is_the_telephone_and_there_is_no_other(cast: Cast) -> None:
    client = cast.client(cast.clerk)
    assert client.get("/desk/register/").context["here"].name == "call"
    assert client.get("/desk/register/pigeon/").status_code == 404
