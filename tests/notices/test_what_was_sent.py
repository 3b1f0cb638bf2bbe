"""What became of what a person was sent: staff look, the person reads it, no address shows."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as often
from hypothesis import strategies as st
from pytest_django import Settings

from lianxin.access import SYSTEM
from lianxin.access.hooks import LONGEST
from lianxin.cases import actions as cases
from lianxin.journal import actions as journal
from lianxin.journal import outbox
from lianxin.kernel import clock, signatures
from lianxin.notices.models import Message, Notice
from lianxin.notices.queries import Outcome, sent_about
from lianxin.notices.residents import send_notices
from lianxin.vault.choices import Way
from lianxin.vault.events import Noticed, NoticeReturned
from lianxin.vault.models import Letter
from tests.cast import Cast
from tests.post import Postman
from tests.vault.bridge import Bridge
from tests.vault.conftest import bridge as bridge
from tests.walk import Walk, begin, load_sorting

pytestmark = pytest.mark.django_db
ADDRESS, NUMBER, SECRET = "wang@example.org", "13812345678", "r" * 40
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=clock.SHANGHAI)
CONTACT = {"name": "王桂兰", "email": ADDRESS, "phone": NUMBER}
WISHED: dict[str, Any] = {
    "identity": "named", "reply_mode": "online", "contact": CONTACT, "language": "zh-hans",
}  # fmt: skip


@pytest.fixture(autouse=True)
def noon(db: None, post: Postman, settings: Settings) -> Iterator[None]:
    load_sorting()
    settings.RELAY_REPORT_SECRET = SECRET
    with clock.at(NOON):
        yield


def handled(cast: Cast, way: str) -> Walk:
    walk = begin(cast, **WISHED, notify=way)
    walk.until("handling")
    outbox.drain()
    Notice.objects.all().delete()
    return walk


def ask(walk: Walk, words: str = "门牌号是多少？") -> None:
    cases.write_message(walk.case, words=words, by=walk.viewer("handler"))
    outbox.drain()
    send_notices()


def staff_page(walk: Walk) -> str:
    page = walk.cast.client(walk.cast.handler).get(f"/desk/cases/{walk.number}/sent/")
    assert page.status_code == 200
    return str(page.content.decode())


def own_page(walk: Walk) -> str:
    client = Client()
    client.post("/track/", {"code": walk.code})
    return str(client.get("/track/case/").content.decode())


def outcomes(walk: Walk) -> list[str]:
    return [row.outcome.value for row in sent_about(walk.case.subject)]


def report(told: object, *, secret: str = SECRET, raw: bytes | None = None) -> HttpResponse:
    body = raw if raw is not None else json.dumps(told).encode()
    headers = signatures.headers(body, secret)
    answer: HttpResponse = Client().post(  # type: ignore[assignment]
        "/relay/report/", body, content_type="application/json", headers=headers
    )
    return answer


def test_gone_failing_given_up_and_gone_again(cast: Cast, post: Postman) -> None:
    walk = handled(cast, "email")
    assert "还没有发过" in staff_page(walk)
    ask(walk)
    assert outcomes(walk) == ["sent"] and "已发出" in staff_page(walk)
    post.refused.add(ADDRESS)
    ask(walk, "哪天在家？")
    [failed, _] = sent_about(walk.case.subject)
    assert failed.outcome == Outcome.AGAIN and failed.again == NOON + timedelta(minutes=10)
    assert "会再试" in staff_page(walk) and "SMTPRecipientsRefused" in staff_page(walk)
    for hours in range(1, 7):
        with clock.at(NOON + timedelta(hours=hours)):
            send_notices()
    assert outcomes(walk) == ["given_up", "repeated", "repeated", "repeated", "sent"]
    page = staff_page(walk)
    assert "不再尝试" in page and ADDRESS not in page and "王桂兰" not in page
    assert "没有送达" in own_page(walk)
    post.refused.clear()
    ask(walk, "还在吗？")
    assert outcomes(walk)[:2] == ["sent", "repeated"]
    assert "没有送达" not in own_page(walk)


def test_a_text_message_that_did_not_arrive(cast: Cast, bridge: type[Bridge]) -> None:
    walk = handled(cast, "sms")
    ask(walk)
    ref = json.loads(bridge.got[-1][1])["ref"]
    assert outcomes(walk) == ["sent"] and "没有送达" not in own_page(walk)
    assert report({"ref": ref, "delivered": True}).status_code == 200
    assert outcomes(walk) == ["sent"]
    for _again in range(3):
        assert report({"ref": ref, "delivered": False}).status_code == 200
    outbox.drain()
    assert outcomes(walk) == ["returned"] and "被退回" in staff_page(walk)
    assert "没有送达" in own_page(walk) and "请在“有进展时通知我”里更正" in own_page(walk)
    assert Message.objects.filter(recipient=cast.handler, kind="bounced").count() == 1
    assert NUMBER not in staff_page(walk)


def test_wechat_that_refuses_shows_as_well(cast: Cast) -> None:
    walk = handled(cast, "email")
    letter = Letter.objects.create(
        subject=walk.case.subject, way=Way.WECHAT, written_at=clock.now(), failure="WeChat 45015"
    )
    noticed = Noticed(letter=letter.pk, way="wechat", news="news")
    journal.record(noticed, subject=walk.case.subject, by=SYSTEM.actor)
    assert outcomes(walk) == ["given_up"] and "微信" in staff_page(walk)
    assert "没有送达" in own_page(walk)


def test_who_does_not_see_the_case_sees_nothing_of_it(cast: Cast) -> None:
    walk = handled(cast, "email")
    ask(walk)
    for person in (cast.handler_of_other_unit, cast.town_liaison, cast.sys_admin):
        page = cast.client(person).get(f"/desk/cases/{walk.number}/sent/")
        assert page.status_code == 404
    cases.name_party(
        walk.case, unit_id=cast.housing.pk, reason="说的是他们", by=walk.viewer("dispatcher")
    )
    page = cast.client(cast.handler).get(f"/desk/cases/{walk.number}/sent/")
    assert page.status_code == 404


def test_however_much_was_sent_it_costs_two_queries(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    walk = handled(cast, "email")
    for number in range(4):
        ask(walk, f"第{number}个问题？")
    subject = walk.case.subject
    with django_assert_num_queries(2):
        assert len(sent_about(subject)) == 4


def test_a_turn_that_was_not_told_points_at_no_case(cast: Cast) -> None:
    walk = handled(cast, "email")
    event = NoticeReturned(letter=1)
    journal.record(event, subject=f"turn:{walk.case.pk}", by="system")
    outbox.drain()
    assert not Message.objects.filter(kind="bounced").exists()


# --- The hook of the bridge ----------------------------------------------------------------------

WRONG: dict[str, object] = {
    "nothing": {},
    "a list": [],
    "a text": "12",
    "null": None,
    "no ref": {"delivered": False},
    "no word": {"ref": "12"},
    "a number": {"ref": 12, "delivered": False},
    "not said": {"ref": "12", "delivered": "no"},
    "letters": {"ref": "12; drop", "delivered": False},
    "wide digits": {"ref": "１２", "delivered": False},
    "empty": {"ref": "", "delivered": False},
    "too long": {"ref": "1" * 21, "delivered": False},
}
UNREADABLE = {
    "no body": b"",
    "no json": b"ref=12&delivered=false",
    "cut": b'{"ref": "12", "deliv',
    "no utf-8": b"\xff\xfe\x00",
    "deep": b"[" * 4_000,
    "nan": b'{"ref": NaN, "delivered": false}',
}


@pytest.mark.parametrize("what", [*WRONG, *UNREADABLE])
def test_what_cannot_be_read_is_told_back(what: str) -> None:
    raw = UNREADABLE.get(what)
    answer = report(WRONG.get(what), raw=raw)
    assert answer.status_code == 400 and b"wanted" in answer.content


def test_what_is_too_long_is_not_read() -> None:
    assert report(None, raw=b" " * (LONGEST + 1)).status_code == 413


@often(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=25),
    lambda inner: st.dictionaries(st.sampled_from(["ref", "delivered", "x"]), inner, max_size=3),
    max_leaves=5,
))  # fmt: skip
def test_whatever_comes_is_answered(told: object) -> None:
    raw = told if isinstance(told, bytes) else None
    assert report(told, raw=raw).status_code in (200, 400)
    assert not Letter.objects.filter(failure="returned").exists()


def test_only_the_bridge_is_heard(cast: Cast, bridge: type[Bridge], settings: Settings) -> None:
    walk = handled(cast, "sms")
    ask(walk)
    ref = json.loads(bridge.got[-1][1])["ref"]
    told = {"ref": ref, "delivered": False}
    assert report(told, secret="another").status_code == 403
    # What goes to the bridge is signed with another secret, which web processes need not know.
    assert report(told, secret=settings.RELAY_SECRET).status_code == 403
    body = json.dumps(told).encode()
    old = signatures.headers(body, SECRET) | {
        signatures.TIMESTAMP: str(int(time.time()) - signatures.FRESH - 5)
    }
    answer = Client().post("/relay/report/", body, content_type="application/json", headers=old)
    assert answer.status_code == 403
    assert Client().get("/relay/report/").status_code == 405
    settings.RELAY_REPORT_SECRET = ""
    assert report(told, secret="").status_code == 404
    assert outcomes(walk) == ["sent"]


def test_a_ref_of_another_way_is_not_taken_for_it(cast: Cast, post: Postman) -> None:
    walk = handled(cast, "email")
    ask(walk)
    letter = Letter.objects.get()
    for ref in (letter.pk, 1, 10**15):
        assert report({"ref": str(ref), "delivered": False}).status_code == 200
    assert outcomes(walk) == ["sent"]
