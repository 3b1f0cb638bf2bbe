"""A suggestion box: put up, scanned, opened by two, its letters typed in, its slips kept."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lianxin.access import ANONYMOUS, SYSTEM
from lianxin.intake import proofs
from lianxin.intake.actions import NewConcern
from lianxin.intake.channels.box import actions, queries, slips
from lianxin.intake.channels.box.actions import BoxFacts
from lianxin.intake.channels.box.models import Box, Deposit, Opening
from lianxin.intake.models import Concern
from lianxin.intake.queries import by_code
from lianxin.journal import outbox
from lianxin.journal.models import Entry
from lianxin.kernel import clock
from lianxin.notices.sections import lines_for
from tests.cast import Cast
from tests.trust.worlds import SAME

pytestmark = pytest.mark.django_db


@pytest.fixture
def box(cast: Cast) -> Box:
    facts = BoxFacts(
        name="东关市场", area_id=cast.east_area.pk, unit_id=cast.east.pk, place="东门公告栏旁"
    )
    return actions.put_up(facts, by=cast.viewer(cast.secretary))


def opened(cast: Cast, box: Box, letters: int) -> Opening:
    return actions.open_box(
        box,
        first=queries.next_number(box),
        letters=letters,
        second_id=cast.clerk.pk,
        by=cast.viewer(cast.secretary),
    )


def letter(**changes: Any) -> dict[str, Any]:
    said = {
        "key": str(uuid.uuid4()), "words": "市场门口的下水道堵了。", "identity": "anonymous",
        "reply_mode": "online",
    }  # fmt: skip
    return said | changes


def test_a_keeper_puts_a_box_up_changes_it_and_takes_it_down(cast: Cast) -> None:
    client = cast.client(cast.secretary)
    said = {
        "name": " 东关市场 ", "area": cast.east_area.pk, "unit": cast.east.pk, "paper": "on",
        "every_days": "７", "place": "",
    }  # fmt: skip
    made = client.post("/desk/boxes/new/", said)
    box = Box.objects.get()
    assert made["Location"] == f"/desk/boxes/{box.code}/" and box.name == "东关市场"
    assert "东关市场" in client.get("/desk/boxes/").content.decode()
    client.post(f"/desk/boxes/{box.code}/change/", said | {"name": "东关新市场"})
    client.post(f"/desk/boxes/{box.code}/down/")
    box.refresh_from_db()
    assert box.name == "东关新市场" and box.taken_down_at
    told = Entry.objects.filter(subject=box.subject).order_by("seq")
    events = [(entry.event, entry.event_object()) for entry in told]
    assert [name for name, _data in events] == [
        "intake.box_put_up", "intake.box_changed", "intake.box_taken_down",
    ]  # fmt: skip
    assert events[1][1].data()["fields"] == ("name",)
    assert not client.get("/desk/boxes/").context["boxes"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"), ({"name": "名" * 61}, "name"), ({"area": "0"}, "area"),
        ({"area": ""}, "area"), ({"unit": "999999"}, "unit"), ({"every_days": "0"}, "every_days"),
        ({"every_days": "93"}, "every_days"), ({"place": "号" * 201}, "place"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_field(
    cast: Cast, changes: dict[str, str], field: str
) -> None:
    said = {
        "name": "东关市场", "area": str(cast.east_area.pk), "unit": str(cast.east.pk),
        "every_days": "7",
    }  # fmt: skip
    page = cast.client(cast.secretary).post("/desk/boxes/new/", said | changes)
    assert page.status_code == 200 and field in page.context["form"].errors
    assert not Box.objects.exists()


def test_only_those_who_open_it_see_a_box(cast: Cast, box: Box) -> None:
    may = {
        name
        for name, person in cast.staff.items()
        if cast.client(person).get(f"/desk/boxes/{box.code}/").status_code == 200
    }
    # The clerk and the dispatcher sit beside this community, not above it.
    assert may == {"secretary"}


def test_whoever_scans_the_poster_is_at_the_place(cast: Cast, box: Box) -> None:
    resident = Client()
    lead = resident.get(f"/b/{box.code.lower()}/")
    assert lead["Location"] == f"/report/?box={box.code}"
    page = resident.get(lead["Location"]).content.decode()
    assert "东关市场" in page
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert hidden["box"] == box.code and hidden["place"] == "东门公告栏旁"
    assert hidden["area"] == str(cast.east_area.pk)
    said = {**hidden, "at": "3", "do": "next", "words": "下水道堵了。", "identity": "anonymous"}
    assert resident.post("/report/", said).status_code == 303
    concern = Concern.objects.get()
    assert (concern.channel, concern.area_id) == ("suggestion_box", cast.east_area.pk)
    assert concern.deposit.box == box and concern.deposit.number is None
    assert resident.post("/report/", said).status_code == 303
    assert Deposit.objects.count() == 1


def test_a_complaint_that_came_by_a_box_shows_nowhere_to_whom_it_is_about(
    cast: Cast, box: Box
) -> None:
    opened(cast, box, 2)
    client = cast.client(cast.secretary)
    paths = ("/desk/boxes/", f"/desk/boxes/{box.code}/", "/desk/register/suggestion-box/")

    def pages() -> list[bytes]:
        found = [client.get(path).content for path in paths]
        for pattern, word in SAME:
            found = [pattern.sub(word, one) for one in found]
        return found

    before = pages()
    new = NewConcern(key="scanned", words="马兰收了好处费才给办低保。", about_official=True)
    receipt = actions.file_scanned(box, new, by=ANONYMOUS)
    outbox.drain()
    assert client.get(f"/desk/cases/{receipt.concern.number}/").status_code == 404
    assert pages() == before


@pytest.mark.parametrize("code", ["ZZZZZZ", "x", "%00", "１" * 200])
def test_an_old_or_torn_poster_still_leads_to_the_form(cast: Cast, code: str) -> None:
    assert Client().get(f"/b/{code}/")["Location"] == "/report/"
    assert Client().get("/report/", {"box": code}).status_code == 200


def test_a_box_that_was_taken_down_files_as_the_web(cast: Cast, box: Box) -> None:
    actions.take_down(box, by=cast.viewer(cast.secretary))
    said = {
        "at": "3", "do": "next", "key": str(uuid.uuid4()), "words": "下水道堵了。",
        "place": "东门", "identity": "anonymous", "box": box.code,
    }  # fmt: skip
    assert Client().post("/report/", said).status_code == 303
    assert Concern.objects.get().channel == "web" and not Deposit.objects.exists()


def test_two_people_open_a_box_and_its_letters_are_numbered_through(cast: Cast, box: Box) -> None:
    client = cast.client(cast.secretary)
    page = client.post(
        f"/desk/boxes/{box.code}/open/", {"first": "1", "second": "李四", "letters": "２"}
    )
    assert page["Location"] == f"/desk/boxes/{box.code}/"
    for _sent_twice in range(2):
        client.post(
            f"/desk/boxes/{box.code}/open/", {"first": "3", "second": "clerk", "letters": "0"}
        )
    client.post(
        f"/desk/boxes/{box.code}/open/",
        {"first": "3", "second": "clerk", "letters": "3", "note": "有水"},
    )
    ranges = Opening.objects.order_by("pk").values_list("first", "last")
    assert list(ranges) == [(1, 2), (3, 2), (3, 5)]
    told = client.get(f"/desk/boxes/{box.code}/").content.decode()
    assert "李四" in told and "有水" in told
    kept = Entry.objects.filter(event="intake.box_opened").latest("seq").event_object().data()
    assert (kept["first"], kept["last"], kept["second"]) == (3, 5, cast.clerk.pk)


def test_an_opening_sent_twice_is_one_and_never_numbers_a_letter_twice(
    cast: Cast, box: Box
) -> None:
    client, path = cast.client(cast.secretary), f"/desk/boxes/{box.code}/open/"
    shown = client.get(path).context["form"].initial
    said = {**shown, "second": "clerk", "letters": "2"}
    assert client.post(path, said).status_code == client.post(path, said).status_code == 302
    assert Opening.objects.count() == 1
    late = client.post(path, said | {"letters": "4"})
    assert late.context["form"].errors and Opening.objects.count() == 1
    for odd in ("9", "0", "x", ""):
        assert client.post(path, said | {"first": odd}).context["form"].errors
    assert queries.next_number(box) == 3


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"second": "马兰"}, "second"), ({"second": "没有这个人"}, "second"),
        ({"second": ""}, "second"), ({"letters": "-1"}, "letters"), ({"letters": "501"}, "letters"),
        ({"letters": ""}, "letters"), ({"at": "2999-01-01T10:00"}, "at"),
        ({"at": "2020-01-01T10:00"}, "at"), ({"note": "记" * 301}, "note"),
    ],
)  # fmt: skip
def test_an_opening_says_what_is_wrong(
    cast: Cast, box: Box, changes: dict[str, str], field: str
) -> None:
    said = {"first": "1", "second": "clerk", "letters": "2"}
    page = cast.client(cast.secretary).post(f"/desk/boxes/{box.code}/open/", said | changes)
    assert page.status_code == 200 and field in page.context["form"].errors
    assert not Opening.objects.exists()


def test_the_database_wants_two_people_and_each_number_once(cast: Cast, box: Box) -> None:
    now = clock.now()
    row = {"box": box, "at": now, "by": cast.secretary, "second": cast.clerk, "first": 1, "last": 2}
    Opening.objects.create(**row)
    for bad in ({"second": cast.secretary}, {"first": 9, "last": 2}, {}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Opening.objects.create(**(row | bad))


def test_a_letter_is_typed_in_under_its_number(cast: Cast, box: Box) -> None:
    at = opened(cast, box, 2).at
    client = cast.client(cast.secretary)
    form = client.get("/desk/register/suggestion-box/", {"letter": f"{box.code}-2"})
    assert f'<option value="{box.code}-2" selected>' in form.content.decode()
    told = letter(letter=f"{box.code}-2")
    page = client.post("/desk/register/suggestion-box/", told)
    concern = Concern.objects.get()
    assert (concern.deposit.number, concern.received_at) == (2, at)
    assert concern.area_id == cast.east_area.pk
    assert page.context["code"] is None and concern.mac is None
    assert "没有人持有" in page.content.decode()
    assert client.post("/desk/register/suggestion-box/", told).status_code == 200
    again = client.post("/desk/register/suggestion-box/", letter(letter=f"{box.code}-2"))
    assert "letter" in again.context["form"].errors
    waiting = queries.waiting_letters(cast.viewer(cast.secretary))
    assert [row.number for row in waiting] == [1] and Concern.objects.count() == 1
    outbox.drain()
    shown = cast.client(cast.dispatcher).get(f"/desk/cases/{concern.number}/").content.decode()
    assert "东关市场，第 2 封" in shown


def test_whoever_kept_the_slip_reads_the_answer_without_a_name(cast: Cast, box: Box) -> None:
    client = cast.client(cast.secretary)
    page = client.post(f"/desk/boxes/{box.code}/slips/", {"count": "8"})
    shown = re.findall(r"\d{4} \d{4} \d{4} \d{4} \d{4}", page.content.decode())
    printed = page.context["slips"]
    assert [slip.number for slip in printed] == list(range(1, 9)) and len(set(shown)) == 8
    assert "no-store" in page["Cache-Control"] or "no-cache" in page["Cache-Control"]
    resident = Client()
    assert resident.post("/track/", {"code": shown[2]}).status_code != 303
    opened(cast, box, 2)
    typed = f"{box.code.lower()} － ３"
    told = letter(letter=f"{box.code}-1", slip=typed)
    client.post("/desk/register/suggestion-box/", told)
    concern = Concern.objects.get()
    receipt = client.post("/desk/register/suggestion-box/", told).content.decode()
    assert not re.search(r"\d{4} \d{4} \d{4} \d{4} \d{4}", receipt)
    assert by_code(shown[2]) == concern and proofs.proof_for(concern)
    assert resident.post("/track/", {"code": shown[2]}).status_code == 303
    assert client.post("/desk/register/suggestion-box/", told).context.get("concern") == concern
    other = client.post(
        "/desk/register/suggestion-box/",
        letter(letter=f"{box.code}-2", slip=printed[2].label, words="别的事情。"),
    )
    assert "slip" in other.context["form"].errors
    assert (
        client.post(f"/desk/boxes/{box.code}/slips/", {"count": "8"}).context["slips"][0].number
        == 9
    )


@pytest.mark.parametrize("typed", ["K7QX2M", "K7QX2M-0009", "0001", "号码" * 10, "ZZZZZZ-0001"])
def test_a_slip_that_was_never_printed_is_told_at_its_field(
    cast: Cast, box: Box, typed: str
) -> None:
    opened(cast, box, 1)
    page = cast.client(cast.secretary).post(
        "/desk/register/suggestion-box/", letter(letter=f"{box.code}-1", slip=typed)
    )
    assert "slip" in page.context["form"].errors and not Concern.objects.exists()


def test_nobody_can_tell_the_code_of_a_slip_from_its_number() -> None:
    codes = {slips.Slip("K7QX2M", number).code for number in range(1, 200)}
    assert len(codes) == 199
    assert slips.read("k7qx2m—0012") == slips.Slip("K7QX2M", 12)
    assert slips.read("K7QX2M-0") is None


def test_the_poster_leads_to_this_very_box(cast: Cast, box: Box) -> None:
    client = cast.client(cast.secretary)
    for size in ("a4", "a5", "x"):
        page = client.get(f"/desk/boxes/{box.code}/poster/", {"size": size}).content.decode()
        assert "东关市场" in page and f"testserver/b/{box.code}" in page and "<svg" in page


def test_a_box_nobody_opens_is_told_to_those_who_should(cast: Cast, box: Box) -> None:
    ids = [cast.secretary.pk, cast.clerk.pk, cast.handler.pk]
    link = "/desk/boxes/"
    assert not any(line.link == link for lines in lines_for(ids).values() for line in lines)
    with clock.at(clock.now() + timedelta(days=8)):
        told = lines_for(ids)
        assert "1" in str(next(line for line in told[cast.secretary.pk] if line.link == link).text)
        assert set(told) == {cast.secretary.pk}
        page = cast.client(cast.secretary).get("/desk/boxes/")
        assert page.context["boxes"][0].overdue
        opened(cast, box, 0)
        assert not queries.overdue()


def test_the_pages_cost_the_same_however_much_there_is(cast: Cast, box: Box) -> None:
    client = cast.client(cast.secretary)
    opened(cast, box, 3)

    def cost(path: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        return len(seen)

    paths = ("/desk/boxes/", f"/desk/boxes/{box.code}/", "/desk/register/suggestion-box/")
    for path in paths:
        client.get(path)
    before = [cost(path) for path in paths]
    for n in range(4):
        other = actions.put_up(
            BoxFacts(name=f"第{n}处", area_id=cast.west_area.pk, unit_id=cast.east.pk), by=SYSTEM
        )
        opened(cast, other, 5)
        opened(cast, box, 7)
    assert [cost(path) for path in paths] == before


def test_lists_have_pages_and_an_empty_state(cast: Cast, box: Box) -> None:
    client = cast.client(cast.secretary)
    for _ in range(21):
        opened(cast, box, 1)
    first = client.get(f"/desk/boxes/{box.code}/")
    assert len(first.context["openings"]) == 20 and "?page=2" in first.content.decode()
    assert len(client.get(f"/desk/boxes/{box.code}/", {"page": "2"}).context["openings"]) == 1
    for odd in ("0", "-1", "x", "９", "9" * 30):
        assert client.get(f"/desk/boxes/{box.code}/", {"page": odd}).status_code == 200
    for n in range(20):
        facts = BoxFacts(name=f"第{n}处", area_id=cast.west_area.pk, unit_id=cast.east.pk)
        actions.put_up(facts, by=SYSTEM)
    assert len(client.get("/desk/boxes/").context["boxes"]) == 20
    assert len(client.get("/desk/boxes/", {"page": "2"}).context["boxes"]) == 1
    Box.objects.update(taken_down_at=clock.now())
    assert "empty-state" in client.get("/desk/boxes/").content.decode()
