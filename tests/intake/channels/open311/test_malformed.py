"""Whatever arrives: an answer as specified, never a 500, never half a write."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lianxin.intake.models import Attachment, Concern, Open311Request
from tests.intake.channels.open311 import georeport
from tests.intake.channels.open311.georeport import TOP, Caller

GOOD = {"service_code": "roads.signs", "address_string": "东关", "description": "护栏断了。"}
FIELDS = (
    "service_code", "lat", "long", "address_string", "address_id", "email", "phone", "first_name",
    "last_name", "description", "media_url", "media_url[]", "jurisdiction_id", "device_id",
    "attribute[fault]", "attribute[fault][]", "attribute[]", "attribute[[x]]", "attribute[a",
    "update_id", "status", "updated_datetime", "service_request_id", "\x00",
)  # fmt: skip
HOSTILE = (
    "", " ", "\x00", "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"), "\u202e",
    "<script>alert(1)</script>", "' OR 1=1 --", "%s%n", "]]>", "&amp;&xxe;", "1e309", "-0", "٣",
    "2026-13-45", "😀" * 50, "\r\nSet-Cookie: a=b", "../../etc/passwd", "\x0b\x1f\x7f\x85\ufffe",
)  # fmt: skip
FORM = "application/x-www-form-urlencoded"
BODIES = {
    "nothing": (b"", FORM),
    "no form": (b"\xff\xfe\x00", "application/octet-stream"),
    "JSON": (json.dumps(GOOD).encode(), "application/json"),
    "XML with an entity": (
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        "text/xml",
    ),
    "half an escape": (b"service_code=%E4%B8&lat=%zz&description=%", FORM),
    "not UTF-8": (b"description=\xb1\xb1\xbe\xa9&service_code=roads.signs",
                  FORM),
    "another charset": (b"description=\xb1\xb1", f"{FORM}; charset=gbk"),
    "no charset": (b"a=b", f"{FORM}; charset=nonsense"),
    "a thousand fields": (b"&".join(b"a%d=b" % n for n in range(1_000)),
                          FORM),
    "too much": (b"description=" + b"x" * 1_100_000, FORM),
    "no boundary": (b"--x\r\n", "multipart/form-data"),
    "an empty boundary": (b"--\r\n", "multipart/form-data; boundary="),
    "a boundary that never comes": (b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb",
                                    "multipart/form-data; boundary=y"),
    "half a part": (b'--x\r\nContent-Disposition: form-data; name="media"; filename="a.jpg"\r\n\r\n'
                    b"\xff\xd8", "multipart/form-data; boundary=x"),
    "many files": (
        b"".join(
            b'--x\r\nContent-Disposition: form-data; name="m%d"; filename="a"\r\n\r\nb\r\n' % n
            for n in range(40)
        ) + b"--x--\r\n", "multipart/form-data; boundary=x",
    ),
}  # fmt: skip


def send(path: str, body: bytes, kind: str) -> Any:
    """An answer, checked against the specification."""
    answer = Client().generic("POST", f"{TOP}/{path}", body, kind)
    georeport.checked(answer, f"{TOP}/{path}")
    return answer


@pytest.mark.parametrize("form", ["xml", "json"])
@pytest.mark.parametrize("name", sorted(BODIES))
def test_a_body_that_is_no_form(caller: Caller, name: str, form: str) -> None:
    body, kind = BODIES[name]
    for path in (f"requests.{form}", f"servicerequestupdates.{form}"):
        assert send(path, body, kind).status_code in (400, 403, 413)
        if kind.startswith("application/x-www"):
            keyed = f"api_key={caller.key}&".encode() + body
            assert send(path, keyed, kind).status_code in (400, 403, 404, 413)
    assert not Concern.objects.exists()


@pytest.mark.parametrize("field", FIELDS)
def test_a_hostile_value_in_any_field(caller: Caller, field: str) -> None:
    for value in HOSTILE:
        for form in ("json", "xml"):
            path = f"{TOP}/requests.{form}"
            answer = caller.browser.post(path, {"api_key": caller.key, **GOOD, field: value})
            assert answer.status_code in (200, 400, 404)
            georeport.checked(answer, path)
            answer = caller.browser.get(path, {field: value})
            assert answer.status_code in (200, 400, 404)
            georeport.checked(answer, path)
    whole()


def test_a_file_that_is_none_does_not_cost_the_words(caller: Caller) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    files = {f"m{n}": SimpleUploadedFile(f"{n}.jpg", content) for n, content in enumerate(
        (b"", b"\xff\xd8\xff", b"GIF89a", b"%PDF-1.7", b"PK\x03\x04", b"\0" * 2_000))}  # fmt: skip
    found = caller.file(**files)
    assert "0.jpg" in found["service_notice"] or "1.jpg" in found["service_notice"]
    assert Concern.objects.count() == 1
    assert not Attachment.objects.exists()


def whole() -> None:
    """Nothing was written by half: each concern of this door has its row."""
    assert Concern.objects.filter(channel="open311").count() == Open311Request.objects.count()


text = st.text(st.characters(codec="utf-8"), max_size=40) | st.sampled_from(HOSTILE)
names = st.sampled_from(FIELDS) | st.text(st.characters(codec="utf-8"), max_size=20).map(
    lambda code: f"attribute[{code}]"
)
codes = st.sampled_from(["roads.signs", "roads.lights", "utilities.water", "roads.manholes", "x"])


@settings(
    max_examples=150, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(
    fields=st.dictionaries(names, text, max_size=8),
    code=codes,
    form=st.sampled_from(["xml", "json"]),
)
def test_any_fields_are_filed_or_refused(
    caller: Caller, fields: dict[str, str], code: str, form: str
) -> None:
    before = Concern.objects.count()
    path = f"{TOP}/requests.{form}"
    sent = {"api_key": caller.key, "service_code": code, **fields}
    answer = caller.browser.post(path, sent)
    georeport.checked(answer, path)
    assert answer.status_code in (200, 400, 404)
    assert Concern.objects.count() - before <= (answer.status_code == 200)
    whole()


@settings(
    max_examples=150, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(
    query=st.dictionaries(
        st.sampled_from(["start_date", "end_date", "status", "page", "page_size", "service_code",
                         "service_request_id", "api_key", "jurisdiction_id"]),
        text | st.datetimes().map(str) | st.integers().map(str),
    ),
    path=st.sampled_from(["requests", "servicerequestupdates", "services"]),
    form=st.sampled_from(["xml", "json"]),
)  # fmt: skip
def test_any_question_is_answered(
    anybody: Caller, query: dict[str, str], path: str, form: str
) -> None:
    answer = anybody.browser.get(f"{TOP}/{path}.{form}", query)
    assert answer.status_code in (200, 400, 404)
    georeport.checked(answer, f"{TOP}/{path}.{form}")


@settings(
    max_examples=100, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(rest=text, form=st.sampled_from(["xml", "json"]))
def test_any_address_is_answered(anybody: Caller, rest: str, form: str) -> None:
    from urllib.parse import quote

    for path in ("services", "requests", "tokens"):
        address = f"{TOP}/{path}/{quote(rest, safe='')}.{form}"
        answer = anybody.browser.get(address)
        assert answer.status_code in (200, 400, 404)
