"""What another system sends becomes a concern: once, sealed, with everything that was said."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from lianxin.access import SYSTEM
from lianxin.intake.channels.open311 import actions
from lianxin.intake.models import Attachment, Concern, Open311Request
from lianxin.intake.queries import by_code, held_back
from lianxin.journal import outbox
from lianxin.kernel import clock
from lianxin.vault import queries as vault
from tests.cast import Cast
from tests.intake.channels.open311.georeport import Caller
from tests.intake.paper import picture

FORMATS = ("xml", "json")


def concern() -> Concern:
    """The only one there is."""
    return Concern.objects.get()


def texts(found: Any) -> str:
    """All errors of an answer in one text, in either format."""
    if isinstance(found, list):
        return " ".join(row["description"] for row in found)
    return " ".join(found.itertext())


def test_the_resident_gets_number_and_code_and_the_words_stay_theirs(caller: Caller) -> None:
    found = caller.file(lat="30.123456789", long="110.5")
    row = concern()
    assert found["service_request_id"] == row.number
    assert row.words == "路灯坏了三天。\n\n———\n是哪种情况：不亮"
    assert (row.channel, row.place) == ("open311", "东关大街12号")
    assert (str(row.latitude), str(row.longitude)) == ("30.123457", "110.500000")
    code = found["service_notice"].splitlines()[0].partition("：")[2]
    opened = by_code(code)
    assert opened is not None
    assert opened.pk == row.pk


@pytest.mark.parametrize("form", FORMATS)
def test_both_formats_answer_with_the_number(caller: Caller, form: str) -> None:
    sent = {"service_code": "roads.signs", "lat": "30", "long": "110"}
    found = caller.post(f"requests.{form}", sent)
    number = (
        found.findtext(".//service_request_id") if form == "xml" else found[0]["service_request_id"]
    )
    assert number == concern().number
    # Without a description the category is what was said.
    assert concern().words == "桥梁护栏与标志"
    for token in FORMATS:
        caller.get(f"tokens/{number}.{token}")


def test_who_they_are_is_sealed_and_stands_nowhere_in_the_clear(caller: Caller) -> None:
    secret = {"first_name": "桂兰", "last_name": "王", "phone": "13812345678",
              "email": "wang@example.org", "device_id": "A1-DEVICE", "account_id": "ACCOUNT-9",
              "deviceid": "A2-DEVICE"}  # fmt: skip
    caller.file(**secret)
    row = concern()
    assert row.identity == "confidential"
    assert vault.fields(row.uuid) == ["email", "name", "phone"]
    # Every table of the product, as it lies there: neither a name nor what tells a device.
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            lying = repr(cursor.fetchall())
            for part in (*secret.values(), "王桂兰"):
                assert part == "王" or part not in lying, (table, part)


def test_a_name_is_put_together_as_its_language_does() -> None:
    from django.http import QueryDict

    from lianxin.pages.open311.sent import _contact

    def name(text: str) -> str:
        return _contact(QueryDict(text), [])["name"]

    assert name("first_name=Ada&last_name=King") == "Ada King"
    assert name("first_name=桂兰&last_name=王") == "王桂兰"
    assert name("first_name=Ada") == "Ada"


def test_who_leaves_nothing_is_anonymous(caller: Caller) -> None:
    caller.file(email="", phone=" ")
    assert concern().identity == "anonymous"


def test_every_answer_reaches_staff_and_the_category_is_what_they_are_offered(
    caller: Caller, town: Cast
) -> None:
    caller.file(
        **{"attribute[fault]": "flicker", "attribute[pole]": "DG-017", "attribute[lamps]": "3",
           "attribute[report_url]": "https://fix.example/9", "media_url": "https://x.example/p.jpg"},
        service_code="roads.lights", description="停水三天，水压小，水发黄。",
    )  # fmt: skip
    outbox.drain()
    words = concern().words
    assert "是哪种情况：一闪一闪\n灯杆编号：DG-017\n有几盏：3" in words
    assert "report_url：https://fix.example/9" in words
    page = town.client(town.dispatcher).get(f"/desk/cases/{concern().number}/")
    text = page.content.decode()
    assert "DG-017" in text
    assert "随手拍" in text
    sort = town.client(town.dispatcher).get(f"/desk/cases/{concern().number}/do/sort/")
    offered = sort.content.decode().split('data-pick="')[1:]
    assert offered[0].startswith("roads.lights")
    # Beside it what the words hint at: staff decide.
    assert any(one.startswith("utilities.water") for one in offered[1:])


def test_several_answers_of_a_list(caller: Caller) -> None:
    caller.file(
        service_code="roads.manholes", **{"attribute[fault][]": ["missing", "sunk"]},
        **{"attribute[fault]": None},
    )  # fmt: skip
    assert "是哪种情况：没有盖、高低不平" in concern().words


def test_no_picture_elsewhere_is_ever_opened(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    def never(*_args: object, **_named: object) -> None:
        raise AssertionError("the server looked it up")

    monkeypatch.setattr(socket, "getaddrinfo", never)
    monkeypatch.setattr(socket.socket, "connect", never)
    for url in ("http://169.254.169.254/latest/meta-data/", "http://127.0.0.1:5432/"):
        caller.file(media_url=url, description=url)
    assert Attachment.objects.count() == 0
    for row in Concern.objects.all():
        assert row.words.count("http://") == 2
    for url in ("file:///etc/passwd", "javascript:alert(1)", "gopher://x/", "x"):
        caller.file(400, media_url=url)


def test_files_come_with_it_by_the_rules_of_the_form(caller: Caller) -> None:
    good = SimpleUploadedFile("灯.jpg", picture().getvalue(), "image/jpeg")
    bad = SimpleUploadedFile("run.exe", b"MZ" + b"\0" * 50, "application/octet-stream")
    found = caller.file(photo1=good, media=bad)
    kept = Attachment.objects.get()
    assert kept.concern_id == concern().pk
    assert "run.exe" in found["service_notice"]
    assert "灯.jpg" not in found["service_notice"]


@pytest.mark.parametrize("named", [True, False])
def test_the_same_again_is_the_same_concern(caller: Caller, named: bool) -> None:
    headers = {"Idempotency-Key": "7"} if named else {}
    sent = {"service_code": "roads.signs", "lat": "30", "long": "110", "description": "护栏断了。"}
    shot = picture().getvalue()

    def send(**changes: Any) -> Any:
        file = SimpleUploadedFile("a.jpg", shot, "image/jpeg")
        return caller.post("requests.json", {**sent, "media": file, **changes}, headers=headers)

    first, again = send(), send()
    assert first == again
    assert (Concern.objects.count(), Attachment.objects.count()) == (1, 1)
    if named:
        fault = caller.post(
            "requests.json", {**sent, "description": "另一件事。"}, 400, headers=headers
        )
        assert "Idempotency-Key" in texts(fault)
    else:
        send(description="另一件事。")
    assert Concern.objects.count() == 2 - named
    other = Caller(actions.make_key("另一个", by=SYSTEM)[1])
    assert other.post("requests.json", sent, headers=headers) != first


def test_after_some_minutes_the_same_words_are_another_matter(caller: Caller) -> None:
    first = caller.file()
    with clock.at(clock.now() + actions.SAME_FOR / 2):
        assert caller.file()["service_request_id"] == first["service_request_id"]
    with clock.at(clock.now() + actions.SAME_FOR * 2):
        assert caller.file()["service_request_id"] != first["service_request_id"]


@pytest.mark.django_db(transaction=True)
def test_the_same_sent_twice_at_once_is_filed_once(caller: Caller) -> None:
    numbers: list[str] = []

    def send() -> None:
        try:
            answer = Client().post(
                "/open311/v2/requests.json",
                {"api_key": caller.key, "service_code": "roads.signs", "address_string": "东关",
                 "description": "护栏断了。"},
            )  # fmt: skip
            numbers.append(answer.json()[0]["service_request_id"])
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(numbers) == 4
    assert set(numbers) == {concern().number}
    assert Open311Request.objects.count() == 1


@pytest.mark.parametrize("most", [actions.A_MINUTE, 0])
def test_filing_costs_few_statements_held_back_or_not(
    caller: Caller, most: int, monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    monkeypatch.setattr(actions, "A_MINUTE", most)
    caller.file(description="第一盏。")
    # A savepoint's two among them; what travels together on PostgreSQL goes one by one on SQLite:
    # the head of the chain, what is owed, the request, and that it is held back.
    apart = 3 + (not most) if connection.vendor == "sqlite" else 0
    for headers in ({}, {"Idempotency-Key": "7"}):
        sent = {"service_code": "roads.signs", "address_string": "东关", "description": "断了。"}
        with django_assert_num_queries(6 + apart):
            caller.post("requests.json", sent, headers=headers)
    assert held_back().count() == (0 if most else 3)


@pytest.mark.parametrize("form", FORMATS)
def test_without_a_key_nothing_is_filed(caller: Caller, form: str) -> None:
    sent = {"service_code": "roads.signs", "lat": "30", "long": "110"}
    revoked, key = actions.make_key("停用的", by=SYSTEM)
    actions.revoke_key(revoked, by=SYSTEM)
    for bad in ("", "wrong", key, caller.key.lower(), "\x00"):
        Caller(bad).post(f"requests.{form}", sent, 403)
    assert not Concern.objects.exists()


def test_a_key_in_the_address_is_no_key(caller: Caller) -> None:
    """Addresses are written into the logs of every proxy on the way."""
    path = f"/open311/v2/requests.json?api_key={caller.key}"
    answer = Client().post(path, {"service_code": "roads.signs", "lat": "3", "long": "3"})
    assert answer.status_code == 403


def test_what_one_system_sends_too_fast_waits_for_a_person(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "A_MINUTE", 2)
    found = [caller.file(description=f"第{n}盏灯。") for n in range(4)]
    assert all(one["service_request_id"] for one in found)
    assert held_back().count() == 2
    other = Caller(actions.make_key("另一个", by=SYSTEM)[1])
    other.file()
    assert held_back().count() == 2


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("status", "changes", "said"),
    [
        (400, {"service_code": ""}, "service_code"),
        (404, {"service_code": "roads.moon"}, "service_code"),
        (404, {"service_code": "welfare.allowance"}, "service_code"),
        (404, {"jurisdiction_id": "sfgov.org"}, "jurisdiction_id"),
        (400, {"address_string": ""}, "address_string"),
        (400, {"lat": "30"}, "lat"),
        (400, {"lat": "91", "long": "1"}, "lat"),
        (400, {"lat": "NaN", "long": "Infinity"}, "lat"),
        (400, {"lat": "1e400", "long": "1"}, "lat"),
        (400, {"lat": "三十", "long": "一百一"}, "lat"),
        (400, {"description": "长" * 4_001}, "description"),
        (400, {"email": "no address"}, "email"),
        (400, {"phone": "1" * 41}, "phone"),
        (400, {"attribute[fault]": ""}, "attribute[fault]"),
        (400, {"attribute[fault]": "melted"}, "attribute[fault]"),
        (400, {"attribute[fault]": ["out", "day"]}, "attribute[fault]"),
        (400, {"attribute[lamps]": "many"}, "attribute[lamps]"),
        (400, {"attribute[pole]": "9" * 2_001}, "attribute[pole]"),
        (400, {f"attribute[x{n}]": "长" * 3_000 for n in range(4)}, "attribute"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_filed(
    caller: Caller, form: str, status: int, changes: dict[str, Any], said: str
) -> None:
    sent = {"service_code": "roads.lights", "address_string": "东关", "attribute[fault]": "out"}
    assert said in texts(caller.post(f"requests.{form}", sent | changes, status))
    assert not Concern.objects.exists()


def test_all_that_is_wrong_is_told_at_once(caller: Caller) -> None:
    found = caller.file(400, address_string=None, email="x", **{"attribute[fault]": None})
    assert len(found) == 3


def test_a_date_that_is_asked_for_is_a_date(caller: Caller) -> None:
    water = {"service_code": "utilities.water", "attribute[fault]": "leak"}
    caller.file(400, **water, **{"attribute[since]": "yesterday"})
    caller.file(**water, **{"attribute[since]": "2026-01-31T08:15:30+08:00"})


def test_an_address_id_is_an_area_when_it_is_the_code_of_one(caller: Caller, town: Cast) -> None:
    caller.file(address_id=town.east_area.code, address_string=None)
    assert concern().area_id == town.east_area.pk


def test_an_address_id_that_nobody_here_knows_stands_with_the_place(caller: Caller) -> None:
    caller.file(address_id="PARCEL-9", address_string="东关大街")
    assert concern().place == "东关大街 · PARCEL-9"


def test_what_fixmystreet_sends_of_its_own_is_taken(caller: Caller) -> None:
    caller.file(
        address_id="#NOTPINPOINTED#", lat="30", long="110", deviceid="D",
        **{"attribute[title]": "灯", "attribute[fixmystreet_id]": "77"},
    )  # fmt: skip
    assert concern().area_id is None
    assert concern().place == "东关大街12号"


def test_a_long_address_is_kept_whole(caller: Caller) -> None:
    caller.file(address_string="东" * 250)
    assert concern().place == "东" * 200
    assert "东" * 250 in concern().words


def test_the_keys_hash_is_all_that_is_kept_of_it(caller: Caller) -> None:
    caller.file()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            assert caller.key not in repr(cursor.fetchall()), table
