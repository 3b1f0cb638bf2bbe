"""A helper looks along for a quarter of an hour, by a number that was read out."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db.models import QuerySet
from django.test import Client

from lianxin.cases import actions as cases
from lianxin.intake import actions, queries
from lianxin.intake.models import Addition, Helper
from lianxin.journal.models import Entry
from lianxin.kernel import clock
from lianxin.people.models import Membership
from tests.cast import Cast
from tests.walk import Walk, begin, load_sorting

pytestmark = pytest.mark.django_db
NUMBER = re.compile(r"\b(\d{4}) (\d{4}) (\d{4})\b(?! \d)")


@pytest.fixture
def walk(cast: Cast) -> Walk:
    call_command("createcachetable")
    cache.clear()
    load_sorting()
    found = begin(cast)
    found.until("handling")
    return found


def person(walk: Walk) -> Client:
    client = Client()
    assert client.post("/track/", {"code": walk.code}).status_code == 303
    return client


def invite(client: Client, may_write: str = "no") -> str:
    assert client.post("/track/case/together/", {"may_write": may_write}).status_code == 303
    found = NUMBER.search(client.get("/track/case/").content.decode())
    assert found
    return "".join(found.groups())


def come(number: str, client: Client | None = None) -> Client:
    client = client or Client()
    client.post("/track/together/", {"number": number})
    return client


def sees(client: Client) -> bool:
    return client.get("/track/case/").status_code == 200


def test_a_helper_reads_along_and_the_story_says_so(walk: Walk) -> None:
    mine = person(walk)
    helper = come(invite(mine))
    page = helper.get("/track/case/").content.decode()
    assert walk.case.concern.words in page and "您只能看，不能写" in page
    assert "deed-list" in page and "/track/case/write/" not in page
    assert "和帮忙的人一起看过" in mine.get("/track/case/").content.decode()
    entries = Entry.objects.filter(event="intake.opened_together")
    assert entries.get().subject == f"concern:{walk.case.concern_id}"


FOR_THE_PERSON = (
    "rate", "withdraw", "object", "reopen", "review", "together", "alone", "noted", "promise",
    "correct-contact", "erase-contact",
)  # fmt: skip


def test_what_only_the_person_may_do_is_not_there(walk: Walk) -> None:
    data = {"text": "x", "solved": "yes", "may_write": "yes"}
    for may_write in ("no", "yes"):
        helper = come(invite(person(walk), may_write))
        for deed in FOR_THE_PERSON:
            assert helper.get(f"/track/case/{deed}/").status_code == 404
            assert helper.post(f"/track/case/{deed}/", data).status_code == 404


def test_who_may_write_for_somebody_is_known_as_a_helper(walk: Walk) -> None:
    mine = person(walk)
    reader = come(invite(mine))
    assert reader.post("/track/case/write/", {"text": "您好"}).status_code == 404
    assert reader.post("/track/case/add/", {"words": "您好"}).status_code == 404
    helper = come(invite(mine, "yes"))
    assert helper.post("/track/case/write/", {"text": "老人说灯还是灭的。"}).status_code == 303
    assert helper.post("/track/case/add/", {"words": "门牌是七号。"}).status_code == 303
    assert walk.case.messages.get().helped and Addition.objects.get().by_resident
    assert "由帮忙的人代写" in mine.get("/track/case/").content.decode()
    told = Entry.objects.get(event="intake.words_added").event_object()
    assert told.helped  # type: ignore[attr-defined]


def test_a_number_opens_once_and_a_new_one_ends_it_and_so_does_the_person(walk: Walk) -> None:
    mine = person(walk)
    number = invite(mine)
    first = come(number)
    assert sees(first) and not sees(come(number))
    second = come(invite(mine))
    assert not sees(first) and sees(second)
    mine.post("/track/case/alone/")
    assert not sees(second) and sees(mine)


def outlives_its_time(walk: Walk) -> bool:
    """Whether somebody gets in, or stays in, after the quarter of an hour."""
    mine = person(walk)
    inside = come(invite(mine))
    assert sees(inside)
    later = clock.now() + timedelta(minutes=16)
    with clock.at(later):
        stays = sees(inside)
    waiting = invite(person(walk))
    with clock.at(clock.now() + timedelta(minutes=16)):
        return stays or sees(come(waiting))


def test_after_a_quarter_of_an_hour_it_is_over(walk: Walk) -> None:
    assert not outlives_its_time(walk)


def test_the_twin_that_forgets_the_time_is_caught(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The known-bad twin: a helper's number that outlives its time."""

    def ageless() -> QuerySet[Helper]:
        return Helper.objects.filter(ended_at__isnull=True)

    monkeypatch.setattr(queries, "live_helpers", ageless)
    assert outlives_its_time(walk)


def test_a_number_is_kept_as_a_keyed_hash_and_a_wrong_one_is_slowed(walk: Walk) -> None:
    number = invite(person(walk))
    row = Helper.objects.get()
    assert row.mac and number not in row.mac and len(row.mac) == 64
    pages = set()
    for wrong in ("0" * 12, str(int(number) ^ 1).zfill(12)):
        answer = Client().post("/track/together/", {"number": wrong})
        assert answer.status_code == 200
        pages.add(answer.content.decode().replace(wrong, ""))
    assert len({re.sub(r'value="[^"]*"', "", page) for page in pages}) == 1
    for odd in ("", "12", "x" * 500, "\x00", "1" * 13, "Ⅻ" * 12):
        assert Client().post("/track/together/", {"number": odd}).status_code == 200


# --- at the desk ---------------------------------------------------------------------------------


def both_ways(walk: Walk) -> list[Callable[[Client], Client]]:
    """By the number that was read out, and by the code typed at the desk."""

    def by_code(client: Client) -> Client:
        client.post("/track/", {"code": walk.code})
        return client

    return [lambda client: come(invite(person(walk)), client), by_code]


def test_staff_open_it_together_where_it_is_in_their_sight(walk: Walk, cast: Cast) -> None:
    for number, way in enumerate(both_ways(walk), 1):
        client = way(cast.client(cast.clerk))
        assert sees(client)
        assert client.get("/track/case/rate/").status_code == 404, "staff never judge"
        entry = Entry.objects.filter(event="intake.opened_together").order_by("-seq")[0]
        assert entry.actor == f"user:{cast.clerk.pk}"
        assert Entry.objects.filter(event="intake.opened_together").count() == number
    page = person(walk).get("/track/case/").content.decode()
    assert "在窗口一起看过：信访局" in page and cast.clerk.name not in page


def test_nobody_gets_further_than_their_own_sight(walk: Walk, cast: Cast) -> None:
    for member in (cast.handler_of_other_unit, cast.no_role, cast.sys_admin):
        for way in both_ways(walk):
            assert not sees(way(cast.client(member)))
    assert not Entry.objects.filter(event="intake.opened_together").exists()


def test_the_unit_it_is_about_learns_nothing(cast: Cast) -> None:
    call_command("createcachetable")
    load_sorting()
    walk = begin(cast)
    walk.sort(about_unit_id=cast.housing.pk)
    for path, field, typed in (
        ("/track/", "code", walk.code),
        ("/track/together/", "number", invite(person(walk))),
    ):
        answers = [
            cast.client(cast.leader).post(path, {field: value}).content.decode().replace(value, "")
            for value in (typed, "0" * len(typed))
        ]
        same = {re.sub(r'(value|nonce|content)="[^"]*"', "", answer) for answer in answers}
        assert len(same) == 1, "a code that exists reads like one that does not"


def test_what_staff_opened_ends_with_their_role(walk: Walk, cast: Cast) -> None:
    client = come(invite(person(walk)), cast.client(cast.clerk))
    assert sees(client)
    Membership.objects.filter(user=cast.clerk).delete()
    assert not sees(client)


def test_the_photo_of_a_concern_is_open_to_a_helper_while_they_look(walk: Walk) -> None:
    from tests.intake.paper import copy

    kept = actions.store_file(copy())
    actions.add_words(walk.case.concern, words="照片", attachments=(kept.uuid,), by=walk.resident)
    mine = person(walk)
    helper = come(invite(mine))
    assert helper.get(f"/file/{kept.uuid}/").status_code == 200
    mine.post("/track/case/alone/")
    assert helper.get(f"/file/{kept.uuid}/").status_code == 404


def test_so_often_a_day_and_no_more(walk: Walk) -> None:
    mine = person(walk)
    for _ in range(20):
        invite(mine)
    answer = mine.post("/track/case/together/", {"may_write": "no"})
    assert answer.status_code == 200 and answer.context["form"].non_field_errors()
    assert cases.write_message(walk.case, words="还能写", by=walk.resident)
