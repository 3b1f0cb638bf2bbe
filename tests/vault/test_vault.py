from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries, Settings

from lianxin.journal.models import Entry as JournalEntry
from lianxin.journal.queries import story
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.vault import queries
from lianxin.vault.actions import NotSealed, erase, reveal, seal, shred_due
from lianxin.vault.events import Erased, Revealed
from lianxin.vault.keys import KeysUnusable
from lianxin.vault.models import Entry
from lianxin.vault.sealing import Damaged

pytestmark = pytest.mark.django_db
OWNER = uuid4()


def open_phone(purpose: str = "核实地点") -> str:
    return reveal(OWNER, field="phone", by="user:5", purpose=purpose, subject="case:12")


def test_it_seals_many_fields_with_one_insert(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(1):
        seal(OWNER, fields={"phone": "13800138000", "name": "王秀英", "email": ""})
    assert queries.fields(OWNER) == ["name", "phone"]
    assert queries.fields(uuid4()) == []
    rows = b"".join(bytes(row) for row in Entry.objects.values_list("ciphertext", flat=True))
    assert b"13800138000" not in rows


def test_opening_is_on_the_record_first() -> None:
    seal(OWNER, fields={"phone": "13800138000"})
    assert open_phone() == "13800138000"
    [entry] = story(["case:12"])
    assert entry.event_object() == Revealed(field="phone", purpose="核实地点")
    assert entry.actor == "user:5"


@pytest.mark.django_db(transaction=True)
def test_the_record_stays_even_when_the_key_is_gone(settings: Settings) -> None:
    seal(OWNER, fields={"phone": "13800138000"})
    settings.KEYS = Path("/nonexistent")
    with pytest.raises(KeysUnusable):
        open_phone()
    assert len(story(["case:12"])) == 1


@pytest.mark.django_db(transaction=True)
def test_it_refuses_inside_a_transaction_that_could_take_the_record_back() -> None:
    seal(OWNER, fields={"phone": "13800138000"})
    with pytest.raises(RuntimeError), transaction.atomic():
        open_phone()
    assert not JournalEntry.objects.exists()


@pytest.mark.parametrize("purpose", ["", "x" * 3, "  \u0000 abc ", "x" * 201])
def test_it_asks_what_for(purpose: str) -> None:
    seal(OWNER, fields={"phone": "13800138000"})
    with pytest.raises(Problem) as caught:
        open_phone(purpose)
    assert list(caught.value.messages) == ["purpose"]
    assert not JournalEntry.objects.exists()


def test_nothing_sealed_is_no_record() -> None:
    with pytest.raises(NotSealed):
        open_phone()
    assert not JournalEntry.objects.exists()


def test_a_field_sealed_again_replaces_the_old() -> None:
    with clock.at(timedelta(days=-1)):
        seal(OWNER, fields={"phone": "13800138000"})
    seal(OWNER, fields={"phone": "13900139000"})
    assert open_phone() == "13900139000"


def test_a_ciphertext_copied_to_another_owner_does_not_open() -> None:
    seal(OWNER, fields={"phone": "13800138000"})
    stolen = Entry.objects.get()
    stolen.pk, stolen.owner = uuid4(), uuid4()
    stolen.save(force_insert=True)
    with pytest.raises(Damaged):
        reveal(stolen.owner, field="phone", by="user:5", purpose="核实地点", subject="case:13")


def test_erasing_leaves_only_the_proof() -> None:
    seal(OWNER, fields={"phone": "13800138000", "name": "王秀英"})
    proof = erase(OWNER, by="resident", subject="case:12")
    assert queries.fields(OWNER) == []
    [entry] = story(["case:12"])
    assert entry.event_object() == Erased(fields=("name", "phone"), entries=2)
    assert (proof.record, proof.entries, proof.fields) == (entry.seq, 2, ("name", "phone"))
    assert erase(OWNER, by="resident", subject="case:12").entries == 0


def test_what_may_no_longer_be_kept_goes_the_day_after() -> None:
    seal(OWNER, fields={"phone": "1"}, shred_after=date(2026, 11, 23))
    seal(OWNER, fields={"name": "2"})
    for day, left in ((23, ["name", "phone"]), (24, ["name"])):
        noon = clock.now().astimezone(clock.SHANGHAI).replace(2026, 11, day, 12)
        with clock.at(noon):
            shred_due()
        assert queries.fields(OWNER) == left


def test_hostile_text_is_sealed_and_bad_field_names_are_refused() -> None:
    seal(OWNER, fields={"name": "\x00<b>\ud800" + "长" * 5_000})
    opened = reveal(OWNER, field="name", by="user:5", purpose="核实身份", subject="case:12")
    assert opened == "\x00<b>?" + "长" * 5_000
    with pytest.raises(ValueError):
        seal(OWNER, fields={"Phone|x": "1"})
    assert connection.is_usable()
