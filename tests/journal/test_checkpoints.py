"""What a checkpoint says, when it is signed, and what happens to who tampers with one."""

from __future__ import annotations

import json
import re
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings as live
from django.db import Error, connection, transaction

from lianxin.journal import alarm, canonical, checkpoints, guards, signing, statements, tasks
from lianxin.journal.anchors import sending
from lianxin.journal.models import Checkpoint
from lianxin.journal.verify import Kind, verify
from lianxin.kernel import clock
from tests.journal.conftest import Write

pytestmark = pytest.mark.django_db
SIGNATURE = "A" * 86 + "=="


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines()


def test_a_checkpoint_is_due_after_ten_minutes_or_a_thousand_entries(write: Write) -> None:
    now = clock.now()
    assert not checkpoints.is_due(now)
    write(1)
    assert checkpoints.is_due(now)
    assert checkpoints.write()
    assert not checkpoints.is_due(now + timedelta(hours=1)), "nothing new"
    write(1)
    assert not checkpoints.is_due(now + timedelta(minutes=9))
    assert checkpoints.is_due(now + timedelta(minutes=11))
    write(998)
    assert not checkpoints.is_due(now + timedelta(minutes=9))
    write(1)
    assert checkpoints.is_due(now + timedelta(minutes=9))


def test_it_says_what_it_should_and_only_our_key_can_have_signed_it(write: Write) -> None:
    entries = write(3)
    signed = checkpoints.write()
    assert signed
    said = signed.statement
    assert (said.seq, said.hash, said.database) == (3, entries[2].hash, entries[0].hash[:32])
    assert signed.is_by(signing.public_keys())
    assert statements.read(signed.line()) == signed
    stranger = Ed25519PrivateKey.generate()
    forged = statements.sign(said, stranger)
    assert not forged.is_by(signing.public_keys())
    text = said.text().replace('"seq":3', '"seq":4')
    moved = statements.read(f"{signed.signature} {text}")
    assert moved and not moved.is_by(signing.public_keys())


@pytest.mark.parametrize(
    "line",
    ["", "x", f"{SIGNATURE} {{}}", SIGNATURE + ' {"seq":1}', f"{SIGNATURE} {{" + "[" * 850, "\0"],
)
def test_what_is_no_checkpoint_is_read_as_none(line: str) -> None:
    assert statements.read(line) is None


def test_another_spelling_of_the_same_is_no_checkpoint(write: Write) -> None:
    write(1)
    signed = checkpoints.write()
    assert signed
    loose = json.dumps(canonical.load(signed.statement.text()))
    assert statements.read(f"{signed.signature} {loose}") is None


def test_an_outsider_needs_the_key_the_file_and_openssl_only(write: Write, tmp_path: Path) -> None:
    """The recipe of docs/journal.md, word for word."""
    for _ in range(2):
        write(1)
        checkpoints.write()
    sending.send()
    page = (Path(__file__).parents[2] / "docs" / "journal.md").read_text()
    recipe = re.search(r"```sh\n(# check a file.+?)```", page, re.DOTALL)
    assert recipe
    key = next(iter(signing.public_keys().values()))
    (tmp_path / "key.pem").write_text(f"# a name\n{signing.pem(key)}")
    (tmp_path / "checkpoints.txt").write_text(live.ANCHOR_FILE.read_text())

    def check() -> list[str]:
        done = subprocess.run(
            ["sh", "-c", recipe[1]], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        return done.stdout.split("\n")

    assert [line.split()[0] for line in check() if line] == ["good", "good"]
    text = (tmp_path / "checkpoints.txt").read_text()
    (tmp_path / "checkpoints.txt").write_text(text.replace('"seq":2', '"seq":3'))
    assert [line.split()[0] for line in check() if line] == ["good", "BAD"]


def test_what_a_checkpoint_does_not_agree_with_is_not_signed_over(write: Write) -> None:
    write(3)
    tasks.write_checkpoint()
    sending.send()
    guards.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_entry WHERE seq = 3")
    write(1)
    with clock.at(timedelta(minutes=11)):
        tasks.write_checkpoint()
    assert Checkpoint.objects.count() == 1
    assert alarm.standing()


def test_lines_that_are_gone_from_the_anchor_file_are_missed(write: Write) -> None:
    for _ in range(3):
        write(1)
        checkpoints.write()
    sending.send()
    assert verify()
    kept = lines(live.ANCHOR_FILE)
    live.ANCHOR_FILE.write_text("\n".join([kept[0], kept[2]]) + "\n")
    (fault,) = verify().faults
    assert (fault.kind, fault.seq, fault.count) == (Kind.ANCHOR_CUT, 2, 1)


def test_a_forged_line_in_the_anchor_file_is_found(write: Write) -> None:
    write(2)
    checkpoints.write()
    sending.send()
    line = lines(live.ANCHOR_FILE)[0]
    with live.ANCHOR_FILE.open("a") as file:
        file.write(line.replace('"seq":2', '"seq":1') + "\n")
    (fault,) = verify().faults
    assert (fault.kind, fault.seq) == (Kind.FORGED, 1)


def test_a_copy_from_outside_that_is_not_ours_is_no_comfort(write: Write, tmp_path: Path) -> None:
    write(2)
    checkpoints.write()
    sending.send()
    foreign = tmp_path / "foreign"
    foreign.write_text("nothing of ours\n")
    (fault,) = verify(outside=[foreign]).faults
    assert fault.kind == Kind.NOT_OURS


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_checkpoint SET line = 'x'",
        "DELETE FROM journal_checkpoint",
        "INSERT OR REPLACE INTO journal_checkpoint (seq, line) VALUES (1, 'x')",
        "TRUNCATE journal_checkpoint CASCADE",
    ],
)
def test_the_database_refuses_to_change_checkpoints(write: Write, statement: str) -> None:
    theirs = {"INSERT": "sqlite", "TRUNCATE": "postgresql"}.get(statement.split()[0])
    if theirs not in (None, connection.vendor):
        pytest.skip("the engine does not know this statement")
    Checkpoint.objects.create(seq=1, line="y")
    with (
        pytest.raises(Error, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_without_our_keys_a_checkpoint_still_contradicts(
    write: Write, tmp_path: Path, settings: Any
) -> None:
    write(3)
    checkpoints.write()
    sending.send()
    settings.KEYS = tmp_path
    verdict = verify()
    assert verdict and not verdict.signatures
    guards.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_entry WHERE seq = 3")
    assert [fault.kind for fault in verify().faults] == [Kind.CUT]
