"""What a system adds for the resident: to what it has filed itself, once, by the usual act."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lianxin.access import SYSTEM
from lianxin.intake.channels.open311 import actions
from lianxin.intake.models import Addition, Attachment, Concern, Open311Update
from lianxin.journal import outbox
from tests.cast import Cast
from tests.intake.channels.open311.georeport import Caller
from tests.intake.paper import picture
from tests.walk import Walk, begin

FORMATS = ("xml", "json")


def update(number: str, **changes: Any) -> dict[str, Any]:
    """An update as FixMyStreet sends it."""
    sent = {
        "service_request_id": number, "update_id": "8", "status": "OPEN",
        "updated_datetime": "2026-11-26T08:15:30Z", "description": "又坏了一盏。",
        "title": "", "first_name": "桂兰", "last_name": "王", "email": "wang@example.org",
        "public_anonymity_required": "TRUE", "email_alerts_requested": "FALSE",
    }  # fmt: skip
    return {key: value for key, value in (sent | changes).items() if value is not None}


@pytest.mark.parametrize("form", FORMATS)
def test_an_update_is_the_residents_addition(caller: Caller, town: Cast, form: str) -> None:
    number = caller.file()["service_request_id"]
    outbox.drain()
    found = caller.post(f"servicerequestupdates.{form}", update(number))
    given = found.findtext(".//update_id") if form == "xml" else found[0]["update_id"]
    added = Addition.objects.get()
    assert (added.words, added.by_resident) == ("又坏了一盏。", True)
    assert str(Open311Update.objects.get().uuid) == given
    page = town.client(town.dispatcher).get(f"/desk/cases/{number}/").content.decode()
    assert "又坏了一盏。" in page
    assert "wang@example.org" not in page


def test_the_same_update_again_adds_nothing(caller: Caller) -> None:
    number = caller.file()["service_request_id"]
    shot = picture().getvalue()

    def send(**changes: Any) -> Any:
        file = SimpleUploadedFile("a.jpg", shot, "image/jpeg")
        return caller.post("servicerequestupdates.json", update(number, photo=file, **changes))

    assert send() == send() == send(description="anders")
    assert (Addition.objects.count(), Attachment.objects.count()) == (1, 1)
    assert send(update_id="9") != send()


def test_a_status_that_comes_with_it_moves_nothing(caller: Caller, town: Cast) -> None:
    """Whether it is solved the resident says with their code; whoever runs a system does not."""
    number = caller.file()["service_request_id"]
    outbox.drain()
    walk = Walk(town, number, "")
    walk.until("replied")
    caller.post("servicerequestupdates.json", update(number, status="FIXED", description=""))
    outbox.drain()
    assert walk.case.state == "replied"
    assert Addition.objects.get().words.endswith("FIXED")


def test_only_to_what_this_key_has_filed(caller: Caller, town: Cast) -> None:
    number = caller.file()["service_request_id"]
    other = Caller(actions.make_key("另一个", by=SYSTEM)[1])
    on_the_web = begin(town).number
    for who, of in (
        (other, number),
        (caller, on_the_web),
        (caller, "nonsense"),
        (caller, "1" * 11),
    ):
        for form in FORMATS:
            who.post(f"servicerequestupdates.{form}", update(of), 404)
    Caller().post("servicerequestupdates.json", update(number), 403)
    assert not Addition.objects.exists()


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "changes",
    [
        {"service_request_id": None},
        {"update_id": None},
        {"update_id": "9" * 121},
        {"status": None},
        {"updated_datetime": None},
        {"updated_datetime": "soon"},
        {"description": None},
        {"description": "长" * 5_001},
        {"media_url": "file:///etc/passwd"},
        {"jurisdiction_id": "elsewhere"},
    ],
)
def test_what_is_missing_or_wrong_is_told(
    caller: Caller, form: str, changes: dict[str, Any]
) -> None:
    number = caller.file()["service_request_id"]
    status = 404 if "jurisdiction_id" in changes else 400
    caller.post(f"servicerequestupdates.{form}", update(number, **changes), status)
    assert not Addition.objects.exists()


def test_only_a_file_is_something_to_add(caller: Caller) -> None:
    number = caller.file()["service_request_id"]
    file = SimpleUploadedFile("a.jpg", picture().getvalue(), "image/jpeg")
    caller.post("servicerequestupdates.json", update(number, description="", photo=file))
    assert Attachment.objects.get().concern_id == Concern.objects.get().pk
