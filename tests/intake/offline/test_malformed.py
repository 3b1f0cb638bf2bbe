"""Whatever a device or somebody else sends, the answer is words, and nothing is half-written."""

from __future__ import annotations

import io
import random
import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from lianxin.intake import flood
from lianxin.intake.models import Attachment, Concern, DeviceEntry, Hold, Part
from lianxin.intake.offline import views
from tests.cast import Cast
from tests.intake.offline.device import Device, Draft, photo, sha

pytestmark = pytest.mark.django_db
GOOD = "00000000-0000-4000-8000-000000000000"


def entry(**changes: Any) -> dict[str, Any]:
    return Draft("路灯坏了三天。", key=GOOD).body() | changes


REFUSED: list[dict[str, Any]] = [
    {"key": ""},
    {"key": "x" * 36},
    {"key": "\x00"},
    {"key": GOOD + "0"},
    {"words": ""},
    {"words": "\x00\u200b"},
    {"words": "长" * 10_001},
    {"identity": "admin"},
    {"identity": ""},
    {"place": ""},
    {"happened_on": "2999-01-01"},
    {"latitude": "1e400", "longitude": "1"},
    {"attachment": str(uuid.uuid4())},
]


@pytest.mark.parametrize("changes", REFUSED)
def test_what_cannot_be_taken_is_told_at_its_field(changes: dict[str, Any]) -> None:
    answer = Client().post("/kept/send/", entry(**changes))
    assert answer.status_code == 422
    assert all(texts and all(texts) for texts in answer.json()["problems"].values())
    assert not Concern.objects.exists() and not DeviceEntry.objects.exists()


TAKEN: list[dict[str, Any]] = [
    {"made_at": "yesterday"},
    {"made_at": ""},
    {"made_at": "2026-13-45T99:99:99Z"},
    {"made_at": "0001-01-01T00:00:00+23:59"},
    {"made_at": "9999-12-31T23:59:59Z"},
    {"made_at": "2026-01-01T00:00:00"},
    {"made_at": "1" * 10_000},
    {"code": "12345"},
    {"code": "一二三"},
    {"code": "1" * 100_000},
    {"code": "1234 5678 9012 3456 7890"},
    {"part": ["", "z" * 64, "../../etc/passwd", "A" * 64]},
    {"attachment": ["", "../x", "\x00", "0" * 36] * 10},
    {"owner": "\ud800x"},
    {"box": "nowhere"},
    {"unknown": "\x00" * 50},
    {"words": "半个字\ud83d和\x00空字节"},
]


@pytest.mark.parametrize("changes", TAKEN)
def test_an_odd_envelope_costs_nobody_their_words(changes: dict[str, Any]) -> None:
    pairs = {name: _bytes(value) for name, value in entry(**changes).items()}
    body, kind = urlencode(pairs, doseq=True), "application/x-www-form-urlencoded"
    answer = Client().post("/kept/send/", body, content_type=kind)
    assert answer.status_code == 200 and answer.json()["filed"]["number"]
    assert len(answer.json()["filed"]["code"]) == 24
    assert Concern.objects.count() == DeviceEntry.objects.count() == 1
    assert Client().post("/kept/send/", body, content_type=kind).json() == answer.json()


def _bytes(value: Any) -> Any:
    if isinstance(value, list):
        return [_bytes(part) for part in value]
    return value.encode("utf-8", "surrogatepass")


PARTS: list[tuple[bytes, dict[str, str]]] = [
    (photo(1)[:20], {}),
    (b"", {}),
    (b"<svg onload='alert(1)'/>", {"digest": sha(b"<svg onload='alert(1)'/>")}),
    (b"MZ" + b"\x00" * 400, {"digest": sha(b"MZ" + b"\x00" * 400)}),
    (b"\xff\xd8\xff\xe0" + b"\x00" * 99, {"digest": sha(b"\xff\xd8\xff\xe0" + b"\x00" * 99)}),
    (b"\xff" * 25_000_001, {"digest": "0" * 64}),
    (photo(1), {"digest": ""}),
    (photo(1), {"digest": "0" * 64}),
    (photo(1), {"digest": sha(photo(1)).upper()}),
    (photo(1), {"key": "none"}),
    (photo(1), {"key": ""}),
]


@pytest.mark.parametrize(("content", "changes"), PARTS)
def test_a_file_that_is_cut_false_or_none_gets_no_receipt(
    content: bytes, changes: dict[str, str]
) -> None:
    file = io.BytesIO(content)
    file.name = "../../a\x00.png"
    body = {"key": GOOD, "digest": sha(photo(1)), "attachments": file} | changes
    answer = Client().post("/kept/part/", body)
    assert answer.status_code == 422 and answer.json()["problems"]
    assert "received" not in answer.json() and not Part.objects.exists()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"key=%FF%FE&words=x", "application/x-www-form-urlencoded"),
        (b"{", "application/json"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
        (b"&".join(b"a%d=1" % n for n in range(300)), "application/x-www-form-urlencoded"),
        (b"part=" + b"&part=".join([b"a" * 64] * 150), "application/x-www-form-urlencoded"),
    ],
)
@pytest.mark.parametrize("address", ["/kept/send/", "/kept/part/"])
def test_bodies_that_are_no_entry(address: str, body: bytes, kind: str) -> None:
    client = Client(raise_request_exception=False)
    assert 400 <= client.generic("POST", address, body, content_type=kind).status_code < 500
    assert not Concern.objects.exists() and not Part.objects.exists()


def test_an_entry_has_no_more_files_than_a_form(cast: Cast) -> None:
    sender, draft = Device(chance=random.Random(1)), Draft("照片很多。", key=GOOD)
    for n in range(10):
        sender.upload(draft, photo(n))
    assert "problems" in sender.part(GOOD, photo(11), digest=sha(photo(11)))
    assert sender.part(GOOD, photo(1), digest=sha(photo(1))) == {"received": sha(photo(1))}
    assert Part.objects.count() == Attachment.objects.count() == 10


def test_one_network_cannot_fill_the_disk(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setattr(views, "PARTS_A_MINUTE", 2)
    settings.SHARED_EXITS = []
    sender = Client(REMOTE_ADDR="61.139.2.7")
    said = [sender.post("/kept/part/", {"key": GOOD}).status_code for _ in range(4)]
    assert said == [422, 422, 429, 429]
    assert Client(REMOTE_ADDR="58.220.10.5").post("/kept/part/", {}).status_code == 422


def test_in_a_flood_a_device_works_or_its_concern_waits_for_a_person(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flood, "rising", lambda request: True)
    answer = Client().post("/kept/send/", entry())
    assert answer.json()["work"] and not Concern.objects.exists()
    assert Client().post("/kept/send/", entry(work="forged")).json()["filed"]
    assert Hold.objects.count() == 1
    assert "filed" in Client().post("/kept/send/", entry()).json(), "a replay is asked nothing"


def test_a_kept_entry_is_not_taken_without_a_token() -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/kept/send/", entry()).status_code == 403
    token = client.get("/kept/token/").json()["token"]
    answer = client.post("/kept/send/", entry(), headers={"X-CSRFToken": token})
    assert answer.json()["filed"]


@pytest.mark.parametrize("owner", ["", "?", "x" * 5_000, "\x00", "é", "' OR 1=1 --"])
def test_an_unknown_owner_is_handed_over_and_waits(cast: Cast, owner: str) -> None:
    said = {"identity": "named", "name": "王", "phone": "13812345678", "reply_mode": "phone"}
    sent = entry(owner=owner, **said)
    answer = cast.client(cast.clerk).post("/desk/register/outreach/kept/", sent)
    assert answer.json()["filed"] and Hold.objects.count() == 1


def test_a_door_that_is_not_there(cast: Cast) -> None:
    clerk = cast.client(cast.clerk)
    for path in ("none/kept/", "box/kept/none/"):
        assert clerk.post(f"/desk/register/{path}", entry()).status_code == 404
    for name in ("none", "box", "reception"):
        assert clerk.get(f"/desk/register/{name}/offline/").status_code == 404


texts = st.text(max_size=60)
envelopes = st.dictionaries(
    st.sampled_from(
        ["key", "words", "place", "identity", "made_at", "code", "part", "attachment", "owner",
         "happened_on", "area", "latitude", "name", "phone", "box", "work"]
    ),
    st.one_of(texts, st.lists(texts, max_size=4), st.sampled_from([GOOD, "anonymous", "1" * 20])),
)  # fmt: skip


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(envelopes)
def test_nothing_that_is_sent_is_an_error_of_ours(changes: dict[str, Any]) -> None:
    before = Concern.objects.count(), DeviceEntry.objects.count()
    sent = entry(**{"key": str(uuid.uuid4())} | changes)
    body = urlencode({name: _bytes(value) for name, value in sent.items()}, doseq=True)
    answer = Client().post("/kept/send/", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (200, 409, 422) and answer.json()
    fresh = "filed" in answer.json()
    grown = Concern.objects.count() - before[0], DeviceEntry.objects.count() - before[1]
    assert grown in ((0, 0), (1, 1)) and (fresh or grown == (0, 0))


def test_the_clock_of_the_device_moves_no_limit(cast: Cast) -> None:
    late = Draft("写于将来。", made_at=None, more={"made_at": "2099-01-01T00:00:00Z"})
    Device(chance=random.Random(1)).deliver(late)
    row = DeviceEntry.objects.get()
    assert row.made_at and row.made_at - row.concern.received_at > timedelta(days=1000)
