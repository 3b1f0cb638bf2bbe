"""Whatever is posted, the answer is a page with words, and nothing is half-written."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lianxin.intake.models import Attachment, Concern
from lianxin.vault.models import Entry
from tests.intake.paper import NAMED, last_screen, picture

pytestmark = pytest.mark.django_db

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"words": ""}, "words"),
    ({"words": "\x00\x01\x02"}, "words"),
    ({"words": "\u200b\u3000 "}, "words"),
    ({"words": "长" * 10_001}, "words"),
    ({"place": "", "wish": "望" * 2_001, "nowhere": "on"}, "wish"),
    ({"place": "路" * 201}, "place"),
    ({"place": ""}, "place"),
    ({"area": "-1"}, "area"),
    ({"area": "9" * 40}, "area"),
    ({"area": "1 OR 1=1"}, "area"),
    ({"latitude": "1e400", "longitude": "1"}, "latitude"),
    ({"latitude": "NaN", "longitude": "1"}, "latitude"),
    ({"latitude": "-Infinity", "longitude": "1"}, "latitude"),
    ({"latitude": "91", "longitude": "0"}, "latitude"),
    ({"latitude": "23"}, "latitude"),
    ({"latitude": "23", "longitude": "-180.5"}, "longitude"),
    ({"happened_on": "2999-01-01"}, "happened_on"),
    ({"happened_on": "2026-13-45"}, "happened_on"),
    ({"happened_on": "0000-00-00"}, "happened_on"),
    ({"happened_on": "1900-01-01"}, "happened_on"),
    ({"happened_on": "昨天"}, "happened_on"),
    ({"identity": ""}, "identity"),
    ({"identity": "admin"}, "identity"),
    (NAMED | {"name": ""}, "name"),
    (NAMED | {"name": "名" * 41}, "name"),
    (NAMED | {"phone": ""}, "phone"),
    (NAMED | {"phone": "1" * 5_000}, "phone"),
    (NAMED | {"phone": "١٣٨\x00<b>"}, "phone"),
    (NAMED | {"reply_mode": "pigeon"}, "reply_mode"),
    (NAMED | {"reply_mode": "letter", "address": ""}, "address"),
]


@pytest.mark.parametrize(("changes", "field"), REFUSED)
def test_the_message_stands_at_the_field(changes: dict[str, Any], field: str) -> None:
    answer = Client().post("/report/", last_screen(**changes))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert f'id="id_{field}_error"' in page and 'id="errors"' in page
    assert not Concern.objects.exists() and not Entry.objects.exists()


TAKEN: list[dict[str, Any]] = [
    {"words": "<script>alert(1)</script><img src=x onerror=alert(1)>"},
    {"words": "半个字\ud83d和\x00空字节"},
    {"words": "{{ 7*7 }}{% load x %}%(n)s %s {0}"},
    {"words": "字" * 10_000},
    {"words": ["第一份", "第二份"]},
    {"key": "x" * 100_000},
    {"key": "\ud800\x00"},
    {"key": "00000000-0000-0000-0000-00000000000Z"},
    {"attachment": ["../../etc/passwd", "\x00", "0" * 36] * 10},
    {"attachment": "00000000-0000-0000-0000-000000000000"},
    {"about_official": "<on>"},
    {"csrfmiddlewaretoken": "x", "unknown": "y" * 9_000},
    {"happened_on": "２０２６－０１－０２"},
    {"happened_on": "2026年1月2日"},
]


@pytest.mark.parametrize("changes", TAKEN)
def test_odd_but_honest_words_are_taken(changes: dict[str, Any]) -> None:
    post = last_screen(**changes)
    body = urlencode({name: _bytes(value) for name, value in post.items()}, doseq=True)
    answer = Client().post("/report/", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (200, 303)
    for concern in Concern.objects.all():
        assert "\x00" not in concern.words and "\ud83d" not in concern.words


def _bytes(value: Any) -> Any:
    """The test client cannot encode half a character; a hostile one can."""
    if isinstance(value, list):
        return [_bytes(part) for part in value]
    return value.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("at", ["", "0", "4", "-1", "１", "1e9", "\x00", "999999999999"])
def test_a_strange_screen_number_is_the_first_screen(at: str) -> None:
    assert Client().post("/report/", last_screen(at=at)).status_code == 200
    assert not Concern.objects.exists()


@pytest.mark.parametrize("do", ["0", "3", "drop", "\x00", "<>", "back"])
def test_a_strange_button_is_the_next_button(do: str) -> None:
    assert Client().post("/report/", last_screen(do=do)).status_code == 303


@pytest.mark.parametrize(
    "file",
    [
        SimpleUploadedFile("a.jpg", b""),
        SimpleUploadedFile("a.jpg", b"\xff\xd8\xff\xe0" + b"\x00" * 500),
        SimpleUploadedFile("a.svg", b"<svg onload='alert(1)'/>"),
        SimpleUploadedFile("../../a\x00.jpg", b"GIF89a"),
        SimpleUploadedFile("a.jpg", b"\xff" * 25_000_001),
    ],
    ids=["empty", "cut", "svg", "name", "large"],
)
def test_a_file_that_is_no_photo_costs_no_words(file: SimpleUploadedFile) -> None:
    post = {"at": "1", "do": "next", "words": "路灯坏了", "attachments": [file, picture()]}
    answer = Client().post("/report/", post)
    page = answer.content.decode()
    assert answer.status_code == 200 and 'id="id_attachments_error"' in page and "路灯坏了" in page
    assert not Attachment.objects.filter(concern__isnull=False).exists()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"words=%FF%FE&at=3", "application/x-www-form-urlencoded"),
        ("words=路灯".encode("gb18030"), "application/x-www-form-urlencoded; charset=gb18030"),
        (b"words=a", "application/x-www-form-urlencoded; charset=nonsense"),
        (b"{", "application/json"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
        (b"&".join(b"a%d=1" % n for n in range(300)), "application/x-www-form-urlencoded"),
    ],
)
def test_bodies_that_are_no_form(body: bytes, kind: str) -> None:
    client = Client(raise_request_exception=False)
    answer = client.generic("POST", "/report/", body, content_type=kind)
    assert answer.status_code < 500
    assert not Concern.objects.exists()


@pytest.mark.parametrize("value", ["", "x", "a:b:c", "\xff\xfe", "W10:1:1", "é" * 2_000])
def test_forged_cookies_open_nothing(value: str) -> None:
    client = Client(raise_request_exception=False)
    for name in ("track", "receipt", "messages", "django_language", "large"):
        client.cookies[name] = value
    for path in ("/", "/report/", "/report/done/", "/track/", "/track/case/", "/track/case/add/"):
        answer = client.get(path)
        assert answer.status_code in (200, 302)
        assert "number-big" not in answer.content.decode()
