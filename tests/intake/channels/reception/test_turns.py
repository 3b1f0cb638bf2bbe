"""A turn: booked without an account, given to whoever comes, ended once, rated by its visitor."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from lianxin.access import ANONYMOUS
from lianxin.cases.models import Case
from lianxin.intake.channels.reception import actions, codes, queries
from lianxin.intake.channels.reception.models import Outcome
from lianxin.intake.models import Concern, ReceptionDay, Turn
from lianxin.journal import outbox
from lianxin.journal.models import Entry
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.vault import queries as vault
from tests.cast import Cast
from tests.intake.channels.reception.days import begun, booked, published
from tests.vault.bridge import Bridge
from tests.vault.conftest import bridge as bridge

pytestmark = pytest.mark.django_db


def test_a_turn_is_booked_without_an_account_and_once(cast: Cast) -> None:
    day, client = published(cast), Client()
    form = client.get(f"/reception/{day.code}/")
    told = {"key": form.context["form"]["key"].value()}
    page = client.post(f"/reception/{day.code}/", told)
    again = client.post(f"/reception/{day.code}/", told)
    turn = Turn.objects.get()
    code = codes.code_of(turn.uuid)
    assert page.context["code"] == again.context["code"] == f"{code[:4]} {code[4:8]} {code[8:]}"
    assert turn.number == 1 and code not in str(Turn.objects.values())
    assert "no-store" in page["Cache-Control"] or "no-cache" in page["Cache-Control"]
    assert vault.fields(turn.uuid) == []


def test_no_more_are_booked_than_there_are_places(cast: Cast) -> None:
    day = published(cast, places=2)
    first = booked(day)
    booked(day)
    with pytest.raises(Problem):
        booked(day)
    assert "已约满" in Client().get("/reception/").content.decode()
    actions.end(first, Outcome.CANCELLED, by=ANONYMOUS)
    # A place that was given back is free again; its number is not given twice.
    assert booked(day).number == 3


def test_whoever_comes_unannounced_is_heard_after_them(cast: Cast) -> None:
    day = published(cast, places=1)
    booked(day)
    begun(day)
    page = cast.client(cast.clerk).post(f"/desk/reception/{day.code}/turn/", follow=True)
    turn = Turn.objects.get(number=2)
    assert turn.key is None and page.context["code"].replace(" ", "") == codes.code_of(turn.uuid)
    with pytest.raises(Problem):
        booked(day)


def test_the_code_opens_the_turn_and_gives_it_back(cast: Cast) -> None:
    day = published(cast)
    booked(day)
    turn = booked(day)
    code = codes.code_of(turn.uuid)
    wide = {48 + n: 0xFF10 + n for n in range(10)}
    spaced = "　".join((code[:4], code[4:8], code[8:])).translate(wide)
    page = Client().post("/turn/", {"code": spaced})
    assert page.context["before"] == 1 and day.leader in page.content.decode()
    Client().post("/turn/", {"code": code, "act": "cancel"})
    turn.refresh_from_db()
    assert turn.outcome == Outcome.CANCELLED
    Client().post("/turn/", {"code": code, "act": "cancel"})
    assert Entry.objects.filter(subject=turn.subject, event="intake.turn_ended").count() == 1


@pytest.mark.parametrize("code", ["", "1", "1" * 12, "x" * 12, "１" * 40, "\x00", "²" * 12])
def test_a_code_that_is_none_opens_nothing(code: str) -> None:
    page = Client().post("/turn/", {"code": code, "act": "cancel"})
    assert page.status_code == 200 and page.context["form"].errors


def test_what_is_said_is_filed_from_the_turn_and_the_answer_stands_on_the_case(cast: Cast) -> None:
    day = published(cast)
    turn = booked(day)
    begun(day)
    client = cast.client(cast.clerk)
    form = {
        "key": "k", "turn": str(turn.uuid), "words": "村口的桥塌了半边。", "identity": "named",
        "name": "王桂兰", "phone": "13912345678", "reply_mode": "phone",
        "answered": "下周派人来看",
    }  # fmt: skip
    assert str(turn.uuid) in client.get("/desk/register/reception/").content.decode()
    code = client.post("/desk/register/reception/", form).context["code"]
    assert client.post("/desk/register/reception/", form).context["code"] == code
    turn.refresh_from_db()
    concern = Concern.objects.get()
    assert (turn.concern, turn.outcome, concern.channel) == (concern, Outcome.MET, "reception")
    outbox.drain()
    page = client.get(f"/desk/cases/{concern.number}/").content.decode()
    assert "欧阳建国" in page and "下周派人来看" in page and Case.objects.exists()
    other = client.post("/desk/register/reception/", form | {"key": "l", "words": "另一件事。"})
    assert other.context["form"].errors and Concern.objects.count() == 1


def test_who_stays_unknown_leaves_nothing_of_the_booking(cast: Cast, bridge: type[Bridge]) -> None:
    day = published(cast)
    known, unknown = (booked(day, way="sms", contact={"phone": f"1391234567{n}"}) for n in (1, 2))
    begun(day)
    for turn, identity in ((known, "confidential"), (unknown, "anonymous")):
        cast.client(cast.clerk).post(
            "/desk/register/reception/",
            {"key": identity, "turn": str(turn.uuid), "words": "桥塌了。", "identity": identity,
             "reply_mode": "online"},
        )  # fmt: skip
    known.refresh_from_db()
    unknown.refresh_from_db()
    assert known.concern and known.concern.uuid == known.uuid
    assert vault.fields(known.uuid) == ["phone"] and vault.fields(unknown.uuid) == []
    assert unknown.concern and unknown.concern.uuid != unknown.uuid


def test_a_visitor_says_once_how_they_were_received(cast: Cast) -> None:
    day = published(cast, places=5)
    turns = [booked(day) for _n in range(4)]
    begun(day)
    desk = cast.client(cast.clerk)
    rated = {"act": "rate", "attitude": "3"}
    early = Client().post("/turn/", rated | {"code": codes.code_of(turns[0].uuid)})
    assert early.status_code == 200 and not Turn.objects.filter(attitude=3).exists()
    for turn, attitude in zip(turns, "331", strict=False):
        desk.post(f"/desk/reception/{day.code}/{turn.number}/met/")
        code = codes.code_of(turn.uuid)
        for odd in ("", "4", "0", "x"):
            Client().post("/turn/", {"act": "rate", "code": code, "attitude": odd})
        assert queries.ratings(day) is None
        Client().post("/turn/", {"act": "rate", "code": code, "attitude": attitude})
        Client().post("/turn/", {"act": "rate", "code": code, "attitude": "2"})
        # While it lasts the next mean would tell the next one.
        assert "接待评价" not in desk.get(f"/desk/reception/{day.code}/").content.decode()
    ReceptionDay.objects.filter(pk=day.pk).update(ends_at=clock.now())
    day.refresh_from_db()
    assert "接待评价" in desk.get(f"/desk/reception/{day.code}/").content.decode()
    found = queries.ratings(day)
    assert found and (found[0], round(found[1], 2)) == (3, 2.33)


@pytest.mark.django_db(transaction=True)
def test_whoever_wished_it_is_told_when_the_day_changes(
    cast: Cast, bridge: type[Bridge], settings: Settings
) -> None:
    settings.SITE_URL = "https://lianxin.example"
    day = published(cast, places=3)
    booked(day)
    told = booked(day, way="sms", contact={"phone": "13912345678"})
    gone = booked(day, way="sms", contact={"phone": "13912345679"})
    actions.end(gone, Outcome.CANCELLED, by=ANONYMOUS)
    assert vault.fields(gone.uuid) == [] and actions.tell_changes() == 0
    actions.cancel(day, why="领导外出", by=cast.viewer(cast.dispatcher))
    tomorrow = clock.now().astimezone(clock.SHANGHAI) + timedelta(days=1)
    with clock.at(tomorrow.replace(hour=3)):
        assert actions.tell_changes() == 0  # nobody is woken
    with clock.at(tomorrow.replace(hour=10)):
        assert actions.tell_changes() == 1 and actions.tell_changes() == 0
    ((_headers, body),) = bridge.got
    text = body.decode()
    assert "13912345678" in text and "https://lianxin.example/turn/" in text
    assert not any(word in text for word in ("领导外出", "欧阳", "查询码"))
    told.refresh_from_db()
    assert told.told_at


def test_an_address_of_a_booking_that_led_to_nothing_is_erased(
    cast: Cast, bridge: type[Bridge]
) -> None:
    day = published(cast)
    turn = booked(day, way="sms", contact={"phone": "13912345678"})
    assert actions.forget_turns() == 0
    with clock.at(day.ends_at + queries.STILL_OPEN + timedelta(minutes=1)):
        assert actions.forget_turns() == 1 and actions.forget_turns() == 0
    assert vault.fields(turn.uuid) == []


def test_whoever_books_after_a_change_is_told_of_none(cast: Cast, bridge: type[Bridge]) -> None:
    day = published(cast)
    ReceptionDay.objects.filter(pk=day.pk).update(moved_at=clock.now())
    day.refresh_from_db()
    booked(day, way="sms", contact={"phone": "13912345678"})
    assert queries.to_tell() == []


def test_the_desk_sees_no_code_of_whoever_booked(cast: Cast) -> None:
    day = published(cast)
    booked(day)
    begun(day)
    client = cast.client(cast.clerk)
    assert client.get(f"/desk/reception/{day.code}/1/").status_code == 404
    client.post(f"/desk/reception/{day.code}/turn/")
    assert client.get(f"/desk/reception/{day.code}/2/").status_code == 200
    client.post(f"/desk/reception/{day.code}/2/met/")
    # Who is judged does not hold the code by which the visitor judges.
    assert client.get(f"/desk/reception/{day.code}/2/").status_code == 404


def test_a_form_of_another_day_books_nothing(cast: Cast) -> None:
    first, second = published(cast), published(cast, days=4)
    booked(first, key="k")
    with pytest.raises(Problem):
        booked(second, key="k")


@pytest.fixture
def noon() -> Iterator[None]:
    """Far from midnight, at which a day that has begun an hour ago is yesterday's."""
    with clock.at(clock.now().astimezone(clock.SHANGHAI).replace(hour=12) + timedelta(days=1)):
        yield


@pytest.mark.parametrize("said", ["met", "absent"])
def test_what_was_said_of_a_turn_is_taken_back_that_day(cast: Cast, noon: None, said: str) -> None:
    day = published(cast)
    turn = booked(day)
    begun(day)
    client, base = cast.client(cast.clerk), f"/desk/reception/{day.code}/"
    client.post(f"{base}1/{said}/")
    assert f"{base}1/back/" in client.get(base).content.decode()
    client.post(f"{base}1/back/")
    turn.refresh_from_db()
    assert (turn.outcome, turn.ended_at) == ("", None)
    client.post(f"{base}1/met/")
    actions.rate(turn, 3, by=ANONYMOUS)
    assert f"{base}1/back/" not in client.get(base).content.decode()
    client.post(f"{base}1/back/")
    turn.refresh_from_db()
    assert (turn.outcome, turn.attitude) == ("met", 3)


def test_after_its_day_nothing_said_of_a_turn_is_taken_back(cast: Cast) -> None:
    day = published(cast)
    turn = booked(day)
    begun(day)
    actions.end(turn, Outcome.ABSENT, by=cast.viewer(cast.clerk))
    with clock.at(timedelta(days=9)), pytest.raises(Problem):
        actions.put_back(turn, by=cast.viewer(cast.clerk))


def test_a_day_of_others_has_no_turns_for_one(cast: Cast) -> None:
    day = published(cast)
    turn = booked(day)
    begun(day)
    for person in (cast.secretary, cast.handler, cast.supervisor):
        client = cast.client(person)
        base = f"/desk/reception/{day.code}/"
        for path in (f"{base}turn/", f"{base}1/met/", f"{base}1/absent/", f"{base}1/back/"):
            assert client.post(path).status_code == 404
        assert client.get(f"{base}1/").status_code == client.get(base).status_code == 404
    said = {"key": "k", "turn": str(turn.uuid), "words": "桥塌了。", "identity": "anonymous",
            "reply_mode": "online"}  # fmt: skip
    page = cast.client(cast.secretary).post("/desk/register/reception/", said)
    assert "turn" in page.context["form"].errors and not Concern.objects.exists()


def test_the_page_of_a_day_asks_the_same_for_many_turns(cast: Cast) -> None:
    day, client = published(cast, places=50), cast.client(cast.clerk)
    booked(day)
    client.get(f"/desk/reception/{day.code}/")
    with CaptureQueriesContext(connection) as one:
        client.get(f"/desk/reception/{day.code}/")
    for _n in range(20):
        booked(day)
    with CaptureQueriesContext(connection) as many:
        client.get(f"/desk/reception/{day.code}/")
    assert len(one) == len(many)


def test_one_network_does_not_take_all_turns(cast: Cast) -> None:
    day = published(cast, places=50)
    for _n in range(12):
        away = Client(REMOTE_ADDR="114.114.114.114")
        away.post(f"/reception/{day.code}/", {"key": str(uuid.uuid4())})
    assert 1 <= Turn.objects.count() <= 7
    # A provider's shared exit is thousands of phones.
    for _n in range(12):
        Client(REMOTE_ADDR="100.64.0.9").post(f"/reception/{day.code}/", {"key": str(uuid.uuid4())})
    assert Turn.objects.count() >= 13


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=st.lists(st.sampled_from(["book", "give", "cancel", "met", "absent"]), max_size=12))
def test_numbers_are_never_given_twice_and_places_never_oversold(
    cast: Cast, acts: list[str]
) -> None:
    day = published(cast, places=3)
    rows = Turn.objects.filter(day=day)
    for act in acts:
        open_turn = rows.filter(outcome="").order_by("number").first()
        try:
            if act == "book":
                booked(day)
            elif act == "give":
                actions.give(day, by=cast.viewer(cast.clerk))
            elif open_turn:
                open_turn.day = day
                actions.end(open_turn, getattr(Outcome, act.replace("cancel", "cancelled").upper()),
                            by=cast.viewer(cast.clerk))  # fmt: skip
        except Problem:
            pass
    held = rows.exclude(outcome=Outcome.CANCELLED)
    assert held.filter(key__isnull=False).count() <= 3
    assert [*rows.order_by("number").values_list("number", flat=True)] == [
        *range(1, rows.count() + 1)
    ]


def test_a_turn_is_not_booked_once_it_has_begun(cast: Cast) -> None:
    day = published(cast)
    begun(day)
    with pytest.raises(Problem):
        booked(day)
    with clock.at(day.ends_at + timedelta(days=3)), pytest.raises(Problem):
        actions.give(day, by=cast.viewer(cast.clerk))
