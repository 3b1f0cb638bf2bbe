"""What hangs on a concern, helpers, a hold, messages, neither stops erasure nor survives it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client

from lianxin.access import ANONYMOUS
from lianxin.cases.models import Message
from lianxin.cli import privacy, retention
from lianxin.intake import actions as intake
from lianxin.intake.models import Attachment, Concern, Helper, Hold
from lianxin.journal import outbox
from lianxin.kernel import clock
from lianxin.rights import actions
from lianxin.rights.choices import Data
from lianxin.vault.models import Entry, Request
from tests.cast import Cast
from tests.intake.test_sealed_original import ORIGINAL
from tests.pages.public.test_together import come, invite
from tests.rights.test_own_data import NAME, NAMED, PHONE, holder
from tests.walk import WORDS, Walk

pytestmark = pytest.mark.django_db
OURS, THEIRS = "请问是哪一根灯杆？", "第三根，昨晚又灭了。"


@pytest.fixture
def held(cast: Cast) -> tuple[Concern, str]:
    """Filed in a flood, with a name and a number: no case yet."""
    call_command("createcachetable")
    cache.clear()
    new = intake.NewConcern(key="k" * 36, words=WORDS, quarantined=True, **NAMED)
    receipt = intake.file_concern(new, by=ANONYMOUS)
    outbox.drain()
    return receipt.concern, receipt.code or ""


@pytest.fixture
def walk(cast: Cast, held: tuple[Concern, str]) -> Walk:
    """The same let through and handled: helpers, messages, an original, a contact opened."""
    concern, code = held
    intake.release([Hold.objects.get().pk], by=cast.viewer(cast.dispatcher))
    outbox.drain()
    found = Walk(cast, concern.number, code)
    found.until("handling")
    desk = cast.client(cast.handler)
    address = f"/desk/cases/{found.number}"
    person = holder(found)
    assert desk.post(f"{address}/do/write/", {"text": OURS}).status_code == 303
    assert person.post("/track/case/write/", {"text": THEIRS}).status_code == 303
    file = SimpleUploadedFile("photo.heic", ORIGINAL)
    post = {"words": "当时拍的", "attachments": file, "keep_original": "on"}
    assert person.post("/track/case/add/", post).status_code == 303
    helper = come(invite(person, "yes"))
    assert helper.get("/track/case/").status_code == 200
    come(invite(person), cast.client(cast.handler))
    opened = desk.post(f"{address}/contact/", {"purpose": "约时间看现场"})
    assert PHONE in opened.content.decode()
    row = Attachment.objects.get()
    assert desk.post(f"{address}/original/{row.uuid}/", {"purpose": "核对时间"}).status_code == 200
    found.contact()
    for step in (found.submit, found.approve, found.rate):
        step()
    assert Helper.objects.count() == 2 and Message.objects.count() == 2
    return found


def everywhere() -> str:
    """Every cell of every table, and every byte of every file, as text."""
    cells: list[str] = []
    for model in apps.get_models(include_auto_created=True):
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
            for row in cursor.fetchall():
                cells += [
                    bytes(cell).hex() if isinstance(cell, bytes | memoryview) else str(cell)
                    for cell in row
                ]
    files = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    return "\n".join(cells + [path.read_bytes().hex() for path in files])


def let_go(days: int) -> dict[Data, int]:
    with clock.at(clock.now() + timedelta(days=days)):
        listed = CliRunner().invoke(retention.command, [], catch_exceptions=False)
        assert listed.exit_code == 0
        return actions.let_go()


def test_nothing_that_hangs_on_it_stops_retention(walk: Walk) -> None:
    sealed = [(str(row.pk), bytes(row.ciphertext).hex()) for row in Entry.objects.all()]
    assert len(sealed) == 3
    concern = walk.case.concern
    file = Attachment.objects.get()
    assert let_go(731)[Data.CONTACT] == 1
    assert [row.field for row in Entry.objects.all()] == ["original"]
    assert let_go(3_660)[Data.FILES] == 1
    assert not Entry.objects.exists() and not Attachment.objects.exists()
    left = everywhere()
    for pk, ciphertext in sealed:
        assert ciphertext not in left and pk not in left and pk.replace("-", "") not in left
    for mark in (NAME, PHONE, file.uuid.hex):
        assert mark not in left
    # The record stays, without a name beside it: words, messages, that somebody looked along.
    assert {row.words for row in Message.objects.all()} == {OURS, THEIRS}
    assert Concern.objects.get().words == WORDS and Helper.objects.count() == 2
    assert concern.pk == Hold.objects.get().concern_id


def test_the_person_erases_with_all_that_hangs_on_it(walk: Walk) -> None:
    client = holder(walk)
    assert client.post("/track/case/erase-contact/").status_code == 303
    left = everywhere()
    assert NAME not in left and PHONE not in left
    assert [row.field for row in Entry.objects.all()] == ["original"]
    assert client.get("/track/case/data/").status_code == 200
    desk = walk.cast.client(walk.cast.handler)
    assert desk.get(f"/desk/cases/{walk.number}/").status_code == 200


def test_what_waits_in_a_flood_can_be_erased_before_it_has_a_case(
    cast: Cast, held: tuple[Concern, str]
) -> None:
    concern, _code = held
    assert let_go(3_660) == {Data.CONTACT: 0, Data.FILES: 0}
    done = CliRunner().invoke(privacy.group, ["erase", concern.number], catch_exceptions=False)
    assert done.exit_code == 0 and not Entry.objects.exists()
    left = everywhere()
    assert NAME not in left and PHONE not in left
    assert Hold.objects.get().released_at is None


def test_what_was_asked_for_goes_on_without_what_is_gone(cast: Cast, walk: Walk) -> None:
    """A request for details that were erased shows nothing, and breaks nothing."""
    Concern.objects.update(about_official=True)
    ask = {
        "fields_wanted": ["phone"],
        "purpose": "verify",
        "reason": "需要当面核实当天在场人员的姓名",
    }
    clerk = cast.client(cast.clerk)
    url = f"/desk/cases/{walk.number}/contact/"
    assert clerk.post(url, ask).status_code == 303
    name = Request.objects.get().uuid
    second = cast.client(cast.supervisor)
    assert second.post(f"/desk/contacts/{name}/", {"decision": "granted"}).status_code == 303
    holder(walk).post("/track/case/erase-contact/")
    shut = clerk.post(url)
    assert shut.status_code == 409 and PHONE not in shut.content.decode()


def test_the_copy_a_person_takes_holds_the_messages(walk: Walk) -> None:
    client: Client = holder(walk)
    copy: dict[str, Any] = client.post("/track/case/data/copy/", {"form": "json"}).json()
    assert [row["words"] for row in copy["messages"]] == [OURS, THEIRS]
    assert [row["by"] for row in copy["messages"]] == ["住建局", "you"]
    text = client.post("/track/case/data/copy/", {"form": "html"}).content.decode()
    assert OURS in text and THEIRS in text and walk.cast.handler.name not in text
    page = client.get("/track/case/data/").content.decode()
    assert "lie sealed" in page and "Staff opened the sealed original" in page
