"""A clerk takes a call down: its sealed number goes with the concern, once."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from pytest_django import Settings

from lianxin.cases.models import Case
from lianxin.intake.channels.call import queries
from lianxin.intake.channels.doors import told
from lianxin.intake.models import Call, Concern
from lianxin.journal import outbox
from lianxin.vault import queries as vault
from lianxin.vault.models import Entry as Sealed
from tests.cast import Cast
from tests.intake.channels.call.telephone import SECRET, ago, tell
from tests.vault.bridge import Bridge
from tests.vault.conftest import bridge as bridge

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(cast: Cast, settings: Settings) -> Call:
    settings.HOTLINE_SECRET = SECRET
    tell("rang", "a-1", at=ago(minutes=3), number="13912345678")
    tell("answered", "a-1", at=ago(minutes=2), clerk="clerk")
    return Call.objects.get()


def said(call: Call | None = None, **changes: Any) -> dict[str, Any]:
    return {
        "key": str(uuid.uuid4()), "words": "楼下井盖没了。", "identity": "named", "name": "王桂兰",
        "reply_mode": "phone", "call": str(call.uuid) if call else "",
    } | changes  # fmt: skip


def test_the_form_knows_the_call_and_asks_no_number(cast: Cast, call: Call) -> None:
    client = cast.client(cast.clerk)
    page = client.get("/desk/hotline/").content.decode()
    assert f"/desk/register/call/?call={call.uuid}" in page
    form = client.get(f"/desk/register/call/?call={call.uuid}").content.decode()
    assert str(call.uuid) in form and "已经密封保存" in form and "13912345678" not in form


def test_the_number_goes_with_the_concern(cast: Cast, call: Call) -> None:
    client, form = cast.client(cast.clerk), said(call)
    client.post("/desk/register/call/", form)
    again = client.post("/desk/register/call/", form)
    assert again.context["code"]
    concern = Concern.objects.get()
    call.refresh_from_db()
    assert call.concern == concern and concern.uuid == call.uuid
    assert vault.fields(concern.uuid) == ["name", "phone"]
    assert not queries.on_the_line(cast.viewer(cast.clerk))


def test_sent_again_it_gives_the_same_receipt_also_where_news_goes_to_the_sealed_number(
    cast: Cast, call: Call, bridge: type[Bridge]
) -> None:
    client, form = cast.client(cast.clerk), said(call, notify="sms")
    first = client.post("/desk/register/call/", form).context["code"]
    assert client.post("/desk/register/call/", form).context["code"] == first


def test_another_number_that_is_told_takes_the_place_of_the_first(cast: Cast, call: Call) -> None:
    cast.client(cast.clerk).post("/desk/register/call/", said(call, phone="13700000000"))
    assert Sealed.objects.filter(owner=call.uuid, field="phone").count() == 1


def test_a_number_that_was_erased_is_not_sealed_again(cast: Cast, call: Call) -> None:
    cast.client(cast.clerk).post(f"/desk/hotline/{call.uuid}/settled/")
    tell("ended", "a-1", number="13912345678")
    assert vault.fields(call.uuid) == []


def test_news_can_be_told_to_a_number_that_nobody_typed(
    cast: Cast, call: Call, bridge: type[Bridge]
) -> None:
    cast.client(cast.clerk).post("/desk/register/call/", said(call, notify="sms"))
    assert Concern.objects.get().notice_choice.way == "sms"


def test_the_number_of_who_stays_unknown_is_erased(cast: Cast, call: Call) -> None:
    cast.client(cast.clerk).post("/desk/register/call/", said(call, identity="anonymous", name=""))
    concern = Concern.objects.get()
    call.refresh_from_db()
    assert call.concern == concern and concern.uuid != call.uuid
    assert vault.fields(concern.uuid) == vault.fields(call.uuid) == []


def test_a_call_is_taken_down_once(cast: Cast, call: Call) -> None:
    cast.client(cast.clerk).post("/desk/register/call/", said(call))
    number = Concern.objects.get().number
    page = cast.client(cast.dispatcher).post("/desk/register/call/", said(call, words="又说一次。"))
    assert Concern.objects.count() == 1
    told = page.content.decode()
    assert "这个来电已经登记过" in told and number[:4] not in told and "又说一次。" in told


@pytest.mark.parametrize("name", ["x", "", "0" * 40, str(uuid.UUID(int=5)), "王"])
def test_a_call_that_is_none_does_not_keep_anybody_from_filing(cast: Cast, name: str) -> None:
    cast.client(cast.clerk).post("/desk/register/call/", said(call=None) | {"call": name})
    assert Concern.objects.count() == 1


def test_who_put_it_through_stands_on_the_case(cast: Cast) -> None:
    client = cast.client(cast.clerk)
    client.post("/desk/register/call/", said(put_through_by="110 报警台"))
    concern = Concern.objects.get()
    assert "110 报警台" in told(concern)
    outbox.drain()
    assert "110 报警台" in client.get(f"/desk/cases/{concern.number}/").content.decode()
    assert queries.figures(7)[0] == []


def test_the_case_reaches_the_caller_like_any_other(
    cast: Cast, call: Call, bridge: type[Bridge]
) -> None:
    cast.client(cast.clerk).post("/desk/register/call/", said(call))
    outbox.drain()
    case = Case.objects.get()
    assert vault.ways_to(vault.fields(case.concern.uuid)) == ["sms", "call"]
