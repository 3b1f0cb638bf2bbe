"""Ask for a contact, have a second person answer, look: by the pages people use."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from lianxin.access import SYSTEM
from lianxin.deadlines.actions import load_presets
from lianxin.journal import outbox
from lianxin.journal.models import Entry
from lianxin.kernel import clock
from lianxin.notices.models import Message
from lianxin.people import actions as people
from lianxin.people.models import User
from lianxin.people.roles import Role
from lianxin.vault.models import Letter, Opening, Request
from tests.cast import PASSWORD, Cast
from tests.post import Postman
from tests.walk import Walk, begin, load_sorting

pytestmark = pytest.mark.django_db(transaction=True)
PERSON = {"name": "王桂兰", "phone": "13812345678", "email": "wang@example.org"}
REASON = "需要当面核实当天在场人员的姓名和时间"
ASK = {"fields_wanted": ["phone"], "purpose": "verify", "reason": REASON}
LIST = "/desk/contacts/"


@pytest.fixture
def walk(cast: Cast) -> Walk:
    load_presets()
    load_sorting()
    found = begin(cast, identity="confidential", contact=PERSON)
    found.until("handling")
    return found


def post(walk: Walk, who: User, end: str, **data: Any) -> Any:
    url = f"/desk/cases/{walk.number}/{end}/"
    return walk.cast.client(who).post(url, data)


def told(who: User) -> list[str]:
    while outbox.drain():
        pass
    return list(
        Message.objects.filter(recipient=who, kind="identity").values_list("text", flat=True)
    )


def resident_reads(walk: Walk) -> str:
    client = walk.cast.client()
    client.post("/track/", {"code": walk.code})
    page: str = client.get("/track/case/").content.decode()
    return page


def answer(walk: Walk, who: User, **data: str) -> Any:
    name = Request.objects.latest("pk").uuid
    return walk.cast.client(who).post(f"{LIST}{name}/", data)


def test_asked_granted_and_looked_at(cast: Cast, walk: Walk) -> None:
    post(walk, cast.clerk, "contact", **ASK)
    assert told(cast.supervisor) and told(cast.dispatcher) and not told(cast.clerk)
    waits = cast.client(cast.clerk).get(f"/desk/cases/{walk.number}/contact/").content.decode()
    assert REASON in waits and PERSON["phone"] not in waits
    listed = cast.client(cast.supervisor).get(f"{LIST}{Request.objects.get().uuid}/")
    assert REASON in listed.content.decode()
    assert answer(walk, cast.supervisor, decision="granted").status_code == 303
    assert told(cast.clerk)
    masked = cast.client(cast.clerk).get(f"/desk/cases/{walk.number}/contact/")
    assert PERSON["phone"] not in masked.content.decode()
    shown = post(walk, cast.clerk, "contact")
    text = shown.content.decode()
    assert (
        PERSON["phone"] in text
        and PERSON["name"] not in text
        and "no-store" in str(shown["Cache-Control"])
    )
    assert "<details" in text and cast.clerk.name in text
    # Nobody else may use it, and the list is empty again.
    assert PERSON["phone"] not in post(walk, cast.dispatcher, "contact").content.decode()
    assert walk.number not in cast.client(cast.supervisor).get(LIST).content.decode()
    page = resident_reads(walk)
    assert REASON in page and "信访局" in page and cast.clerk.name not in page


def test_refused_with_a_reason_and_the_resident_knows(cast: Cast, walk: Walk) -> None:
    post(walk, cast.clerk, "contact", **ASK)
    without = answer(walk, cast.supervisor, decision="refused")
    assert without.status_code == 200 and not Request.objects.get().decision
    assert answer(walk, cast.supervisor, decision="refused", why="现场可以核实").status_code == 303
    assert PERSON["phone"] not in post(walk, cast.clerk, "contact").content.decode()
    asked = cast.client(cast.clerk).get(f"/desk/cases/{walk.number}/contact/").content.decode()
    assert "现场可以核实" in asked
    assert Entry.objects.filter(event="vault.decided").exists()
    assert not Entry.objects.filter(event="vault.revealed").exists()
    assert "现场可以核实" not in resident_reads(walk)


def test_the_answer_is_given_once_and_by_somebody_else(cast: Cast, walk: Walk) -> None:
    post(walk, cast.dispatcher, "contact", **ASK)
    # Whoever asked, whoever handles it, whoever has nothing to do with it: not there.
    for who in (cast.dispatcher, cast.leader, cast.handler, cast.auditor):
        assert answer(walk, who, decision="granted").status_code == 404
    assert answer(walk, cast.supervisor, decision="granted").status_code == 303
    assert answer(walk, cast.supervisor, decision="refused", why="不再需要").status_code == 404


def test_an_emergency_opens_at_once_is_told_and_looked_at(cast: Cast, walk: Walk) -> None:
    shown = post(walk, cast.clerk, "contact", **ASK | {"purpose": "protect"}, emergency="on")
    assert PERSON["phone"] in shown.content.decode()
    assert Message.objects.count() == 0
    assert told(cast.supervisor) and told(cast.dispatcher)
    assert Message.objects.filter(kind="identity", urgent=True).count() == 2
    assert (
        walk.case.concern.place in cast.client(cast.supervisor).get(LIST).content.decode()
        or (cast.client(cast.supervisor).get(LIST).context["rows"])
    )
    assert "紧急" in resident_reads(walk) or "mergency" in resident_reads(walk)
    bad = answer(walk, cast.supervisor, verdict="maybe", why="看过了")
    assert bad.status_code == 200
    assert answer(walk, cast.supervisor, verdict="wrong", why="可以等到第二天").status_code == 303
    assert not cast.client(cast.supervisor).get(LIST).context["rows"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"fields_wanted": []}, {"fields_wanted": ["openid"]}, {"purpose": "curious"},
        {"reason": "想看看"}, {"reason": "长" * 501}, {"reason": "\x00" * 20},
    ],
)  # fmt: skip
def test_what_is_missing_is_said_and_what_was_typed_stays(
    cast: Cast, walk: Walk, wrong: dict[str, Any]
) -> None:
    found = post(walk, cast.clerk, "contact", **ASK | wrong)
    assert found.status_code == 200 and not Request.objects.exists()
    assert set(found.context["contact"]["ask"].errors) == set(wrong)
    if "reason" not in wrong:
        assert REASON in found.content.decode()


def test_what_was_granted_lapses_and_is_used_up(cast: Cast, walk: Walk) -> None:
    post(walk, cast.clerk, "contact", **ASK)
    answer(walk, cast.supervisor, decision="granted")
    with clock.at(timedelta(hours=25)):
        assert PERSON["phone"] not in post(walk, cast.clerk, "contact").content.decode()
    for _ in range(5):
        assert PERSON["phone"] in post(walk, cast.clerk, "contact").content.decode()
    assert PERSON["phone"] not in post(walk, cast.clerk, "contact").content.decode()
    assert Opening.objects.count() == 5


def test_the_tenth_look_of_a_day_is_told_and_after_the_thirtieth_there_is_none(cast: Cast) -> None:
    load_presets()
    load_sorting()
    guard = people.add_user(username="guard", name="何安", password=PASSWORD, by=SYSTEM)
    people.add_member(user=guard, unit=cast.county, role=Role.SEC_ADMIN, by=SYSTEM)
    walk = begin(cast, identity="named", contact=PERSON)
    walk.until("handling")
    for before, opens, alarms in ((8, 1, 0), (0, 1, 1), (19, 1, 1), (0, 0, 1)):
        Opening.objects.bulk_create(
            Opening(
                record=-Opening.objects.count() - n,
                actor=cast.viewer(cast.handler).actor,
                shown=True,
                at=clock.now(),
            )
            for n in range(before)
        )
        found = post(walk, cast.handler, "contact", purpose="约时间上门看路灯").content.decode()
        assert (PERSON["phone"] in found) == bool(opens)
        assert len(told(guard)) == alarms
    assert cast.handler.name in told(guard)[0] and walk.number not in told(guard)[0]


def test_the_person_is_reached_unseen(cast: Cast, walk: Walk, post_office: Postman) -> None:
    for who in (cast.handler, cast.clerk):
        sent = post(walk, who, "write", way="email", text="请明天上午带上照片来。")
        assert sent.status_code == 303
    assert [mail["To"] for mail in post_office.received] == [PERSON["email"]] * 2
    assert Letter.objects.filter(sent_at__isnull=False).count() == 2
    page = resident_reads(walk)
    assert "请明天上午带上照片来。" in page and PERSON["email"] not in page
    post_office.refused = {PERSON["email"]}
    failed = post(walk, cast.handler, "write", way="email", text="再请来一次。")
    assert "再请来一次。" in failed.content.decode() and PERSON["email"] not in (
        failed.content.decode()
    )


@pytest.fixture
def post_office(settings: Settings) -> Any:
    from tests.post import delivering

    with delivering(settings) as postman:
        yield postman


def test_in_confidence_only_the_desk_calls(cast: Cast, walk: Walk, settings: Settings) -> None:
    settings.RELAY_URL, settings.RELAY_SECRET = "http://127.0.0.1:1/", "x"
    ways = {
        who.name: cast.client(who)
        .get(f"/desk/cases/{walk.number}/write/")
        .context["contact"]["write"]
        .fields["way"]
        .choices
        for who in (cast.handler, cast.clerk)
    }
    assert len(ways[cast.clerk.name]) == len(ways[cast.handler.name]) + 1
    assert post(walk, cast.handler, "write", way="call", line="13900000000").status_code == 200
    assert not Letter.objects.exists()
    assert post(walk, cast.supervisor, "write", way="sms", text="您好").status_code == 403


def test_the_list_pages_and_does_not_ask_more_for_more(
    cast: Cast, walk: Walk, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    empty = cast.client(cast.supervisor).get(LIST)
    assert empty.status_code == 200 and not empty.context["rows"]
    Request.objects.bulk_create(
        Request(
            subject=walk.case.subject, owner=walk.case.concern.uuid, fields=["phone"],
            purpose="verify", reason=REASON, requester=cast.clerk.pk, asked_at=clock.now(),
        )
        for _ in range(45)
    )  # fmt: skip
    client = cast.client(cast.supervisor)
    with django_assert_max_num_queries(12):
        client.get(LIST)
    pages = [client.get(f"{LIST}?from={n}").context["rows"] for n in (0, 20, 40, 60, "x")]
    assert [len(rows) for rows in pages] == [20, 20, 5, 20, 20]
    assert len({row.row.pk for rows in pages[:3] for row in rows}) == 45
    assert cast.client(cast.handler).get(LIST).status_code == 404
