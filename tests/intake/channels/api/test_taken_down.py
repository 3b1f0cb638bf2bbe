"""A client system of the desk takes down at every door what somebody says."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lianxin.cases.models import Case
from lianxin.intake.channels.doors import DOORS, told
from lianxin.intake.models import ApiRequest, Concern, Visit
from lianxin.intake.queries import by_code
from lianxin.journal import alarm, outbox
from lianxin.vault import queries as vault
from tests.cast import Cast
from tests.intake.channels.api.program import Program, allowed, fields_of
from tests.intake.offline.device import photo

pytestmark = pytest.mark.django_db
SAID: dict[str, Any] = {
    "words": "井盖没了。", "place": "东关大街", "identity": "named", "name": "王桂兰",
    "phone": "13812345678", "reply_mode": "phone",
}  # fmt: skip


@pytest.fixture
def hotline(town: Cast) -> Program:
    return allowed("desk:register", user=town.clerk)


def test_a_call_is_filed_as_at_the_counter(town: Cast, hotline: Program) -> None:
    said = SAID | {
        "source_ref": "REC-1", "put_through_by": "110", "received_at": "2026-01-31T08:15:30+08:00",
    }  # fmt: skip
    receipt = hotline.post("doors/call", said, 201)
    concern = Concern.objects.get()
    assert (concern.channel, concern.registered_by) == ("call", town.clerk)
    assert concern.received_at.isoformat() == "2026-01-31T00:15:30+00:00"
    assert receipt["number"] == concern.number and by_code(receipt["code"]) == concern
    assert sorted(vault.fields(concern.uuid)) == ["name", "phone"]
    assert "随手拍" in told(concern) and "110" in told(concern)
    outbox.drain()
    assert Case.objects.filter(concern=concern).exists()


def test_sent_again_it_is_one_concern_and_one_answer(town: Cast, hotline: Program) -> None:
    key, said = str(uuid.uuid4()), SAID | {"people": 3}
    first = hotline.post("doors/walk-in", said, 201, key=key)
    again = hotline.post("doors/walk-in", said, 201, key=key)
    assert again == first | {"repeated": True} and Visit.objects.get().people == 3
    hotline.post("doors/walk-in", said | {"words": "别的事。"}, 422, key=key)
    hotline.post("doors/call", SAID, 422, key=key)
    assert Concern.objects.count() == ApiRequest.objects.count() == 1


def test_a_letter_comes_with_its_scan(town: Cast, hotline: Program) -> None:
    scan = SimpleUploadedFile("scan.png", photo(1), "image/png")
    hotline.send("doors/letter", SAID | {"attachments": [scan]}, 201)
    assert Concern.objects.get().attachments.count() == 1


@pytest.mark.parametrize("name", [one.name for one in DOORS])
def test_what_a_door_asks_is_what_it_takes(town: Cast, hotline: Program, name: str) -> None:
    form = hotline.get(f"doors/{name}")
    assert "words" in form["body"]["properties"] and "key" not in form["body"]["properties"]
    hotline.post(f"doors/{name}", {"key": str(uuid.uuid4())}, 400)
    assert "words" in fields_of(hotline.post(f"doors/{name}", {}, 422))
    assert not Concern.objects.exists() and not ApiRequest.objects.exists()


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"{", 400), (b"[]", 400), ({"words": ["a", "b"]}, 422), ({"words": "\ud800x"}, 400),
        (SAID | {"received_at": "soon"}, 422),
        (SAID | {"received_at": "2999-01-01T00:00:00Z"}, 422),
        (SAID | {"area": 999_999}, 422), (SAID | {"phone": "12"}, 422),
        (SAID | {"identity": "anonymous"}, 422), (SAID | {"colour": "red"}, 400),
        (SAID | {"words": "x" * 10_001}, 422), (SAID | {"call": "no uuid"}, 201),
    ],
)  # fmt: skip
def test_what_is_malformed_is_told_and_nothing_is_half_written(
    town: Cast, hotline: Program, said: Any, status: int
) -> None:
    hotline.post("doors/call", said, status)
    assert Concern.objects.count() == int(status == 201)


def test_a_door_that_is_not_there(hotline: Program) -> None:
    hotline.get("doors/window", 404)
    hotline.post("doors/window", SAID, 404)


def test_it_needs_the_scope_and_a_person_who_takes_down(town: Cast) -> None:
    for program, status in (
        (Program(), 401),
        (allowed("file"), 403),
        (allowed("desk:read", "desk:act", user=town.clerk), 403),
        (allowed("desk:register", user=town.handler), 403),
        (allowed("desk:register", user=town.no_role), 403),
    ):
        program.post("doors/call", SAID, status)
        program.get("doors/call", status)
    only = allowed("desk:register", user=town.clerk)
    only.get("cases", 403)
    only.post("concerns", SAID, 403)
    assert not Concern.objects.exists()


def test_rights_that_ended_end_it(town: Cast, hotline: Program) -> None:
    """Known bad: a token that kept the rights of the day it was made."""
    hotline.post("doors/call", SAID, 201)
    town.clerk.is_active = False
    town.clerk.save()
    hotline.post("doors/call", SAID, 401)
    assert Concern.objects.count() == 1


def test_while_the_journal_is_looked_into_nothing_is_taken_down(
    hotline: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alarm, "is_on", lambda: True)
    hotline.post("doors/call", SAID, 503)
    assert not Concern.objects.exists()
