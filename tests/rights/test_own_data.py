"""With the code a person sees what is kept, takes a copy, corrects and deletes (PIPL 44-47)."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest
from django.test import Client

from lianxin.intake import proofs
from lianxin.intake.choices import ReplyMode
from lianxin.intake.events import ContactErased
from lianxin.journal import queries as journal
from lianxin.vault import queries as sealed
from lianxin.vault.models import Entry
from lianxin.vault.private import PrivateKeys
from lianxin.vault.sealing import unseal
from tests.cast import Cast
from tests.intake.paper import picture
from tests.pages.public.test_together import come, invite
from tests.walk import WORDS, Walk, begin

pytestmark = pytest.mark.django_db
NAME, PHONE = "王秀英", "13800138000"
NAMED: dict[str, Any] = {
    "identity": "named", "reply_mode": "phone", "contact": {"name": NAME, "phone": PHONE},
}  # fmt: skip
PROOF = re.compile(r"\d+(?:-[0-9a-f]{4}){4}")


def holder(walk: Walk) -> Client:
    client = Client(headers={"accept-language": "en"})
    assert client.post("/track/", {"code": walk.code}).status_code == 303
    return client


def page_of(client: Client) -> str:
    return client.get("/track/case/data/").content.decode()


def phone_of(walk: Walk) -> str:
    """What lies sealed, as the vault alone can read it."""
    row = Entry.objects.filter(owner=walk.case.concern.uuid, field="phone").latest("created")
    key = PrivateKeys().read(row.key_id)
    return unseal(bytes(row.ciphertext), field="phone", row=row.pk, key=key)


def opened(cast: Cast, purpose: str = "约时间看现场") -> Walk:
    """A case whose handler has opened the contact."""
    walk = begin(cast, **NAMED)
    walk.until("handling")
    address = f"/desk/cases/{walk.number}/contact/"
    page = cast.client(cast.handler).post(address, {"purpose": purpose}).content.decode()
    assert PHONE in page
    return walk


def test_every_page_of_it_needs_the_code(cast: Cast) -> None:
    begin(cast, **NAMED)
    for client in (Client(), cast.client(cast.clerk)):
        assert client.get("/track/case/data/")["Location"] == "/track/"
        assert client.post("/track/case/data/copy/")["Location"] == "/track/"
        assert client.post("/track/case/erase-contact/")["Location"] == "/track/"
    assert Entry.objects.count() == 2


@pytest.mark.parametrize("may_write", ["no", "yes"])
def test_a_helper_neither_sees_it_nor_changes_it(cast: Cast, may_write: str) -> None:
    walk = begin(cast, **NAMED)
    helper = come(invite(holder(walk), may_write))
    assert "/track/case/data/" not in helper.get("/track/case/").content.decode()
    assert helper.get("/track/case/data/")["Location"] == "/track/"
    assert helper.post("/track/case/data/copy/")["Location"] == "/track/"
    for act in ("correct-contact", "erase-contact"):
        assert helper.post(f"/track/case/{act}/", {"phone": "13900139000"}).status_code == 404
    assert phone_of(walk) == PHONE


def test_it_shows_which_details_lie_sealed_and_not_what_they_say(cast: Cast) -> None:
    page = page_of(holder(begin(cast, **NAMED)))
    assert "Name、Telephone" in page and "Nobody has opened them so far" in page
    assert NAME not in page and PHONE not in page
    assert "2 years after the matter has come to its end" in page and "in any case" in page


def test_it_shows_who_opened_them_and_why(cast: Cast) -> None:
    walk = opened(cast)
    assert "约时间看现场" in page_of(holder(walk))


def test_somebody_anonymous_has_nothing_to_correct_or_delete(cast: Cast) -> None:
    walk = begin(cast)
    client = holder(walk)
    page = page_of(client)
    assert "You left no name and no number" in page and "erase-contact" not in page
    for act in ("correct-contact", "erase-contact"):
        answer = client.post(f"/track/case/{act}/", {"phone": PHONE})
        assert answer.status_code == 302
    assert sealed.fields(walk.case.concern.uuid) == []


def test_a_correction_seals_anew_and_leaves_nothing_of_the_old(cast: Cast) -> None:
    walk = begin(cast, **NAMED)
    before = set(Entry.objects.values_list("pk", flat=True))
    client = holder(walk)
    answer = client.post("/track/case/correct-contact/", {"phone": "139 0013 9000"})
    assert answer["Location"] == "/track/case/data/"
    assert phone_of(walk) == "13900139000"
    rows = Entry.objects.filter(owner=walk.case.concern.uuid)
    assert sorted(rows.values_list("field", flat=True)) == ["name", "phone"]
    assert len(before & set(rows.values_list("pk", flat=True))) == 1
    assert "You corrected your contact" in client.get("/track/case/").content.decode()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"phone": "1380013800"}, "1 digit short"),
        ({"phone": "电话"}, "does not look like a telephone number"),
        ({"name": "王" * 41}, "1 character too long"),
        ({"name": "\0\0", "phone": " "}, "Write what has changed"),
        ({}, "Write what has changed"),
    ],
)
def test_a_bad_correction_changes_nothing_and_keeps_what_was_typed(
    cast: Cast, typed: dict[str, str], said: str
) -> None:
    walk = begin(cast, **NAMED)
    answer = holder(walk).post("/track/case/correct-contact/", typed)
    assert answer.status_code == 200 and said in answer.content.decode()
    if "\0" not in str(typed):
        assert all(text.strip() in answer.content.decode() for text in typed.values())
    assert phone_of(walk) == PHONE


def test_deleting_leaves_no_row_and_gives_a_proof_the_journal_confirms(cast: Cast) -> None:
    walk = begin(cast, **NAMED)
    client = holder(walk)
    assert "cannot be brought back" in client.get("/track/case/erase-contact/").content.decode()
    client.post("/track/case/erase-contact/")
    assert not Entry.objects.filter(owner=walk.case.concern.uuid).exists()
    shown = PROOF.search(page_of(client))
    assert shown
    proof = proofs.read(shown[0])
    assert proof is not None
    entry = journal.entry(proof.seq)
    assert entry and proofs.proof_of(entry) == proof
    assert entry.event_object() == ContactErased("asked")
    assert walk.case.concern.reply_mode == ReplyMode.ONLINE
    assert "You deleted your name and number" in client.get("/track/case/").content.decode()


def test_the_proof_of_a_deletion_can_be_checked_and_tells_when_something_is_left(
    cast: Cast,
) -> None:
    walk = begin(cast, **NAMED)
    client = holder(walk)
    kept = Entry.objects.first()
    client.post("/track/case/erase-contact/")
    shown = PROOF.search(page_of(client))
    assert shown and proofs.check(shown[0])[0] == proofs.Finding.ERASED
    client.post("/track/case/correct-contact/", {"phone": PHONE})
    assert proofs.check(shown[0])[0] == proofs.Finding.ERASED
    assert kept is not None
    kept.save(force_insert=True)  # somebody puts a row back from a backup
    assert proofs.check(shown[0])[0] == proofs.Finding.LEFT


def test_deleting_twice_is_one_deletion(cast: Cast) -> None:
    walk = begin(cast, **NAMED)
    client = holder(walk)
    client.post("/track/case/erase-contact/")
    assert client.post("/track/case/erase-contact/").status_code == 302
    assert len(PROOF.findall(page_of(client))) == 1


def test_after_a_deletion_one_may_leave_a_number_again(cast: Cast) -> None:
    walk = begin(cast, **NAMED)
    client = holder(walk)
    client.post("/track/case/erase-contact/")
    assert "Leave a name or number again" in page_of(client)
    client.post("/track/case/correct-contact/", {"phone": "13900139000"})
    assert sealed.fields(walk.case.concern.uuid) == ["phone"]


def test_the_words_stay_when_the_contact_is_deleted(cast: Cast) -> None:
    walk = begin(cast, **NAMED)
    holder(walk).post("/track/case/erase-contact/")
    assert walk.case.concern.words == WORDS


def test_the_copy_holds_everything_but_name_and_number(cast: Cast) -> None:
    walk = begin(cast, **NAMED)
    client = holder(walk)
    client.post("/track/case/add/", {"words": "昨晚又摔了一个人", "attachments": picture("jpeg")})
    walk.until("closed")
    answer = client.post("/track/case/data/copy/", {"form": "json"})
    assert "attachment" in answer["Content-Disposition"] and "no-store" in answer["Cache-Control"]
    copy = answer.json()
    assert copy["words"] == WORDS and copy["wish"] == "这周修好"
    assert [row["words"] for row in copy["added"]] == ["昨晚又摔了一个人"]
    assert base64.b64decode(copy["files"][0]["base64"]).startswith(b"\xff\xd8")
    assert copy["replies"][0]["summary"] == "坏了的三盏路灯已经换好。"
    assert copy["judgement"]["solved"] and len(copy["what_happened"]) > 8
    assert copy["sealed_details"] == ["Name", "Telephone"]
    text = client.post("/track/case/data/copy/", {"form": "html"}).content.decode()
    for part in (WORDS, "昨晚又摔了一个人", "坏了的三盏路灯已经换好。", "data:image/jpeg;base64,"):
        assert part in text
    for whole in (text, answer.content.decode()):
        assert NAME not in whole and PHONE not in whole and walk.code not in whole


def test_each_copy_taken_is_told_in_the_story(cast: Cast) -> None:
    walk = begin(cast, **NAMED)
    client = holder(walk)
    client.post("/track/case/data/copy/", {"form": "html"})
    assert "A copy of this page was taken" in client.get("/track/case/").content.decode()
    assert client.get("/track/case/data/copy/").status_code == 405


def test_a_concern_without_a_case_has_its_page_too(cast: Cast) -> None:
    from lianxin.access import ANONYMOUS
    from lianxin.intake import actions as intake

    new = intake.NewConcern(key="k" * 36, words=WORDS, **NAMED)
    receipt = intake.file_concern(new, by=ANONYMOUS)
    client = Client(headers={"accept-language": "en"})
    client.post("/track/", {"code": receipt.code})
    assert "Name、Telephone" in page_of(client)
    assert client.post("/track/case/data/copy/", {"form": "json"}).json()["what_happened"] == []
    client.post("/track/case/erase-contact/")
    assert PROOF.search(page_of(client))


def test_what_somebody_writes_cannot_become_part_of_the_page(cast: Cast) -> None:
    walk = begin(cast, words='<script>alert(1)</script>"><img src=x onerror=alert(1)>', **NAMED)
    client = holder(walk)
    client.post("/track/case/correct-contact/", {"name": "<b>王"})
    text = client.post("/track/case/data/copy/", {"form": "html"}).content.decode()
    assert "<script>" not in text and "<img src=x" not in text
