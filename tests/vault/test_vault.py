"""Into the vault, out of it on the record, and gone for good."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries, Settings

from lianxin.access import Refused
from lianxin.journal.models import Entry as JournalEntry
from lianxin.journal.queries import story
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.vault import queries
from lianxin.vault.actions import erase, reveal, seal, shred_due
from lianxin.vault.doors import NotOpened, Why
from lianxin.vault.events import Erased, Revealed
from lianxin.vault.keys import KeysUnusable
from lianxin.vault.models import Entry
from tests.vault.pretend import LI, NO, SUBJECT, YES, Pretend

pytestmark = pytest.mark.django_db


def open_phone(purpose: str = "核实地点") -> str:
    return reveal(SUBJECT, fields=["phone"], by=LI, purpose=purpose)["phone"]


def test_it_seals_many_fields_with_one_insert(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    owner = uuid4()
    seal(owner, fields={"name": "x"})
    with django_assert_num_queries(1):
        seal(owner, fields={"phone": "13800138000", "name": "王秀英", "email": ""})
    assert queries.fields(owner) == ["name", "phone"]
    assert queries.fields(uuid4()) == []
    rows = b"".join(bytes(row) for row in Entry.objects.values_list("ciphertext", flat=True))
    assert b"13800138000" not in rows


def test_opening_is_on_the_record_first(pretend: Pretend) -> None:
    seal(pretend.matter.owner, fields={"phone": "13800138000", "name": "王秀英"})
    both = reveal(SUBJECT, fields=["phone", "name"], by=LI, purpose="核实地点")
    assert both == {"phone": "13800138000", "name": "王秀英"}
    [entry] = story([SUBJECT])
    assert entry.event_object() == Revealed(
        purpose="核实地点", fields=("name", "phone"), role="handler", unit=3
    )
    assert entry.actor == "user:5"


@pytest.mark.django_db(transaction=True)
def test_the_record_stays_even_when_the_key_is_gone(pretend: Pretend, settings: Settings) -> None:
    seal(pretend.matter.owner, fields={"phone": "13800138000"})
    settings.VAULT_KEYS = Path("/nonexistent")
    with pytest.raises(KeysUnusable):
        open_phone()
    assert len(story([SUBJECT])) == 1


@pytest.mark.django_db(transaction=True)
def test_it_refuses_inside_a_transaction_that_could_take_the_record_back(pretend: Pretend) -> None:
    seal(pretend.matter.owner, fields={"phone": "13800138000"})
    with pytest.raises(RuntimeError), transaction.atomic():
        open_phone()
    assert not JournalEntry.objects.exists()


@pytest.mark.parametrize("purpose", ["", "x" * 3, "  \u0000 abc ", "x" * 201])
def test_it_asks_what_for(pretend: Pretend, purpose: str) -> None:
    seal(pretend.matter.owner, fields={"phone": "13800138000"})
    with pytest.raises(Problem) as caught:
        open_phone(purpose)
    assert list(caught.value.messages) == ["purpose"]
    assert not JournalEntry.objects.exists()


def test_who_may_not_leaves_no_record(pretend: Pretend) -> None:
    seal(pretend.matter.owner, fields={"phone": "13800138000"})
    pretend.now(may_open=NO)
    with pytest.raises(Refused):
        open_phone()
    pretend.now(may_open=YES, two=True)
    with pytest.raises(Refused):
        open_phone()
    assert not JournalEntry.objects.exists()


def test_a_field_sealed_again_replaces_the_old(pretend: Pretend) -> None:
    with clock.at(timedelta(days=-1)):
        seal(pretend.matter.owner, fields={"phone": "13800138000"})
    seal(pretend.matter.owner, fields={"phone": "13900139000"})
    assert open_phone() == "13900139000"


def test_a_ciphertext_copied_to_another_owner_does_not_open(pretend: Pretend) -> None:
    seal(uuid4(), fields={"phone": "13800138000"})
    stolen = Entry.objects.get()
    stolen.pk, stolen.owner = uuid4(), pretend.matter.owner
    stolen.save(force_insert=True)
    with pytest.raises(NotOpened) as refused:
        open_phone()
    assert refused.value.why == Why.DAMAGED


def test_erasing_leaves_only_the_proof(pretend: Pretend) -> None:
    owner = pretend.matter.owner
    seal(owner, fields={"phone": "13800138000", "name": "王秀英"})
    proof = erase(owner, by="resident", subject=SUBJECT)
    assert queries.fields(owner) == []
    [entry] = story([SUBJECT])
    assert entry.event_object() == Erased(fields=("name", "phone"), entries=2)
    assert (proof.record, proof.entries, proof.fields) == (entry.seq, 2, ("name", "phone"))
    assert erase(owner, by="resident", subject=SUBJECT).entries == 0
    with pytest.raises(NotOpened) as refused:
        open_phone()
    assert refused.value.why == Why.NOT_SEALED


def test_what_may_no_longer_be_kept_goes_the_day_after(own_keys: Path) -> None:
    owner = uuid4()
    seal(owner, fields={"phone": "1"}, shred_after=date(2026, 11, 23))
    seal(owner, fields={"name": "2"})
    for day, left in ((23, ["name", "phone"]), (24, ["name"])):
        noon = clock.now().astimezone(clock.SHANGHAI).replace(2026, 11, day, 12)
        with clock.at(noon):
            shred_due()
        assert queries.fields(owner) == left


def test_nothing_is_kept_for_ever() -> None:
    owner = uuid4()
    seal(owner, fields={"phone": "1"})
    last = Entry.objects.get(owner=owner).shred_after
    assert last and 36 * 30 < (last - clock.today()).days < 37 * 31


def test_hostile_text_is_sealed_and_bad_field_names_are_refused(pretend: Pretend) -> None:
    seal(pretend.matter.owner, fields={"name": "\x00<b>\ud800" + "长" * 5_000})
    opened = reveal(SUBJECT, fields=["name"], by=LI, purpose="核实身份")["name"]
    assert opened == "\x00<b>?" + "长" * 5_000
    with pytest.raises(ValueError):
        seal(uuid4(), fields={"Phone|x": "1"})
    assert connection.is_usable()
