"""P11: whoever owns the database changes the journal, and `verify` finds it, whatever they do.

They write SQL with the triggers off, know how hashes are made, forge as many as they like, and take
away the checkpoints that would tell. What they have not is our key, the anchor file and the
time-stamping authority. The known-bad build checks the chain and remembers nothing.
"""

from __future__ import annotations

import contextlib
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import places
from bench.trust.authority import Authority, authority

KINDS = ("edit", "delete", "insert", "reorder", "truncate", "reappend", "swap_stamp")
ENTRIES, EVERY = 40, 10
"""Entries of the honest journal, and how many lie between two checkpoints; one covers the last."""
CAMPAIGN = 5_000
"""Tamperings on each of the two engines."""
TWIN = "chain only, nothing remembered outside"

Row = tuple[Any, ...]
SEQ, DATA, PREV, HASH = 0, 6, 7, 8


@dataclass
class Count:
    """Found and missed, by kind."""

    found: Counter[str]
    missed: list[str]

    @property
    def fine(self) -> bool:
        """Each kind was tried, and each attempt found."""
        return not self.missed and set(self.found) == set(KINDS)


def honest(roots: Path, url: str) -> None:
    """Go on with the journal that is tampered with: checkpoints in table and file, time stamps.

    The triggers are off afterwards.
    """
    from datetime import timedelta

    from django.db import connection, transaction
    from django.test import override_settings

    from lianxin.journal import alarm, checkpoints, guards
    from lianxin.journal.actions import record
    from lianxin.journal.anchors import sending
    from lianxin.kernel import clock

    start = clock.now() - timedelta(days=1)
    with override_settings(TSA_URL=url, TSA_ROOTS=roots):
        for number in range(1, ENTRIES + 1):
            with clock.at(start + timedelta(minutes=7 * number)):  # stamps are an hour apart
                with transaction.atomic():
                    record(alarm.Verified(number, number, True), subject="journal", by="system")
                if number % EVERY == 0:
                    checkpoints.write()
                    sending.send()
    guards.remove(connection)


def attempts(count: int, seed: int, roots: Path, *, remember: bool = True) -> Count:
    """Tamper so many times with the honest journal, each time from the start; what was found."""
    from django.db import transaction
    from django.test import override_settings

    from lianxin.journal.verify import verify

    chance = random.Random(seed)
    result = Count(Counter(), [])
    with override_settings(TSA_ROOTS=roots), _nothing() if remember else _forgetful():
        if not verify():
            raise RuntimeError(f"the honest journal is not whole: {verify().faults}")
        for number in range(count):
            kind = KINDS[number % len(KINDS)]
            with transaction.atomic():
                what = TAMPER[kind](chance)
                if verify():
                    result.missed.append(f"{kind}: {what}")
                else:
                    result.found[kind] += 1
                transaction.set_rollback(True)
    return result


@contextlib.contextmanager
def _nothing() -> Iterator[None]:
    yield


@contextlib.contextmanager
def _forgetful() -> Iterator[None]:
    """The known-bad build: `verify` remembers nothing but the chain."""
    from unittest import mock

    from lianxin.journal import marks

    with mock.patch("lianxin.journal.marks.gather", return_value=marks.Marks()):
        yield


def _rows() -> list[Row]:
    from lianxin.journal.actions import COLUMNS
    from lianxin.journal.models import Entry

    return list(Entry.objects.order_by("seq").values_list(*COLUMNS))


def _write(rows: Sequence[Row]) -> None:
    """Make the table hold these rows and no others."""
    from django.db import connection

    from lianxin.journal.actions import COLUMNS
    from lianxin.journal.models import Entry

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_entry")
    Entry.objects.bulk_create(Entry(**dict(zip(COLUMNS, row, strict=True))) for row in rows)


def _put(row: Row, **changes: Any) -> Row:
    from lianxin.journal.actions import COLUMNS

    return tuple({**dict(zip(COLUMNS, row, strict=True)), **changes}.values())


def _hashed(row: Row, prev: str) -> Row:
    from lianxin.journal import chain

    seq, at, event, subject, actor, act, data, _prev, _hash = row
    digest = chain.link(
        seq=seq, prev=prev, at=chain.moment_text(at), event=event, subject=subject, actor=actor,
        act=act, data=data,
    )  # fmt: skip
    return (*row[:PREV], prev, digest)


def _forge(rows: list[Row], chance: random.Random, first: int) -> tuple[list[Row], str]:
    """Hide a change at index `first` and after: not at all, by new numbers, by new hashes."""
    how = chance.choice(["plain", "renumbered", "hashed anew"])
    if how != "plain":
        rows = [(number, *row[1:]) for number, row in enumerate(rows, 1)]
    if how == "hashed anew":
        rows = rows[:first] + _chained(rows[first:], rows[first - 1][HASH] if first else "0" * 64)
    return rows, how


def _chained(rows: Sequence[Row], prev: str) -> list[Row]:
    made: list[Row] = []
    for row in rows:
        made.append(_hashed(row, prev))
        prev = made[-1][HASH]
    return made


def _edit(chance: random.Random) -> str:
    rows = _rows()
    at = chance.randrange(len(rows))
    column = chance.choice(["event", "subject", "actor", "data"])
    index = {"event": 2, "subject": 3, "actor": 4, "data": DATA}[column]
    text = str(rows[at][index])
    place = chance.randrange(len(text))
    other = chance.choice([c for c in "abcxyz0189" if c != text[place]])
    rows[at] = _put(rows[at], **{column: text[:place] + other + text[place + 1 :]})
    how = chance.choice(["plain", "its own hash", "hashed anew"])
    if how == "its own hash":
        rows[at] = _hashed(rows[at], rows[at][PREV])
    if how == "hashed anew":
        rows[at:] = _chained(rows[at:], rows[at][PREV])
    _write(rows)
    return f"{column} of {at + 1}, {how}"


def _delete(chance: random.Random) -> str:
    rows = _rows()
    first = chance.randrange(len(rows) - 1)
    many = chance.randint(1, min(5, len(rows) - 1 - first))
    del rows[first : first + many]
    rows, how = _forge(rows, chance, first)
    _write(rows)
    return f"{many} at {first + 1}, {how}"


def _insert(chance: random.Random) -> str:
    rows = _rows()
    first = chance.randrange(len(rows))
    donor = chance.choice(rows)
    rows.insert(first, _put(donor, seq=rows[first][SEQ]))
    rows = [(number, *row[1:]) for number, row in enumerate(rows, 1)]
    rows, how = _forge(rows, chance, first)
    _write(rows)
    return f"at {first + 1}, {how}"


def _reorder(chance: random.Random) -> str:
    rows = _rows()
    one, two = sorted(chance.sample(range(len(rows)), 2))
    rows[one], rows[two] = (
        _put(rows[two], seq=rows[one][SEQ]),
        _put(rows[one], seq=rows[two][SEQ]),
    )
    rows, how = _forge(rows, chance, one)
    _write(rows)
    return f"{one + 1} and {two + 1}, {how}"


def _truncate(chance: random.Random) -> str:
    rows = _rows()
    kept = chance.randrange(len(rows))
    _write(rows[:kept])
    _forget_after(kept)
    return f"after {kept}"


def _reappend(chance: random.Random) -> str:
    rows = _rows()
    kept = chance.randrange(len(rows))
    many = chance.randint(1, 2 * ENTRIES - kept)
    tail = [
        _put(chance.choice(rows), seq=kept + 1 + number, actor=f"user:{chance.randint(1, 99)}")
        for number in range(many)
    ]
    prev = rows[kept - 1][HASH] if kept else "0" * 64
    _write(rows[:kept] + _chained(tail, prev))
    _forget_after(kept)
    return f"after {kept}, {many} new"


def _forget_after(kept: int) -> None:
    """Take away the checkpoints in the database that would tell."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_anchoring WHERE checkpoint_id > %s", [kept])
        cursor.execute("DELETE FROM journal_checkpoint WHERE seq > %s", [kept])


def _swap_stamp(chance: random.Random) -> str:
    """Put the stamp of one checkpoint in the place of another's; or none at all."""
    from lianxin.journal.models import Anchoring

    stamps = list(Anchoring.objects.filter(anchor="timestamp").exclude(receipt=""))
    one, two = chance.sample(stamps, 2)
    text = chance.choice([two.receipt, "", two.receipt[:-8] + "AAAAAAAA"])
    Anchoring.objects.filter(pk=one.pk).update(receipt=text)
    return f"of {one.checkpoint_id}"


TAMPER: dict[str, Callable[[random.Random], str]] = {
    "edit": _edit,
    "delete": _delete,
    "insert": _insert,
    "reorder": _reorder,
    "truncate": _truncate,
    "reappend": _reappend,
    "swap_stamp": _swap_stamp,
}


def _inside(count: int, seed: int, tsa: Authority) -> tuple[Count, Count]:
    honest(tsa.roots, tsa.url)
    good = attempts(count, seed, tsa.roots)
    return good, attempts(max(len(KINDS) * 10, count // 50), seed, tsa.roots, remember=False)


def run(*, seed: int, scale: float = 1.0) -> dict[str, object]:
    """Five thousand random tamperings on each engine; see `Count`."""
    count = max(len(KINDS), round(CAMPAIGN * scale))
    engines: dict[str, object] = {}
    passed, caught = True, True
    for engine in places.ENGINES:
        with authority() as tsa, places.place(engine) as place:
            place.migrate()
            good, bad = place.inside(_inside, count, seed, tsa)
        passed = passed and good.fine
        caught = caught and any(text.startswith("reappend") for text in bad.missed)
        engines[engine] = {
            "tamperings": count,
            "found": dict(sorted(good.found.items())),
            "missed": good.missed[:20],
        }
    return {
        "passed": passed and caught,
        "engines": engines,
        "twins": {TWIN: "caught" if caught else "missed"},
    }
