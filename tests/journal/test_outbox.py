from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models import F

from lianxin.journal import outbox, queries
from lianxin.journal.actions import record
from lianxin.journal.models import Delivery, Entry
from lianxin.journal.outbox import drain, handles
from lianxin.kernel import clock
from tests.journal.conftest import Write
from tests.journal.sample import Done, Noted

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_handlers")]


def done() -> list[int]:
    """Entries the handler of the test worked on, by its own entries."""
    return [e.event_object().data()["entry"] for e in Entry.objects.filter(event=Done.name)]  # type: ignore[misc]


def handle(entries: list[Entry]) -> None:
    for entry in entries:
        record(Done(entry=entry.seq), subject=entry.subject, by="system")


def test_an_entry_reaches_its_handler_once(write: Write) -> None:
    seen: list[int] = []

    @handles(Noted, name="tests.once")
    def once(entries: list[Entry]) -> None:
        seen.append(len(entries))
        handle(entries)

    write(3)
    assert queries.backlog()[0] == 3
    assert (drain(), drain(), seen) == (3, 0, [3])
    assert done() == [1, 2, 3]
    assert queries.backlog() == (0, None)


def test_nothing_is_owed_without_a_handler_and_nothing_is_lost_with_an_old_name(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(1)
    assert not Delivery.objects.exists()
    handles(Noted, name="tests.renamed")(handle)
    write(1)
    monkeypatch.setattr(outbox, "_handlers", {})
    assert drain() == 0
    assert queries.without_handler() == ["tests.renamed"]


def test_a_poisoned_entry_does_not_hold_up_its_neighbours(write: Write) -> None:
    @handles(Noted, name="tests.picky")
    def picky(entries: list[Entry]) -> None:
        handle(entries)
        if any(entry.seq == 2 for entry in entries):
            raise ValueError("她说了什么")

    write(3)
    assert drain() == 2
    assert done() == [1, 3]
    failed = Delivery.objects.get(done_at=None)
    assert (failed.entry_id, failed.attempts, failed.lease) == (2, 1, None)
    assert failed.last_error.startswith("ValueError at ")
    assert "她" not in failed.last_error
    assert drain() == 0


def test_it_waits_longer_each_time_and_gives_up_in_the_end(write: Write) -> None:
    @handles(Noted, name="tests.broken")
    def broken(entries: list[Entry]) -> None:
        raise RuntimeError

    write(1)
    waits = []
    for _ in range(outbox.ATTEMPTS):
        due = Delivery.objects.get().due_at
        with clock.at(due + timedelta(milliseconds=1)):
            assert drain() == 0
            waits.append(Delivery.objects.get().due_at - clock.now())
    assert waits[0] == timedelta(seconds=10)
    assert waits == sorted(waits)
    assert [delivery.entry_id for delivery in queries.dead()] == [1]
    with clock.at(timedelta(days=30)):
        assert drain() == 0
    assert Delivery.objects.get().attempts == outbox.ATTEMPTS


def test_a_killed_workers_lease_runs_out(write: Write) -> None:
    handles(Noted, name="tests.leased")(handle)
    write(2)
    killed = outbox._claim(uuid4(), ["tests.leased"], 10)
    assert len(killed) == 2
    assert drain() == 0
    Delivery.objects.update(leased_until=F("leased_until") - outbox.LEASE)
    assert drain() == 2
    # The worker was only slow: it finds its lease gone and does nothing twice.
    assert outbox._deliver("tests.leased", killed, killed[0].lease or uuid4()) == 0
    assert done() == [1, 2]


def test_it_keeps_to_its_limit_and_to_the_handlers_asked_for(write: Write) -> None:
    handles(Noted, name="tests.one")(handle)
    handles(Noted, name="tests.two")(handle)
    write(3)
    assert drain(handlers=["tests.two"], limit=2) == 2
    assert Delivery.objects.filter(handler="tests.one").exclude(done_at=None).count() == 0
    assert drain() == 4
