"""When far more arrives than people write: some work, or a queue; never a refusal, never a loss."""

from __future__ import annotations

import base64
import json
import re
import time
import uuid
from datetime import timedelta
from html import unescape
from types import SimpleNamespace
from typing import Any

import altcha
import pytest
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from lianxin.cases.digest import held as held_lines
from lianxin.cases.models import Case
from lianxin.deadlines import queries as clocks
from lianxin.intake import flood, slowing, tickets, work
from lianxin.intake.models import Concern, Hold
from lianxin.journal import outbox
from lianxin.kernel import clock
from lianxin.notices import actions as notices
from lianxin.notices.models import Message as Notice
from tests.cast import Cast
from tests.walk import Walk, begin

pytestmark = pytest.mark.django_db
CHALLENGE = re.compile(r'data-work="([^"]+)"')
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@pytest.fixture(autouse=True)
def _quiet(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    call_command("createcachetable")
    cache.clear()
    monkeypatch.setattr(slowing, "_asked_until", 0.0)
    monkeypatch.setattr(work, "LEAST", 1)
    monkeypatch.setattr(work, "MOST", 4)


@pytest.fixture
def flooded(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flood, "rising", lambda request: True)


def form(key: str = "", **changes: str) -> dict[str, str]:
    return {
        "at": "3", "key": key or str(uuid.uuid4()), "words": "东关大街的路灯坏了三天。",
        "place": "东关", "identity": "anonymous", "reply_mode": "online", "do": "next",
    } | changes  # fmt: skip


def asked(answer: Any) -> tuple[altcha.Challenge, dict[str, str]]:
    page = answer.content.decode()
    found = CHALLENGE.search(page)
    assert answer.status_code == 200 and found, page
    fields = {name: unescape(value) for name, value in HIDDEN.findall(page)}
    return altcha.Challenge.from_dict(json.loads(unescape(found[1]))), fields


def solved(challenge: altcha.Challenge) -> str:
    solution = altcha.solve_challenge(challenge)
    assert solution
    return altcha.Payload(challenge, solution).to_base64()


def receipt(client: Client) -> tuple[str, str, str]:
    request = RequestFactory().get("/")
    request.COOKIES["receipt"] = client.cookies["receipt"].value
    slip = tickets.read_receipt(request)
    assert slip
    return slip.number, slip.code, slip.proof


# --- the rate ------------------------------------------------------------------------------------


def request(address: str = "61.139.2.7", told: str = "") -> HttpRequest:
    headers = {"X-Forwarded-For": told} if told else {}
    return RequestFactory().post("/report/", headers=headers, REMOTE_ADDR=address)


def test_below_the_rate_nothing_is_asked_and_nothing_looked_up(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setattr(flood, "network_of", lambda request: pytest.fail("an address was read"))
    monkeypatch.setattr(work, "ask", lambda bound: pytest.fail("work was asked"))
    costs = []
    for most in (0, 240):
        settings.FLOOD_ALL = most
        Client().post("/report/", form())
        with CaptureQueriesContext(connection) as spent:
            assert Client().post("/report/", form()).status_code == 303
        costs.append(len(spent))
    assert costs[0] == costs[1]


def test_above_the_rate_of_all_it_rises_and_falls_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FLOOD_ALL, settings.FLOOD_NETWORK = 50, 1000
    now = [1_000_000_020.0]
    monkeypatch.setattr(time, "time", lambda: now[0])
    assert [flood.rising(request()) for _ in range(51)].index(True) == 50
    now[0] += 60
    assert flood.rising(request()), "the minute before counts in part"
    now[0] += 180
    assert not flood.rising(request())


def test_one_network_is_asked_and_the_others_are_not(settings: Settings) -> None:
    settings.FLOOD_ALL, settings.FLOOD_NETWORK = 10_000, 5
    settings.SHARED_EXITS = []
    for _ in range(12):
        loud = flood.rising(request())
    assert loud and flood.rising(request("61.139.2.99"))
    assert not flood.rising(request("58.220.10.5")) and not flood.rising(request("240e:1::1"))
    assert not flood.rising(request("100.64.3.4")), "thousands of phones share such an address"
    for _ in range(5 * flood.SHARED_TIMES - 1):
        assert not flood.rising(request("100.64.3.4"))
    assert flood.rising(request("100.64.3.4"))


def test_the_network_is_what_the_proxy_says_and_never_kept_plain(
    settings: Settings,
) -> None:
    settings.HTTPS, settings.SHARED_EXITS = True, []
    told = request("127.0.0.1", told="10.9.9.9, 58.220.10.77")
    assert flood.network_of(told) == ("58.220.10.0/24", False)
    assert flood.network_of(request("127.0.0.1")) == ("", False)
    assert flood.network_of(request("127.0.0.1", told="x" * 500)) == ("", False)
    settings.FLOOD_ALL, settings.FLOOD_NETWORK = 10_000, 1
    for _ in range(5):
        flood.rising(told)
    assert all(len(key) in (0, 8) for key in flood.meter.now)
    key = flood.meter.key
    flood.meter.minute -= 60
    flood.meter.hour -= 1
    flood.meter.hashed("58.220.10.0/24")
    assert flood.meter.key != key and not flood.meter.before


# --- filing in a flood ---------------------------------------------------------------------------


def test_a_device_that_works_files_as_always(cast: Cast, flooded: None) -> None:
    client, sent = Client(), form(words="水管爆了，<b>快来</b>。")
    challenge, fields = asked(client.post("/report/", sent))
    assert not Concern.objects.exists()
    answer = client.post("/report/", fields | {"work": solved(challenge)})
    assert answer.status_code == 303
    concern = Concern.objects.get()
    assert concern.words == sent["words"] and not Hold.objects.exists()
    outbox.drain()
    assert Case.objects.filter(concern=concern).exists()


def test_who_cannot_calculate_is_acknowledged_as_always_and_waits(
    cast: Cast, flooded: None
) -> None:
    client = Client()
    _challenge, fields = asked(client.post("/report/", form()))
    assert client.post("/report/", fields).status_code == 303
    number, code, proof = receipt(client)
    assert len(number) == 11 and len(code) == 20 and "-" in proof
    outbox.drain()
    assert Hold.objects.count() == 1 and not Case.objects.exists()
    tracking = Client()
    assert tracking.post("/track/", {"code": code}).status_code == 303
    assert "由工作人员放行" in tracking.get("/track/case/").content.decode()


def forged(challenge: altcha.Challenge) -> list[str]:
    """Solutions that are none: of another thing, changed, empty, not even base64."""
    other = altcha.Challenge.from_dict(json.loads(work.ask("another")))
    easier = challenge.to_dict() | {}
    easier["parameters"] = easier["parameters"] | {"keyPrefix": ""}
    changed = {"challenge": easier, "solution": {"counter": 1, "derivedKey": "00" * 32}}
    return [
        solved(other), base64.b64encode(json.dumps(changed).encode()).decode(), "", "x", "\x00",
        "e30=", "bnVsbA==", "9" * 5_000,
    ]  # fmt: skip


def test_what_is_no_solution_waits_too(cast: Cast, flooded: None) -> None:
    for number in range(8):
        client = Client()
        challenge, fields = asked(client.post("/report/", form()))
        payload = forged(challenge)[number]
        assert client.post("/report/", fields | {"work": payload}).status_code == 303
    assert Hold.objects.count() == Concern.objects.count() == 8


def test_a_challenge_holds_for_a_while_and_for_one_thing(monkeypatch: pytest.MonkeyPatch) -> None:
    challenge = altcha.Challenge.from_dict(json.loads(work.ask("one")))
    payload = solved(challenge)
    assert work.is_done(payload, "one") and not work.is_done(payload, "two")
    later = time.time() + work.HOLDS + 1
    monkeypatch.setattr(time, "time", lambda: later)
    assert not work.is_done(payload, "one")


def test_a_retry_at_the_worst_moment_is_one_concern_and_one_receipt(
    cast: Cast, flooded: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for with_work in (True, False):
        client, sent = Client(), form()
        challenge, fields = asked(client.post("/report/", sent))
        fields["work"] = solved(challenge) if with_work else ""
        before = Concern.objects.count()
        with monkeypatch.context() as broken:
            # Filed and committed, and the answer never came.
            broken.setattr(tickets, "give_receipt", lost_answer)
            with pytest.raises(ConnectionError):
                client.post("/report/", fields)
        receipts = set()
        for _again in range(3):
            assert client.post("/report/", fields).status_code == 303
            receipts.add(receipt(client))
        # The flood has ended meanwhile, or begins anew: it is the same concern.
        with monkeypatch.context() as over:
            over.setattr(flood, "rising", lambda request: False)
            assert client.post("/report/", sent).status_code == 303
            receipts.add(receipt(client))
        assert len(receipts) == 1 and Concern.objects.count() == before + 1
    assert Hold.objects.count() == 1


def lost_answer(*_args: Any, **_names: Any) -> None:
    raise ConnectionError


# --- the queue -----------------------------------------------------------------------------------


def hold_some(n: int, **changes: str) -> list[Hold]:
    first = Hold.objects.count()
    for number in range(n):
        words = {"words": f"第{number}件，秘密内容。"} | changes
        assert Client().post("/report/", form(**words) | {"work": ""}).status_code == 303
    outbox.drain()
    return list(Hold.objects.order_by("pk"))[first:]


def lost(cast: Cast, client: Client) -> int:
    """How many acknowledged concerns have no case after the desk has let everything through."""
    assert client.post("/desk/held/", {"do": "all"}).status_code == 303
    outbox.drain()
    return Concern.objects.filter(case__isnull=True).count()


def test_the_desk_lets_some_and_all_through_and_nothing_is_lost(cast: Cast, flooded: None) -> None:
    holds = hold_some(6)
    desk = cast.client(cast.dispatcher)
    page = desk.get("/desk/held/").content.decode()
    assert page.count('name="hold"') == 6 and "秘密内容" not in page
    assert (
        desk.post("/desk/held/", {"do": "some", "hold": [holds[0].pk, "x", "9" * 40]}).status_code
        == 303
    )
    outbox.drain()
    assert Case.objects.count() == 1 and Case.objects.get().concern == holds[0].concern
    assert lost(cast, desk) == 0 and Case.objects.count() == 6
    assert lost(cast, desk) == 0 and Case.objects.count() == 6, "twice is once"
    assert "没有待放行的" in desk.get("/desk/held/").content.decode()


def test_the_twin_that_drops_is_caught(
    cast: Cast, flooded: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The known-bad twin: a quarantine whose release forgets to open the cases."""
    hold_some(3)
    monkeypatch.setattr("lianxin.cases.tasks.open_cases", lambda ids, by: [])
    assert lost(cast, cast.client(cast.dispatcher)) == 3


def test_the_queue_is_for_the_desk_whose_it_is(cast: Cast, flooded: None) -> None:
    hold = hold_some(1, area=str(cast.west_area.pk))[0]
    for name, person in cast.staff.items():
        answer = cast.client(person).get("/desk/held/")
        assert answer.status_code == (200 if name in ("clerk", "dispatcher") else 404), name
    from lianxin.access import SYSTEM
    from lianxin.people import actions as people
    from lianxin.people.roles import Role

    people.add_member(user=cast.no_role, unit=cast.east, role=Role.DISPATCHER, by=SYSTEM)
    other = cast.client(cast.no_role)
    assert 'name="hold"' not in other.get("/desk/held/").content.decode()
    other.post("/desk/held/", {"do": "all"})
    other.post("/desk/held/", {"do": "some", "hold": hold.pk})
    hold.refresh_from_db()
    assert hold.released_at is None


def test_limits_run_from_when_it_was_filed(cast: Cast, flooded: None) -> None:
    began = clock.now() - timedelta(days=3)
    with clock.at(began):
        hold_some(1)
    assert lost(cast, cast.client(cast.dispatcher)) == 0
    case = Case.objects.get()
    triage = clocks.running(case.subject)[0]
    assert abs(triage.started_at - began) < timedelta(seconds=5)
    assert case.due_at == triage.due_at and case.due_at < clock.now()


def test_it_cannot_rot(cast: Cast, flooded: None) -> None:
    hold_some(2)
    hold_some(1)
    told = Notice.objects.filter(kind="held")
    assert {row.recipient for row in told} == {cast.clerk, cast.dispatcher}
    assert told.count() == 2 and all(row.urgent for row in told), "once, when it began"
    everybody = [person.pk for person in cast.staff.values()]
    assert set(held_lines(everybody)) == {cast.clerk.pk, cast.dispatcher.pk}
    with clock.at(clock.now() + timedelta(days=2)):
        late = held_lines(everybody)
    assert set(late) == {cast.clerk.pk, cast.dispatcher.pk, cast.supervisor.pk}
    cast.dispatcher.email = "d@example.org"
    cast.dispatcher.save()
    assert notices.send_urgent() == 1 and "秘密" not in mail.outbox[0].body


# --- looking up in a flood -----------------------------------------------------------------------


def wrong(walk: Walk) -> str:
    return walk.code[:8] + str((int(walk.code[8:]) + 1) % 10**12).zfill(12)


def test_many_wrong_codes_cost_work_and_the_right_one_still_opens(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slowing, "LONGEST", 0.0)
    # All within one minute, whatever the clock on the wall says.
    minute = SimpleNamespace(time=lambda: 0.0, monotonic=time.monotonic, sleep=time.sleep)
    monkeypatch.setattr(slowing, "time", minute)
    walk = begin(cast)
    for _ in range(slowing.ALL_FREE + 1):
        answer = Client().post("/track/", {"code": wrong(walk)})
    assert "data-work" not in answer.content.decode()
    client = Client()
    challenge, fields = asked(client.post("/track/", {"code": walk.code}))
    assert "track" not in client.cookies and fields["code"] == walk.code
    payload = solved(challenge)
    for other in ({"code": wrong(walk), "work": payload}, {"code": walk.code, "work": "x"}):
        assert "data-work" in client.post("/track/", other).content.decode()
    assert client.post("/track/", fields | {"work": payload}).status_code == 303
    assert "data-work" in Client().post("/track/", fields | {"work": payload}).content.decode()


def test_without_a_script_one_waits_ten_seconds_instead(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = begin(cast)
    monkeypatch.setattr(slowing, "_asked_until", time.monotonic() + 60)
    client = Client()
    _challenge, fields = asked(client.post("/track/", {"code": walk.code}))
    _challenge, again = asked(client.post("/track/", fields))
    assert again["wait"] == fields["wait"], "the time already waited counts"
    began = time.time()
    monkeypatch.setattr(time, "time", lambda: began + work.WAIT + 1)
    assert client.post("/track/", again).status_code == 303
    assert "data-work" in Client().post("/track/", again).content.decode(), "once"
