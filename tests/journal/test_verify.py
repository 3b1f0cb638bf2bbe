from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection

from lianxin.journal import chain, checkpoints, guards
from lianxin.journal.anchors import sending
from lianxin.journal.models import Anchoring, Checkpoint, Entry
from lianxin.journal.verify import Fault, Kind, verify
from lianxin.kernel import clock
from tests.journal.conftest import Write

pytestmark = pytest.mark.django_db
COUNT = 20


def checkpoint() -> bool:
    """Sign the head and carry it to the anchor file; False when it is signed already."""
    written = checkpoints.write()
    sending.send()
    return written is not None


@pytest.fixture(autouse=True)
def forger(write: Write) -> None:
    """Twenty honest entries, a checkpoint at 10 and at 20; then the triggers are off."""
    write(10)
    checkpoint()
    with clock.at(timedelta(seconds=1)):
        write(10)
    checkpoint()
    assert verify().faults == ()
    guards.remove(connection)


def sql(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def shift(first: int, by: int) -> None:
    """Renumber the entries from `first` on."""
    sql(
        f"UPDATE journal_entry SET seq = seq + {by + 1_000_000} WHERE seq >= {first}",
        "UPDATE journal_entry SET seq = seq - 1000000 WHERE seq > 1000000",
    )


def rehash(first: int, last: int = 1_000) -> None:
    """Forge whole hashes from `first` to `last`, as somebody who knows the recipe."""
    before = Entry.objects.filter(seq__lt=first).order_by("-seq").first()
    prev = before.hash if before else chain.GENESIS
    for e in Entry.objects.filter(seq__gte=first, seq__lte=last).order_by("seq"):
        new = chain.link(
            seq=e.seq, prev=prev, at=chain.moment_text(e.at), event=e.event, subject=e.subject,
            actor=e.actor, act=e.act, data=e.data,
        )  # fmt: skip
        Entry.objects.filter(seq=e.seq).update(prev=prev, hash=new)
        prev = new


def insert(seq: int) -> None:
    donor = Entry.objects.get(seq=1)
    donor.seq, donor.subject = seq, "case:999"
    donor.save(force_insert=True)


def change() -> None:
    sql("UPDATE journal_entry SET data = '{}' WHERE seq = 7")


def change_time() -> None:
    Entry.objects.filter(seq=7).update(at=clock.now() + timedelta(days=1))


def change_and_hash() -> None:
    change()
    entry = Entry.objects.get(seq=7)
    prev = entry.prev
    rehash(7, 7)
    Entry.objects.filter(seq=7).update(prev=prev)


def change_and_hash_all() -> None:
    change()
    rehash(7)


def remove() -> None:
    sql("DELETE FROM journal_entry WHERE seq IN (7, 8)")


def remove_and_renumber() -> None:
    remove()
    shift(9, -2)


def remove_first() -> None:
    sql("DELETE FROM journal_entry WHERE seq = 1")


def insert_and_renumber() -> None:
    shift(7, 1)
    insert(7)


def insert_hashed_and_renumber() -> None:
    insert_and_renumber()
    rehash(7, 7)


def insert_and_hash_all() -> None:
    insert_and_renumber()
    rehash(7)


def insert_before_the_first() -> None:
    insert(-3)


def reorder() -> None:
    sql(
        "UPDATE journal_entry SET seq = 1000000 WHERE seq = 7",
        "UPDATE journal_entry SET seq = 7 WHERE seq = 9",
        "UPDATE journal_entry SET seq = 9 WHERE seq = 1000000",
    )


def cut() -> None:
    sql("DELETE FROM journal_entry WHERE seq > 17")


def cut_and_write_anew() -> None:
    cut()
    for seq in (18, 19, 20):
        insert(seq)
    rehash(18)


def hide_behind_the_moment() -> None:
    # SQLite stores what it is told to; this would be read as a moment eight hours earlier.
    sql("UPDATE journal_entry SET at = at || '+08:00' WHERE seq = 7")


def hide_behind_a_nul() -> None:
    sql("UPDATE journal_entry SET subject = subject || char(0) || 'x' WHERE seq = 7")


def empty() -> None:
    sql("DELETE FROM journal_entry")


@pytest.mark.parametrize(
    ("tamper", "fault"),
    [
        (change, Fault(Kind.CHANGED, 7)),
        (change_time, Fault(Kind.CHANGED, 7)),
        (change_and_hash, Fault(Kind.CHANGED, 7)),
        (change_and_hash_all, Fault(Kind.REWRITTEN, 10, 2)),
        (remove, Fault(Kind.MISSING, 7, 2)),
        (remove_and_renumber, Fault(Kind.MISSING, 7, 2)),
        (remove_first, Fault(Kind.MISSING, 1)),
        (insert_and_renumber, Fault(Kind.INSERTED, 7)),
        (insert_hashed_and_renumber, Fault(Kind.INSERTED, 7)),
        (insert_and_hash_all, Fault(Kind.REWRITTEN, 10, 2)),
        (insert_before_the_first, Fault(Kind.INSERTED, -3)),
        (reorder, Fault(Kind.REORDERED, 7, 3)),
        (cut, Fault(Kind.CUT, 18, 3)),
        (cut_and_write_anew, Fault(Kind.REWRITTEN, 20)),
        (hide_behind_the_moment, Fault(Kind.CHANGED, 7)),
        (hide_behind_a_nul, Fault(Kind.CHANGED, 7)),
        (empty, Fault(Kind.CUT, 1, 20)),
    ],
)
def test_it_finds_the_fault_and_its_place(tamper: Callable[[], None], fault: Fault) -> None:
    if tamper.__name__.startswith("hide") and connection.vendor != "sqlite":
        pytest.skip("this engine does not store such a value")
    tamper()
    assert verify().faults == (fault,)


def test_it_finds_every_one_of_many_random_changes() -> None:
    honest = list(Entry.objects.order_by("seq"))
    for seed in range(60):
        chance = random.Random(seed)
        victim = chance.choice(honest)
        column = chance.choice(["event", "subject", "actor", "data", "prev", "hash"])
        text = str(getattr(victim, column))
        place = chance.randrange(len(text))
        forged = text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :]
        Entry.objects.filter(seq=victim.seq).update(**{column: forged})
        found = verify().faults
        assert found and abs(found[0].seq - victim.seq) <= 1, (seed, column, found)
        Entry.objects.filter(seq=victim.seq).update(**{column: text})
    assert verify()


def test_two_faults_are_both_told() -> None:
    change()
    cut()
    assert verify().faults == (Fault(Kind.CHANGED, 7), Fault(Kind.CUT, 18, 3))


def test_without_checkpoints_a_cut_tail_cannot_be_seen() -> None:
    # The reason there are checkpoints, and why they belong on another disk.
    settings.ANCHOR_FILE.unlink()
    Anchoring.objects.all().delete()
    Checkpoint.objects.all().delete()
    cut()
    assert verify()


def test_the_file_is_only_ever_added_to_and_survives_a_torn_line(write: Write) -> None:
    path = settings.ANCHOR_FILE
    before = path.read_text()
    assert checkpoint() is False
    path.write_text(before + "0123ab")
    write(1)
    assert checkpoint() is True
    assert path.read_text().startswith(before + "0123ab\n")
    assert verify().checkpoints == 3
    assert verify()


def test_it_tells_how_far_it_is_and_walks_in_chunks(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lianxin.journal.verify.CHUNK", 8)
    told: list[int] = []
    verdict = verify(told.append)
    assert told == [8, 16, 20]
    assert (verdict.entries, verdict.head) == (20, Entry.objects.get(seq=20).hash)
