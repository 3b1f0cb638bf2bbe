"""A relative files from their own phone; the person keeps the code and the judgement."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from PIL import Image

from lianxin.deadlines.actions import load_presets
from lianxin.intake import queries
from lianxin.intake.channels.doors import told
from lianxin.intake.models import Attachment, Concern, Helper, Proxy
from lianxin.journal import outbox
from lianxin.journal.models import Entry
from lianxin.kernel import clock
from lianxin.vault import queries as vault
from tests.cast import Cast
from tests.intake.channels.proxy.afar import (
    SCREENS,
    THEM,
    filed,
    follow,
    handed_over,
    last_screen,
)
from tests.intake.paper import WORDS, fill, hidden, picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh(cast: Cast) -> None:
    call_command("createcachetable")
    cache.clear()


def in_browser(code: str, client: Client | None = None) -> Client:
    """A browser in which somebody has typed 20 digits."""
    client = client or Client()
    client.post("/track/", {"code": code})
    return client


def held(client: Client) -> str:
    """What the browser holds of the receipt, as anybody can read it out of its cookie."""
    return str(signing.loads(client.cookies["receipt"].value, salt="lianxin.receipt"))


def sees(client: Client) -> bool:
    return client.get("/track/case/").status_code == 200


# --- filing --------------------------------------------------------------------------------------
def test_the_concern_is_theirs_and_whoever_wrote_is_sealed_beside_them() -> None:
    filed()
    concern = Concern.objects.get()
    assert (concern.channel, concern.words, concern.identity) == ("proxy", WORDS, "named")
    assert vault.fields(concern.uuid) == ["name", "phone", "proxy_name", "proxy_phone"]
    assert Proxy.objects.get().sent and "亲属" in told(concern)
    rows = [*Concern.objects.values(), *Proxy.objects.values(), *Helper.objects.values(),
            *Attachment.objects.values(), *Entry.objects.values()]  # fmt: skip
    for secret in ("欧阳", "13912345678", "13812345678", "买买提"):
        assert secret not in str(rows)


def test_the_first_screen_offers_it_quietly_and_a_link_can_choose_it() -> None:
    page = Client().get("/report/").content.decode()
    assert 'name="for_other"' in page and "checked" not in page.split('name="for_other"')[1][:120]
    page = Client().get("/report/?for=other").content.decode()
    assert "checked" in page.split('name="for_other"')[1][:120]


def test_told_that_it_is_ones_own_after_all_the_form_forgets_the_others() -> None:
    client = Client()
    third = fill(client, *SCREENS)
    own = client.post("/report/", {**hidden(third), **THEM, "do": "own"})
    page = own.content.decode()
    assert 'class="errors"' not in page and 'name="proxy_name"' not in page
    assert "for_other" not in hidden(own) and WORDS in page
    for theirs in ("买买提", "13812345678", "欧阳"):
        assert theirs not in page
    done = client.post("/report/", {**hidden(own), "identity": "anonymous", "do": "next"})
    assert done.status_code == 303 and Concern.objects.get().channel == "web"


def test_unticked_again_it_is_ones_own_matter() -> None:
    client = Client()
    third = fill(client, *SCREENS)
    first = client.post("/report/", {**hidden(third), **THEM, "do": "1"})
    assert "checked" in first.content.decode().split('name="for_other"')[1][:120]
    kept = hidden(first)
    assert kept["proxy_name"] == ["欧阳小军"]
    third = client.post("/report/", {**kept, "words": WORDS, "do": "next", "at": "1"})
    third = client.post("/report/", {**hidden(third), **SCREENS[1], "do": "next"})
    assert 'name="proxy_name"' not in third.content.decode()
    done = client.post("/report/", {**hidden(third), "identity": "anonymous", "do": "next"})
    assert done.status_code == 303 and Concern.objects.get().channel == "web"
    assert not Proxy.objects.exists() and not Helper.objects.exists()


def test_the_sheet_survives_a_mistake_and_is_sealed_from_the_first_moment() -> None:
    client = Client()
    answer = fill(client, *SCREENS, {**THEM, "name": "", "authority": picture()})
    row = Attachment.objects.get()
    assert row.authority and row.concern_id is None and row.original == "jpg"
    assert hidden(answer)["kept"] == [str(row.uuid)]
    files = [path for path in settings.MEDIA_ROOT.rglob("*") if row.uuid.hex in path.name]
    assert len(files) == 1 and files[0].read_bytes().startswith(b"age-encryption.org")
    assert client.get(f"/file/{row.uuid}/").status_code == 404
    done = client.post("/report/", {**hidden(answer), **THEM, "do": "next"})
    assert done.status_code == 303
    row.refresh_from_db()
    assert row.concern == Concern.objects.get()


def test_sent_twice_it_is_filed_once_with_the_same_numbers() -> None:
    client, post = Client(), last_screen()
    client.post("/report/", post)
    number = follow(client)
    sheet = Attachment.objects.get().uuid
    again = Client()
    # The answer was lost: the browser sends the same once more, the sheet anew or as it was kept.
    for sent in ({"authority": picture()}, {"authority": "", "kept": str(sheet)}):
        assert again.post("/report/", post | sent).status_code == 303
        assert follow(again) == number
    assert Concern.objects.count() == 1 and Helper.objects.count() == 1


def test_what_was_handed_over_is_not_shown_again_by_sending_it_again() -> None:
    client, post = Client(), last_screen()
    client.post("/report/", post)
    assert handed_over(client)
    again = Client()
    again.post("/report/", post | {"authority": picture()})
    page = again.get("/report/done/").content.decode()
    assert follow(again) and 'value="show"' not in page


# --- the code ------------------------------------------------------------------------------------
def test_the_code_is_shown_to_the_person_alone_and_hidden_again() -> None:
    client = filed()
    mine = follow(client)
    concern = Concern.objects.get()
    assert queries.by_code(mine) is None
    assert 'value="show"' in client.get("/report/done/").content.decode()
    before = held(client)
    theirs = handed_over(client)
    assert theirs not in before and theirs in held(client)
    assert queries.by_code(theirs) == concern
    assert mine not in client.get("/report/done/").content.decode().replace(" ", "")
    assert Entry.objects.filter(event="intake.code_handed_over").count() == 1
    client.post("/report/done/", {"do": "hide"})
    page = client.get("/report/done/").content.decode()
    assert follow(client) == mine and 'value="show"' not in page
    client.post("/report/done/", {"do": "show"})
    assert follow(client) == mine
    assert Entry.objects.filter(event="intake.code_handed_over").count() == 1
    assert theirs not in held(client)


def test_a_code_given_at_the_window_meanwhile_is_the_only_one() -> None:
    from lianxin.access import SYSTEM
    from lianxin.intake.actions import give_code_anew

    client = filed()
    mine = follow(client)
    new = give_code_anew(Concern.objects.get(), by=SYSTEM)
    client.post("/report/done/", {"do": "show"})
    assert follow(client) == mine, "an old code would open nothing"
    assert sees(in_browser(mine)), "the person's lost code is not the helper's"
    assert sees(in_browser(new))


def test_the_person_reads_who_follows_and_that_the_code_was_shown_and_ends_it() -> None:
    client = filed()
    mine, theirs = follow(client), handed_over(client)
    outbox.drain()
    person, helper = in_browser(theirs), in_browser(mine)
    page = person.get("/track/case/").content.decode()
    assert "有人替您反映了这件事" in page and "查询码在代办人的设备上显示过" in page
    assert "您在替别人看这件事" in helper.get("/track/case/").content.decode()
    person.post("/track/case/alone/", {"which": "standing"})
    assert not sees(helper) and not sees(in_browser(mine)) and sees(person)


# --- following -----------------------------------------------------------------------------------
def test_the_helper_comes_back_for_months_and_no_longer() -> None:
    mine = follow(filed())
    outbox.drain()
    for _ in range(3):
        assert sees(in_browser(mine))
    with clock.at(clock.now() + timedelta(days=364)):
        assert sees(in_browser(mine))
    with clock.at(clock.now() + timedelta(days=366)):
        assert not sees(in_browser(mine))


def test_a_helper_of_minutes_and_one_who_filed_do_not_end_each_other() -> None:
    client = filed()
    mine, theirs = follow(client), handed_over(client)
    outbox.drain()
    person = in_browser(theirs)
    person.post("/track/case/together/", {"may_write": "no"})
    number = next(one.number for one in queries.helpers_of(Concern.objects.get()) if one.number)
    other = Client()
    other.post("/track/together/", {"number": number})
    assert sees(other) and sees(in_browser(mine))
    person.post("/track/case/alone/", {"which": "now"})
    assert not sees(other) and sees(in_browser(mine))
    person.post("/track/case/alone/")
    assert not sees(in_browser(mine))


def test_with_a_wrong_receipt_number_before_it_and_as_staff_it_opens_nothing(cast: Cast) -> None:
    mine = follow(filed())
    number = Concern.objects.get().number
    assert sees(in_browser(f"{number} {mine}"))
    wrong = number[:-1] + ("2" if number[-1] != "2" else "3")
    assert not sees(in_browser(f"{wrong} {mine}"))
    assert not sees(in_browser(mine, cast.client(cast.clerk)))


def test_the_helper_adds_and_it_is_known_as_theirs() -> None:
    helper = in_browser(follow(filed()))
    outbox.drain()
    assert helper.post("/track/case/add/", {"words": "门牌是七号。"}).status_code == 303
    entry = Entry.objects.get(event="intake.words_added")
    assert entry.event_object().helped  # type: ignore[attr-defined]


# --- the desk ------------------------------------------------------------------------------------
def test_the_desk_sees_that_there_is_a_sheet_and_opens_it_on_the_record(cast: Cast) -> None:
    filed()
    outbox.drain()
    concern, row = Concern.objects.get(), Attachment.objects.get()
    desk = cast.client(cast.clerk)
    page = desk.get(f"/desk/cases/{concern.number}/").content.decode()
    address = f"/desk/cases/{concern.number}/original/{row.uuid}/"
    assert address in page
    assert "本人签名的委托" in page and f"/file/{row.uuid}/" not in page
    assert desk.get(f"/file/{row.uuid}/").status_code == 404
    assert cast.client(cast.handler_of_other_unit).get(address).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_what_the_desk_opens_is_the_sheet_without_its_notes(cast: Cast) -> None:
    load_presets()
    filed()
    outbox.drain()
    concern, row = Concern.objects.get(), Attachment.objects.get()
    address = f"/desk/cases/{concern.number}/original/{row.uuid}/"
    desk = cast.client(cast.clerk)
    assert "委托谁" in desk.get(address).content.decode()
    answer = desk.post(address, {"purpose": "核对委托书"})
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert Image.open(io.BytesIO(content)).size == (40, 30)
    assert Entry.objects.filter(event="vault.revealed", subject=f"file:{row.pk}").count() == 1


def test_erasing_name_and_number_takes_the_sheet_too() -> None:
    client = filed()
    theirs = handed_over(client)
    outbox.drain()
    row = Attachment.objects.get()
    person = in_browser(theirs)
    assert person.post("/track/case/erase-contact/").status_code == 303
    assert not Attachment.objects.exists() and not vault.every_field(row.uuid)
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if row.uuid.hex in path.name]


# --- without a network ---------------------------------------------------------------------------
def test_what_a_device_kept_is_not_filed_as_somebodys_own() -> None:
    post: dict[str, Any] = {**last_screen(), "part": []}
    post.pop("authority")
    answer = Client().post("/kept/send/", post)
    assert answer.status_code == 422 and "需要网络" in json.loads(answer.content)["problems"][""][0]
    assert not Concern.objects.exists()
    page = Client().get("/report/offline/").content.decode()
    assert "替别人反映需要有网络" in page
    assert re.search(r"data-for-other hidden[^>]*><input[^>]*for_other", page), (
        "only where it was so"
    )
