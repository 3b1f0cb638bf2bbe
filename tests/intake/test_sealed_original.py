"""The original is kept only when the person asks, and then nobody reads it without a record."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bench.trust import seeds
from lianxin.intake.actions import drop_waiting, files
from lianxin.intake.models import Attachment, Concern
from lianxin.intake.storage import original_path
from lianxin.journal.models import Entry
from lianxin.kernel import clock
from lianxin.vault.models import Entry as Sealed
from tests.cast import Cast
from tests.intake.clamd import EICAR, clamd
from tests.intake.paper import SCREENS, fill
from tests.walk import Walk, begin

pytestmark = pytest.mark.django_db
ORIGINAL = seeds.MAKERS["heic"](Random(9))


def sent(content: bytes = ORIGINAL) -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.heic", content)


def bytes_on_disk() -> bytes:
    return b"".join(p.read_bytes() for p in Path(settings.MEDIA_ROOT).rglob("*") if p.is_file())


def with_original(cast: Cast, content: bytes = ORIGINAL) -> tuple[Walk, Attachment]:
    """A case to which its person has added a file with its original, through the page."""
    walk = begin(cast)
    client = Client()
    client.post("/track/", {"code": walk.code})
    post: dict[str, Any] = {"words": "这是当时拍的", "attachments": sent(content)}
    assert client.post("/track/case/add/", post | {"keep_original": "on"}).status_code == 303
    return walk, walk.case.concern.attachments.get()


def test_without_the_tick_nothing_of_it_is_kept(cast: Cast) -> None:
    fill(Client(), *SCREENS, files=(sent(),))
    row = Concern.objects.get().attachments.get()
    assert row.original == "" and not original_path(row.uuid).exists()
    assert not Sealed.objects.exists() and seeds.CANARY not in bytes_on_disk()


def test_with_the_tick_it_is_kept_sealed(cast: Cast) -> None:
    answer = fill(Client(), SCREENS[0] | {"keep_original": "on"}, *SCREENS[1:], files=(sent(),))
    assert answer.status_code == 303
    row = Concern.objects.get().attachments.get()
    assert row.original == "heic"
    sealed = original_path(row.uuid).read_bytes()
    assert sealed.startswith(b"age-encryption.org/v1") and seeds.CANARY not in sealed
    assert ORIGINAL[100:200] not in bytes_on_disk()
    assert Sealed.objects.get(owner=row.uuid).field == "original"


def test_it_opens_for_a_purpose_and_on_the_record(cast: Cast) -> None:
    walk, row = with_original(cast)
    address = f"/desk/cases/{walk.case.concern.number}/original/{row.uuid}/"
    client = cast.client(cast.dispatcher)
    assert address in client.get(f"/desk/cases/{walk.case.concern.number}/").content.decode()
    assert client.post(address, {"purpose": "看"}).status_code == 200
    answer = client.post(address, {"purpose": "核对拍摄时间"})
    assert b"".join(answer.streaming_content) == ORIGINAL  # type: ignore[attr-defined]
    assert answer["Content-Disposition"] == f'attachment; filename="{row.uuid}.heic"'
    assert answer["Content-Type"] == "application/octet-stream"
    entry = Entry.objects.filter(event="vault.revealed").latest("pk")
    assert entry.subject == f"file:{row.pk}"
    holder = Client()
    holder.post("/track/", {"code": walk.code})
    assert "核对拍摄时间" in holder.get("/track/case/").content.decode()


def test_whoever_may_not_see_the_contact_may_not_open_it(cast: Cast) -> None:
    walk, row = with_original(cast)
    address = f"/desk/cases/{walk.case.concern.number}/original/{row.uuid}/"
    for person, status in ((cast.handler, 404), (cast.no_role, 404), (cast.supervisor, 403)):
        answer = cast.client(person).post(address, {"purpose": "核对拍摄时间"})
        assert answer.status_code == status
    assert not Entry.objects.filter(event="vault.revealed").exists()
    other, _row = with_original(cast)
    crossed = address.replace(walk.case.concern.number, other.case.concern.number)
    assert cast.client(cast.dispatcher).get(crossed).status_code == 404


def test_where_a_second_person_must_agree_nobody_opens_it_alone(cast: Cast) -> None:
    walk, row = with_original(cast)
    Concern.objects.filter(pk=walk.case.concern_id).update(about_official=True)
    address = f"/desk/cases/{walk.case.concern.number}/original/{row.uuid}/"
    answer = cast.client(cast.dispatcher).post(address, {"purpose": "核对拍摄时间"})
    assert not answer.streaming and "ask" in answer.context["contact"]
    assert not Entry.objects.filter(event="vault.revealed").exists()


def test_what_the_scanner_finds_in_it_is_not_handed_out(cast: Cast, settings: Any) -> None:
    walk, row = with_original(cast, seeds.MAKERS["jpeg"](Random(1)) + EICAR)
    address = f"/desk/cases/{walk.case.concern.number}/original/{row.uuid}/"
    with clamd() as server:
        settings.CLAMD = server.address
        answer = cast.client(cast.dispatcher).post(address, {"purpose": "核对拍摄时间"})
    assert answer.status_code == 403 and "病毒" in answer.content.decode()


def test_it_goes_with_a_form_that_was_never_sent(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Client().post("/report/file/", {"attachments": sent(), "keep_original": "on"}).json()
    assert kept["sealed"] is True
    row = Attachment.objects.get()
    assert drop_waiting() == 0
    later = clock.now() + files.WAIT * 2
    monkeypatch.setattr(clock, "now", lambda: later)
    assert drop_waiting() == 1
    assert not original_path(row.uuid).exists() and not Sealed.objects.exists()
