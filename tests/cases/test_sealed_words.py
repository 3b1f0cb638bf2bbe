"""What is reported under seal is sealed to the receiver's key: nothing readable is left here."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.test import Client, TestCase

from lianxin.access import SYSTEM, Viewer
from lianxin.cases import actions, queries
from lianxin.cases.models import Message
from lianxin.cases.states import State
from lianxin.deadlines import queries as clocks
from lianxin.intake import actions as intake
from lianxin.intake import proofs
from lianxin.intake.models import Addition, Attachment, Concern
from lianxin.intake.queries import opened_additions, read_with_keys
from lianxin.intake.storage import file_path, sealed_path
from lianxin.journal import outbox
from lianxin.kernel.problems import Problem
from lianxin.people import actions as people
from lianxin.people.roles import Role
from lianxin.seals import actions as seals
from lianxin.seals import sealing
from lianxin.vault import keys
from tests.cast import PASSWORD, Cast
from tests.intake.paper import copy
from tests.walk import Walk, begin, load_sorting

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db
committed = partial(TestCase.captureOnCommitCallbacks, execute=True)

PHRASE = "correct horse battery staple"
SAID = "他收了供水公司的红包"
LATER = "还有两次是现金"
WROTE = "什么时候方便再说一次"
ASKED = "是在哪一天给的"
CANARIES = (SAID, LATER, WROTE, ASKED, "红包的事", "要查清楚", "住建局二楼")


@pytest.fixture
def key(cast: Cast) -> str:
    """The receiver's key, as it lies on the paper."""
    load_sorting()
    return made_by(cast, cast.viewer(cast.discipline_receiver), cast.county.pk)


def made_by(cast: Cast, by: Viewer, unit: int) -> str:
    return seals.make_key(unit_id=unit, phrase=PHRASE, by=by)


def reported(cast: Cast, **changes: Any) -> Walk:
    row = intake.store_file(copy())
    wanted: dict[str, Any] = {
        "words": SAID, "title": "红包的事", "wish": "要查清楚", "place": "住建局二楼",
        "attachments": (row.uuid,), "latitude": "36.1", "longitude": "120.3",
        "about_official": True,
    }  # fmt: skip
    return begin(cast, **(wanted | changes))


def sealed(walk: Walk) -> Walk:
    walk.sort(kind="report", category="conduct.attitude", points=["红包的事"], pressing=True,
              priority_reason="红包的事")  # fmt: skip
    intake.add_words(walk.case.concern, words=LATER, by=walk.resident)
    actions.write_message(walk.case, words=WROTE, by=walk.resident)
    with committed():
        actions.seal_case(walk.case, by=walk.viewer("dispatcher"))
    return walk


def receiver(cast: Cast, *unlocked: str) -> Viewer:
    return replace(cast.viewer(cast.discipline_receiver), unlocked=unlocked)


def readable() -> dict[str, str]:
    """Where in the whole database, and in the kept files, one of the canaries can be read."""
    found = {}
    for model in apps.get_models():
        for row in model._default_manager.values():
            for canary in CANARIES:
                if canary in str(row) or any(
                    canary.encode() in bytes(v)
                    for v in row.values()
                    if isinstance(v, bytes | memoryview)
                ):
                    found[canary] = model.__name__
    return found


def test_nothing_readable_is_left(cast: Cast, key: str) -> None:
    walk = reported(cast)
    assert set(readable()) >= {SAID, "红包的事"}, "it can be read before"
    sealed(walk)
    actions.write_message(walk.case, words=ASKED, by=receiver(cast))
    intake.add_words(walk.case.concern, words=LATER, by=walk.resident)
    actions.write_message(walk.case, words=WROTE, by=walk.resident)
    assert readable() == {}
    row = Concern.objects.get()
    assert (row.latitude, row.happened_on) == (None, None)
    file = Attachment.objects.get()
    assert not file_path(file.uuid, "jpg").exists()
    assert sealed_path(file.uuid).read_bytes().startswith(b"age-encryption.org/v1")


def test_the_receiver_reads_it_and_nobody_without_the_key(cast: Cast, key: str) -> None:
    walk = sealed(reported(cast))
    concern = walk.case.concern
    assert not read_with_keys(concern, receiver(cast)) and concern.words == ""
    other, _public = sealing.new_key()
    assert not read_with_keys(concern, receiver(cast, other))
    mine = receiver(cast, key)
    assert read_with_keys(concern, mine)
    assert (concern.words, concern.title, concern.wish) == (SAID, "红包的事", "要查清楚")
    assert str(concern.latitude) == "36.100000"
    assert [row.words for row in opened_additions(concern, mine)] == [LATER]
    thread = queries.thread_of(walk.case, viewer=mine)
    assert [row.words for row in thread.messages] == [WROTE]


def test_what_comes_later_is_sealed_too_and_the_person_reads_what_is_asked(
    cast: Cast, key: str
) -> None:
    walk = sealed(reported(cast))
    actions.write_message(walk.case, words=ASKED, by=receiver(cast))
    actions.write_message(walk.case, words=ASKED, by=receiver(cast))
    assert Message.objects.exclude(by=None).count() == 1, "sent twice is sent once"
    more = intake.store_file(copy())
    intake.add_words(walk.case.concern, words=LATER, attachments=(more.uuid,), by=walk.resident)
    assert Attachment.objects.filter(sealed=True).count() == 2
    assert not Addition.objects.exclude(words="").exists()
    thread = queries.thread_of(walk.case, viewer=walk.resident)
    assert [row.words for row in thread.messages] == ["", ASKED]


def test_what_the_person_writes_sealed_and_sends_twice_is_kept_once(cast: Cast, key: str) -> None:
    walk = reported(cast)
    actions.write_message(walk.case, words=WROTE, by=walk.resident)
    sealed(walk)
    before = Message.objects.filter(by=None).count()
    client = Client()
    client.post("/track/", {"code": walk.code})
    for _ in range(3):
        assert client.post("/track/case/write/", {"text": LATER}).status_code == 303
    assert Message.objects.filter(by=None).count() == before + 1
    actions.write_message(walk.case, words=WROTE, by=walk.resident)
    assert Message.objects.filter(by=None).count() == before + 2, "other words are another one"


def test_what_was_written_just_before_the_seal_is_not_kept_again(cast: Cast, key: str) -> None:
    walk = reported(cast)
    actions.write_message(walk.case, words=WROTE, by=walk.resident)
    before = Message.objects.count()
    sealed(walk)
    actions.write_message(walk.case, words=WROTE, by=walk.resident)
    assert Message.objects.count() == before


def test_the_person_keeps_the_receipt_and_the_proof(cast: Cast, key: str) -> None:
    walk = sealed(reported(cast))
    proof = str(proofs.proof_for(walk.case.concern))
    assert proofs.check(proof)[0] == proofs.Finding.SEALED
    client = Client()
    client.post("/track/", {"code": walk.code})
    page = client.get("/track/case/").content.decode()
    assert proof in page and "已密封" in page
    assert not any(canary in page for canary in CANARIES)
    actions.write_message(walk.case, words=ASKED, by=receiver(cast))
    for form in ("json", "html"):
        own = b"".join(client.post("/track/case/data/copy/", {"form": form})).decode()
        assert "密封" in own or '"sealed": true' in own
        assert SAID not in own and WROTE not in own and ASKED in own


def test_the_person_is_told_whether_it_is_accepted_and_what_came_of_it(
    cast: Cast, key: str
) -> None:
    walk = sealed(reported(cast))
    assert "sealed_notice" in {clock.kind for clock in clocks.running(walk.case.subject)}
    browser = cast.client(cast.discipline_receiver)
    path = f"/desk/cases/{walk.number}/do"
    assert browser.post(f"{path}/tell_accepted/", {"grant": "yes"}).status_code == 200
    browser.post(f"{path}/tell_accepted/", {"grant": "yes", "text": ASKED})
    assert not clocks.running(walk.case.subject)
    assert browser.get(f"{path}/tell_accepted/").status_code == 403, "told once"
    browser.post(f"{path}/tell_result/", {"text": LATER})
    thread = queries.thread_of(walk.case, viewer=walk.resident)
    assert [row.words for row in thread.messages] == ["", ASKED, LATER]
    assert readable() == {} and walk.case.state == State.SEALED


def test_handed_back_it_says_what_was_filed(cast: Cast, key: str) -> None:
    walk = sealed(reported(cast))
    with pytest.raises(Problem):
        actions.hand_back(walk.case, reason="不是违纪", by=receiver(cast))
    assert walk.case.state == State.SEALED and walk.case.concern.words == ""
    with committed():
        actions.hand_back(walk.case, reason="不是违纪", by=receiver(cast, key))
    concern = walk.case.concern
    assert (walk.case.state, concern.words, concern.sealed) == (State.TRIAGE, SAID, None)
    assert proofs.agrees(concern)
    assert Message.objects.get().words == WROTE and Addition.objects.get().words == LATER
    file = Attachment.objects.get()
    assert file_path(file.uuid, "jpg").read_bytes()[:2] == b"\xff\xd8"
    assert not sealed_path(file.uuid).exists()
    intake.add_words(concern, words="又想起一件", by=walk.resident)
    assert Addition.objects.last().words == "又想起一件"  # type: ignore[union-attr]


def test_a_damaged_file_does_not_keep_the_words_back(cast: Cast, key: str) -> None:
    walk = sealed(reported(cast))
    kept = sealed_path(Attachment.objects.get().uuid)
    kept.write_bytes(kept.read_bytes()[:-9])
    with committed():
        actions.hand_back(walk.case, reason="不是违纪", by=receiver(cast, key))
    assert walk.case.concern.words == SAID
    assert Attachment.objects.get().sealed and kept.exists()


def test_a_message_that_cannot_be_opened_stops_the_handing_back(
    cast: Cast, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = sealed(reported(cast))
    actions.write_message(walk.case, words=ASKED, by=receiver(cast))
    lost = {"thread": bytes(32)}
    known = keys.secret
    monkeypatch.setattr(keys, "secret", lambda name: lost.get(name) or known(name))
    with pytest.raises(Problem, match="解锁"):
        actions.hand_back(walk.case, reason="不是违纪", by=receiver(cast, key))
    assert walk.case.state == State.SEALED and walk.case.concern.words == ""
    assert not file_path(Attachment.objects.get().uuid, "jpg").exists()


def test_other_words_put_in_their_place_are_noticed(cast: Cast, key: str) -> None:
    walk = sealed(reported(cast))
    concern = walk.case.concern
    public = sealing.public_of(key)
    assert public
    values = dict.fromkeys(("title", "words", "wish", "place"), "什么也没有发生") | dict.fromkeys(
        ("happened_on", "latitude", "longitude")
    )
    false = sealing.seal(values, label=f"concern:{concern.uuid}", to=[public])
    with pytest.raises(DatabaseError), transaction.atomic():
        Concern.objects.filter(pk=concern.pk).update(sealed=false)
    from lianxin.intake import guards

    guards.remove(connection)
    try:
        Concern.objects.filter(pk=concern.pk).update(sealed=false)
    finally:
        guards.install(connection)
    with pytest.raises(Problem, match="不是"):
        actions.hand_back(walk.case, reason="不是违纪", by=receiver(cast, key))
    assert walk.case.state == State.SEALED


def test_sealed_words_of_another_report_do_not_open_here(cast: Cast, key: str) -> None:
    one, two = sealed(reported(cast)), sealed(reported(cast, words="另一件事"))
    concern = one.case.concern
    concern.sealed = two.case.concern.sealed
    assert not read_with_keys(concern, receiver(cast, key))


def test_before_the_receiver_has_a_key_the_rules_alone_hold_and_then_it_is_sealed(
    cast: Cast,
) -> None:
    load_sorting()
    walk = sealed(reported(cast))
    assert walk.case.concern.words == SAID
    made_by(cast, cast.viewer(cast.discipline_receiver), cast.county.pk)
    outbox.drain()
    assert walk.case.concern.words == "" and readable() == {}


def test_the_next_receiver_can_read_when_this_one_turns_out_to_be_meant(
    cast: Cast, key: str
) -> None:
    above = people.create_unit(
        name="市纪委监委", kind="department", parent=None, area=cast.county_area, by=SYSTEM
    )
    person = people.add_user(username="above", name="岳山", password=PASSWORD, by=SYSTEM)
    people.add_member(user=person, unit=above, role=Role.DISCIPLINE_RECEIVER, by=SYSTEM)
    second = made_by(cast, cast.viewer(person), above.pk)
    walk = sealed(reported(cast))
    actions.name_party(
        walk.case, user_id=cast.discipline_receiver.pk, reason="说的就是他", by=receiver(cast, key)
    )
    assert walk.case.desk_unit == above
    assert read_with_keys(walk.case.concern, replace(cast.viewer(person), unlocked=(second,)))


def test_a_file_opens_for_the_unlocked_receiver_alone(cast: Cast, key: str) -> None:
    walk = sealed(reported(cast))
    path = f"/file/{Attachment.objects.get().uuid}/"
    browser = cast.client(cast.discipline_receiver)
    assert browser.get(path).status_code in (403, 404)
    browser.post("/desk/keys/unlock/", {"phrase": PHRASE})
    answer = browser.get(path)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content)[:2] == b"\xff\xd8"  # type: ignore[attr-defined]
    resident = Client()
    resident.post("/track/", {"code": walk.code})
    assert resident.get(path).status_code in (403, 404)
    assert cast.client(cast.dispatcher).get(path).status_code == 404


def test_the_case_page_asks_for_the_key_and_then_shows_the_words(cast: Cast, key: str) -> None:
    walk = sealed(reported(cast))
    browser = cast.client(cast.discipline_receiver)
    path = f"/desk/cases/{walk.number}/"
    locked = browser.get(path).content.decode()
    assert SAID not in locked and f"/desk/keys/unlock/?next={path}" in locked
    browser.post("/desk/keys/unlock/", {"phrase": PHRASE})
    page = browser.get(path).content.decode()
    assert all(canary in page for canary in (SAID, LATER, WROTE))
    assert "红包的事" in browser.get("/desk/").content.decode()
    browser.post("/desk/keys/lock/")
    assert not any(canary in browser.get("/desk/").content.decode() for canary in CANARIES)


def test_a_crash_between_sealing_and_removing_leaves_nothing_for_long(
    cast: Cast, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = reported(cast)
    kept = file_path(Attachment.objects.get().uuid, "jpg")
    content = kept.read_bytes()
    sealed(walk)
    put_back(kept, content)
    assert intake.drop_orphans([kept, sealed_path(Attachment.objects.get().uuid)]) == 1
    assert not kept.exists() and sealed_path(Attachment.objects.get().uuid).exists()


def put_back(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def test_a_build_that_seals_the_first_words_only_is_caught(
    cast: Cast, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "lianxin.intake.actions.adding.sealed_like", lambda _concern, words: (words, None, [])
    )
    walk = sealed(reported(cast))
    intake.add_words(walk.case.concern, words=LATER, by=walk.resident)
    assert readable() == {LATER: "Addition"}


def test_the_words_cannot_be_changed_by_way_of_the_seal(cast: Cast, key: str) -> None:
    walk = reported(cast)
    with pytest.raises(DatabaseError), transaction.atomic():
        Concern.objects.filter(number=walk.number).update(words="改过的话")
    sealed(walk)
    with pytest.raises(DatabaseError), transaction.atomic():
        Concern.objects.filter(number=walk.number).update(words="改过的话")
    with pytest.raises(DatabaseError), transaction.atomic():
        Message.objects.update(words="改过的话")
