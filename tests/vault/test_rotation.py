"""New keys, old ones gone when nothing needs them, and months that end for every backup."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from lianxin.journal.models import Entry as JournalEntry
from lianxin.kernel import clock
from lianxin.vault import chores, keys, sealing
from lianxin.vault.actions import seal
from lianxin.vault.keys import KeysUnusable
from lianxin.vault.models import Entry
from lianxin.vault.private import PrivateKeys
from tests.vault.process import environment

pytestmark = pytest.mark.django_db


def filled(count: int = 5, **options: date) -> list[UUID]:
    owners = [uuid4() for _ in range(count)]
    for n, owner in enumerate(owners):
        seal(owner, fields={"phone": f"1380013{n:04d}"}, **options)
    return owners


def read(entry: Entry) -> str:
    key = PrivateKeys().read(entry.key_id)
    return sealing.unseal(bytes(entry.ciphertext), field=entry.field, row=entry.id, key=key)


def all_texts() -> list[str]:
    return sorted(read(entry) for entry in Entry.objects.all())


def days(n: int) -> AbstractContextManager[None]:
    return clock.at(timedelta(days=n))


def test_everything_is_sealed_to_new_keys_and_opens(own_keys: Path) -> None:
    filled()
    old, texts = PrivateKeys().ids(), all_texts()
    done = chores.rotate(35)
    assert (done.entries, done.damaged) == (5, 0)
    assert not old & set(Entry.objects.values_list("key_id", flat=True))
    assert all_texts() == texts
    assert old <= PrivateKeys().ids(), "a backup of last week still needs them"


def test_old_keys_go_when_their_days_are_over_and_nothing_needs_them(own_keys: Path) -> None:
    filled()
    old, backup = PrivateKeys().ids(), list(Entry.objects.all())
    chores.rotate(35)
    with days(35):
        chores.keep_house()
        assert old <= PrivateKeys().ids()
    # Somebody whose process had still the old key seals one more.
    late = backup[0]
    late.pk = uuid4()
    late.ciphertext = sealing.seal("x", field="phone", row=late.pk, key=_public(late.key_id))
    late.save(force_insert=True)
    with days(37):
        chores.keep_house()
    assert not old & PrivateKeys().ids()
    assert all_texts()[-1] == "x"
    assert JournalEntry.objects.filter(event="vault.keys_destroyed").exists()
    with pytest.raises(KeysUnusable):
        read(backup[1])


def _public(key_id: str) -> X25519PublicKey:
    return PrivateKeys().read(key_id).public_key()


def test_a_key_that_something_needs_stays(own_keys: Path) -> None:
    filled(2)
    broken = Entry.objects.first()
    assert broken
    Entry.objects.filter(pk=broken.pk).update(ciphertext=b"x" * 100)
    assert chores.rotate(0).damaged == 1
    with days(2):
        chores.keep_house()
    assert broken.key_id in PrivateKeys().ids()


@pytest.mark.parametrize("after", [0, 1, 3, 7, 11])
def test_it_goes_on_where_it_was_killed(
    own_keys: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    filled()
    old, texts = PrivateKeys().ids(), all_texts()
    monkeypatch.setattr(chores, "BATCH", 1)
    create, update, left = keys.create, sealing.seal, [after]

    def dying(work: Callable[..., object]) -> Callable[..., object]:
        def step(*words: object, **names: object) -> object:
            left[0] -= 1
            if left[0] < 0:
                raise KeyboardInterrupt
            return work(*words, **names)

        return step

    with pytest.MonkeyPatch.context() as killed:
        killed.setattr(keys, "create", dying(create))
        killed.setattr(sealing, "seal", dying(update))
        with pytest.raises(KeyboardInterrupt):
            chores.rotate(35)
    assert all_texts() == texts
    chores.rotate(35)
    assert all_texts() == texts
    assert not old & set(Entry.objects.values_list("key_id", flat=True))
    retired = PrivateKeys().retired()
    assert old <= set(retired)
    assert not {keys.key_id(keys.read(path)) for path in own_keys.glob("*.pub")} & set(retired)


@pytest.mark.django_db(transaction=True)
def test_killed_for_real_it_goes_on(own_keys: Path, tmp_path: Path) -> None:
    filled(1_100)
    old = PrivateKeys().ids()
    words = environment(tmp_path, LIANXIN_VAULT_KEYS=str(own_keys), LIANXIN_KEYS=str(own_keys))
    command = [sys.executable, "-m", "lianxin", "vault", "rotate"]
    with subprocess.Popen(command, env=words, stdout=subprocess.DEVNULL) as process:
        until = time.monotonic() + 60
        while not Entry.objects.exclude(key_id__in=old).exists() and time.monotonic() < until:
            time.sleep(0.005)
        process.kill()
    left = Entry.objects.filter(key_id__in=old).count()
    assert 0 < left < 1_100, left
    done = subprocess.run(command, env=words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"{left:,} entries sealed anew" in done.stdout
    assert not Entry.objects.filter(key_id__in=old).exists()
    assert len(all_texts()) == 1_100


def test_a_month_that_is_over_is_unreadable_in_every_backup(own_keys: Path) -> None:
    today = clock.today()
    gone = keys.months_on(today, 0)
    filled(2, shred_after=gone)
    filled(2)
    stolen = list(Entry.objects.filter(shred_after=gone))
    assert read(stolen[0])
    with days((gone - today).days):
        chores.keep_house()
        assert Entry.objects.count() == 4
    with days((gone - today).days + 1):
        chores.keep_house()
    assert Entry.objects.count() == 2 and len(all_texts()) == 2
    assert not list(own_keys.glob(f"*{keys.month_of(gone)}*"))
    for entry in stolen:
        with pytest.raises(KeysUnusable):
            read(entry)
    assert JournalEntry.objects.filter(event="vault.keys_destroyed").count() == 1


def test_keys_of_coming_months_are_there_before_they_are_needed(own_keys: Path) -> None:
    for months in range(1, 4):
        with clock.at(timedelta(days=31 * months)):
            chores.keep_house()
            wanted = keys.month_of(keys.months_on(clock.today(), 36 + keys.AHEAD - 1))
            assert (own_keys / f"{wanted}.pub").exists()
