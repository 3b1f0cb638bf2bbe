from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries

from lianxin.journal.actions import act, record, record_many
from lianxin.journal.events import Event
from lianxin.journal.middleware import ActMiddleware
from lianxin.journal.models import Entry
from lianxin.journal.queries import head, story
from lianxin.kernel import clock
from tests.journal.conftest import Write
from tests.journal.sample import Done, Noted

pytestmark = pytest.mark.django_db


def test_it_chains_entries_over_every_column() -> None:
    moment = datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC)
    with clock.at(moment):
        first = record(Noted(text="路灯"), subject="case:1", by="user:5")
        second = record(Done(entry=1), subject="concern:2", by="system")
    body = f"sha256|1|{'0' * 64}|2026-11-23 01:02:03.000000|tests.noted|case:1|user:5|"
    body += f'{first.act.hex}|{{"tags":[],"text":"路灯"}}'
    assert first.hash == sha256(body.encode()).hexdigest()
    assert (first.seq, second.seq, second.prev) == (1, 2, first.hash)
    assert head() == (2, second.hash)


def test_it_gives_the_event_back() -> None:
    event = Noted(text="x", tags=("a", "b"))
    record(event, subject="case:1", by="resident")
    assert Entry.objects.get().event_object() == event
    with pytest.raises(FrozenInstanceError):
        event.text = "y"  # type: ignore[misc]


def test_it_tells_the_story_of_several_subjects_in_order(write: Write) -> None:
    write(4)
    assert [entry.subject for entry in story(["case:3", "case:1"])] == ["case:1", "case:3"]


def test_it_takes_the_same_queries_for_one_entry_and_for_fifty(
    write: Write, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    items: list[tuple[Event, str, str]] = [(Noted(text="x"), "case:1", "user:5")]
    for count in (1, 50):
        with django_assert_num_queries(2):
            record_many(items * count)


@pytest.mark.django_db(transaction=True)
def test_it_refuses_to_write_outside_a_transaction() -> None:
    with pytest.raises(RuntimeError):
        record(Noted(text="x"), subject="case:1", by="user:5")
    assert not Entry.objects.exists()


@pytest.mark.parametrize("bad", ["", "Case:1", "case:1|2", "case:一", "case:1\n", "c" * 65])
def test_it_refuses_a_reference_that_would_blur_the_hash(bad: str) -> None:
    with pytest.raises(ValueError):
        record(Noted(text="x"), subject=bad, by="user:5")
    with pytest.raises(ValueError):
        record(Noted(text="x"), subject="case:1", by=bad)


def test_it_refuses_an_event_nobody_registered() -> None:
    class Stray(Noted):
        """Not registered; carries a registered name all the same."""

    with pytest.raises(LookupError):
        record(Stray(text="x"), subject="case:1", by="user:5")
    assert not Entry.objects.exists()


def test_entries_of_one_act_share_its_number(rf: RequestFactory) -> None:
    def view(_request: HttpRequest) -> HttpResponse:
        record(Noted(text="x"), subject="case:1", by="user:5")
        with act():
            record(Noted(text="y"), subject="case:2", by="user:5")
        return HttpResponse()

    for _ in range(2):
        ActMiddleware(view)(rf.get("/"))
    acts = list(Entry.objects.order_by("seq").values_list("act", flat=True))
    assert acts[0] == acts[1] != acts[2] == acts[3]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_entry SET data = '{}' WHERE seq = 1",
        "DELETE FROM journal_entry",
        "TRUNCATE journal_entry CASCADE",
        "REPLACE INTO journal_entry SELECT * FROM journal_entry WHERE seq = 1",
    ],
)
def test_the_database_itself_refuses_to_change_an_entry(statement: str, write: Write) -> None:
    foreign = "REPLACE" if connection.vendor == "postgresql" else "TRUNCATE"
    if statement.startswith(foreign):
        pytest.skip("the engine does not know this statement")
    write(2)
    before = list(Entry.objects.order_by("seq").values_list())
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert list(Entry.objects.order_by("seq").values_list()) == before


@pytest.mark.django_db(transaction=True)
def test_the_guards_go_on_and_off_with_their_migration(write: Write) -> None:
    write(1)
    call_command("migrate", "journal", "0001", verbosity=0, skip_checks=True)
    Entry.objects.update(data="{}")
    call_command("migrate", "journal", verbosity=0, skip_checks=True)
    with pytest.raises(DatabaseError, match="append-only"):
        Entry.objects.update(data='{"x":1}')
