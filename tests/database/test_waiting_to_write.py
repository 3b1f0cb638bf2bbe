"""On SQLite one writes at a time; the others wait their turn, not long and not for ever."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection, transaction

from lianxin.journal.models import Chore

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="about SQLite only"),
]


@contextmanager
def somebody_writes() -> Iterator[threading.Event]:
    """Another connection holds the write lock until the event is set."""
    holds, done = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            Chore.objects.create(name="theirs")
            holds.set()
            done.wait(30)
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    assert holds.wait(10)
    try:
        yield done
    finally:
        done.set()
        thread.join()


def test_a_writer_waits_until_the_other_is_done() -> None:
    with somebody_writes() as done:
        threading.Timer(0.2, done.set).start()
        with transaction.atomic():
            Chore.objects.create(name="ours")
    assert Chore.objects.count() == 2


def test_a_writer_gives_up_in_the_end_and_can_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.2)
    with somebody_writes():
        begun = time.monotonic()
        with pytest.raises(OperationalError, match="locked"), transaction.atomic():
            Chore.objects.create(name="ours")
        assert time.monotonic() - begun >= 0.2
    with transaction.atomic():
        Chore.objects.create(name="ours")
    assert Chore.objects.count() == 2


def test_a_statement_outside_a_transaction_waits_as_well() -> None:
    with transaction.atomic():
        Chore.objects.create(name="before")
    with somebody_writes() as done:
        threading.Timer(0.2, done.set).start()
        Chore.objects.filter(name="before").update(last_error="changed")
    assert Chore.objects.get(name="before").last_error == "changed"


def test_many_writers_all_come_to_their_turn() -> None:
    def write(number: int) -> None:
        for turn in range(10):
            with transaction.atomic():
                Chore.objects.create(name=f"{number} {turn}")
        connection.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Chore.objects.count() == 80
