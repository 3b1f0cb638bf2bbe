"""What a device kept is filed once, whole, whenever and however often it comes."""

from __future__ import annotations

import random
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from lianxin.access import ANONYMOUS
from lianxin.cases.models import Case
from lianxin.intake import receipts
from lianxin.intake.actions import NewConcern, drop_waiting, file_concern, files
from lianxin.intake.channels.doors import told
from lianxin.intake.models import Attachment, Concern, DeviceEntry, Hold, Part, Visit
from lianxin.intake.offline import queries
from lianxin.intake.queries import by_code
from lianxin.journal import outbox
from lianxin.kernel import clock
from lianxin.vault.models import Entry as Sealed
from tests.cast import Cast
from tests.intake.offline.bad import TWINS
from tests.intake.offline.device import Cut, Device, Draft, photo, sha
from tests.intake.offline.fleet import Fleet

pytestmark = pytest.mark.django_db


def device(**options: Any) -> Device:
    return Device(chance=random.Random(7), **options)


def test_a_kept_concern_is_filed_with_its_files_and_its_own_code(cast: Cast) -> None:
    draft = Draft("路灯坏了三天。", [photo(1), photo(2)], code="12345678901234567890")
    answer = device().deliver(draft)
    concern = Concern.objects.get()
    assert answer["filed"]["code"].replace(" ", "") == draft.code
    assert by_code(draft.code) == concern and concern.attachments.count() == 2
    assert draft.receipts == {sha(photo(1)), sha(photo(2))} and not Part.objects.exists()
    outbox.drain()
    assert Case.objects.filter(concern=concern).exists()


def test_a_year_later_the_same_entry_gets_the_same_receipt(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = Draft("路灯坏了三天。", [photo(1)], code="12345678901234567890")
    first = device().deliver(draft)
    later = clock.now() + timedelta(days=400)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert device().deliver(draft) == first
    assert Concern.objects.count() == Attachment.objects.count() == 1


def test_a_lost_answer_is_answered_again_with_the_code_that_the_server_made(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = Draft("路灯坏了三天。")
    first = device().deliver(draft)
    later = clock.now() + timedelta(days=30)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert device().deliver(draft) == first and by_code(first["filed"]["code"])


def test_what_went_through_the_form_and_was_kept_too_is_one_concern(cast: Cast) -> None:
    key = str(uuid.uuid4())
    kept = file_concern(NewConcern(key=key, words="水管爆了。", place="东关大街"), by=ANONYMOUS)
    answer = device().deliver(Draft("水管爆了。", key=key))
    assert answer["filed"]["code"].replace(" ", "") == kept.code
    assert Concern.objects.count() == 1 and not DeviceEntry.objects.exists()
    again = device().deliver(Draft("水管爆了。", [photo(1)], key=key))
    assert "different" in again, "a photo that the form did not bring is not dropped silently"


def test_a_number_changed_after_the_form_had_arrived_is_not_taken_and_that_is_said(
    cast: Cast,
) -> None:
    key, reach = str(uuid.uuid4()), {"identity": "named", "name": "赵", "reply_mode": "phone"}
    new = NewConcern(
        key=key, words="水管爆了。", place="东关大街", identity="named", reply_mode="phone",
        contact={"name": "赵", "phone": "13812345678"},
    )  # fmt: skip
    file_concern(new, by=ANONYMOUS)
    sealed = list(Sealed.objects.order_by("pk").values())
    draft = Draft("水管爆了。", key=key, more={**reach, "phone": "13900001111"})
    for _again in range(2):
        answer = device().deliver(draft)["filed"]
        assert "没有采用" in answer["earlier"]
    assert list(Sealed.objects.order_by("pk").values()) == sealed and len(sealed) == 2
    fresh = Draft("另一件。", more={**reach, "phone": "13900001111"})
    assert "earlier" not in device().deliver(fresh)["filed"]
    assert "earlier" not in device().deliver(fresh)["filed"], "it was compared, and is the same"
    anonymous = str(uuid.uuid4())
    file_concern(NewConcern(key=anonymous, words="路灯。", place="东关大街"), by=ANONYMOUS)
    assert "earlier" not in device().deliver(Draft("路灯。", key=anonymous))["filed"]


def test_a_code_that_is_taken_is_replaced_and_the_device_is_told(cast: Cast) -> None:
    first, second = Draft("甲。甲。", code="1" * 20), Draft("乙。乙。", code="1" * 8 + "2" * 12)
    device().deliver(first)
    answer = device().deliver(second)["filed"]["code"]
    assert answer.replace(" ", "")[:8] != second.code[:8]
    assert by_code(first.code) and by_code(answer) and not by_code(second.code)
    assert device().deliver(second)["filed"]["code"] == answer


@pytest.mark.parametrize(
    "change",
    [
        {"words": "别的话。"},
        {"place": "西关"},
        {"wish": "明天修好"},
        {"identity": "named", "name": "赵", "phone": "13812345678"},
        {"part": [sha(photo(9))]},
        {"part": []},
        {"code": "9" * 20},
    ],
)
def test_other_content_under_a_used_key_is_refused_and_told(
    cast: Cast, change: dict[str, Any]
) -> None:
    draft = Draft("路灯坏了三天。", [photo(1)])
    filed = device().deliver(draft)["filed"]
    answer = Client().post("/kept/send/", draft.body() | change)
    assert answer.status_code == 409 and answer.json()["different"] == filed["number"]
    concern = Concern.objects.get()
    assert concern.words == draft.words and concern.attachments.count() == 1


def test_a_cut_upload_goes_on_where_it_was(cast: Cast) -> None:
    draft = Draft("路灯坏了三天。", [photo(n) for n in range(3)])
    whole, broken = device(), device(cuts=1)
    assert "missing" in whole.post("/kept/send/", draft.body())
    whole.upload(draft, draft.files[0])
    with pytest.raises(Cut):
        broken.upload(draft, draft.files[1])
    assert whole.post("/kept/send/", draft.body())["missing"] == [sha(photo(1)), sha(photo(2))]
    assert not Concern.objects.exists(), "nothing is filed without all of its files"
    before = draft.uploads
    whole.deliver(draft)
    assert draft.uploads - before == 2 and Concern.objects.get().attachments.count() == 3


def test_files_that_no_entry_followed_go_after_a_day_and_can_come_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, sender = Draft("路灯坏了三天。", [photo(1)]), device()
    sender.upload(draft, photo(1))
    later = clock.now() + files.WAIT + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert drop_waiting() == 1 and not Part.objects.exists()
    sender.deliver(draft)
    assert Concern.objects.get().attachments.count() == 1


def test_a_file_thrown_away_while_its_entry_is_filed_is_asked_for_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, sender = Draft("路灯坏了三天。", [photo(1)]), device()
    sender.upload(draft, photo(1))
    found = queries.parts_of(receipts.key_hash(draft.key))
    Attachment.objects.all().delete()
    monkeypatch.setattr(queries, "parts_of", lambda entry: found)
    assert sender.post("/kept/send/", draft.body()) == {"missing": [sha(photo(1))]}
    assert not Concern.objects.exists()


@pytest.mark.parametrize("error", [timedelta(days=2), timedelta(days=-2), timedelta(days=-400)])
def test_the_clock_of_a_device_is_a_claim(cast: Cast, error: timedelta) -> None:
    made = clock.now() + error
    device().deliver(Draft("路灯坏了三天。", made_at=made))
    concern = Concern.objects.get()
    assert abs(concern.received_at - clock.now()) < timedelta(minutes=1)
    assert DeviceEntry.objects.get().made_at == made and told(concern)


# --- staff ---------------------------------------------------------------------------------------


def owner(client: Client) -> str:
    found: str = client.get("/kept/token/").json()["owner"]
    return found


def taken_down(client: Client, **more: str) -> Draft:
    said = {"identity": "named", "name": "王桂兰", "phone": "13812345678", "reply_mode": "phone"}
    return Draft("井盖没了。", more={**said, "people": "2", "owner": owner(client), **more})


def test_staff_send_what_they_took_down_when_they_sign_in_again(cast: Cast) -> None:
    clerk = cast.client(cast.clerk)
    draft, to = taken_down(clerk), "/desk/register/walk-in/kept/"
    clerk.logout()
    assert clerk.post(to, draft.body()).status_code == 302 and not Concern.objects.exists()
    filed = device(client=cast.client(cast.clerk), to=to).deliver(draft)["filed"]
    concern = Concern.objects.get()
    assert (concern.channel, concern.registered_by) == ("walk_in", cast.clerk) and filed["code"]
    assert Visit.objects.get().people == 2 and not Hold.objects.exists()


def test_nobody_sends_what_a_colleague_can_still_send(cast: Cast) -> None:
    draft = taken_down(cast.client(cast.clerk))
    answer = cast.client(cast.dispatcher).post("/desk/register/walk-in/kept/", draft.body())
    assert answer.status_code == 409 and "owner" in answer.json() and not Concern.objects.exists()


def test_what_somebody_left_who_was_barred_is_handed_over_and_waits_for_a_person(
    cast: Cast,
) -> None:
    draft = taken_down(cast.client(cast.clerk))
    cast.clerk.is_active = False
    cast.clerk.save()
    sender = device(client=cast.client(cast.dispatcher), to="/desk/register/walk-in/kept/")
    sender.deliver(draft)
    assert Concern.objects.get().registered_by == cast.dispatcher
    assert Hold.objects.count() == 1 and DeviceEntry.objects.get().handed_over
    outbox.drain()
    assert not Case.objects.exists()


def test_the_name_of_an_owner_says_nothing_and_stays(cast: Cast) -> None:
    first, second = owner(cast.client(cast.clerk)), owner(cast.client(cast.dispatcher))
    assert first != second and len(first) == 32 and first == owner(cast.client(cast.clerk))
    assert owner(Client()) == owner(cast.client(cast.no_role)) == ""


# --- many devices at once (P12, the short form) ---------------------------------------------------


def test_twenty_devices_lose_nothing_double_nothing_and_overwrite_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    fleet = Fleet(devices=20, drafts=10, seed=20_261_126, monkeypatch=monkeypatch)
    found = fleet.run()
    assert found.lost == found.doubled == found.overwritten == 0, found
    assert found.delivered >= 400 and found.cut > 100 and found.refused > 10


@pytest.mark.parametrize("twin", TWINS)
def test_a_known_bad_build_is_caught(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, twin: str
) -> None:
    build, counted = TWINS[twin]
    build(monkeypatch)
    fleet = Fleet(devices=4, drafts=6, seed=3, monkeypatch=monkeypatch)
    assert getattr(fleet.run(), counted) > 0
