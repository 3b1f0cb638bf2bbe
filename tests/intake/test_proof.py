"""Whoever keeps the receipt can prove that the concern existed and what it said."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test import Client

from lianxin.access import ANONYMOUS
from lianxin.cli import main, program
from lianxin.intake import guards, proofs
from lianxin.intake.actions import NewConcern, file_concern
from lianxin.intake.models import Concern
from lianxin.intake.proofs import Finding
from lianxin.journal import chain
from lianxin.journal import guards as journal_guards
from lianxin.journal.models import Delivery, Entry
from lianxin.journal.verify import verify
from tests.cast import Cast
from tests.walk import Walk, begin

pytestmark = pytest.mark.django_db
PROOF = re.compile(r"[0-9]+(?:-[0-9a-f]{4}){4}")
LAST = {
    "at": "3", "words": "路灯坏了三天", "place": "东关大街", "wish": "", "identity": "anonymous",
    "reply_mode": "online",
}  # fmt: skip


def on_the_page(client: Client, path: str) -> str:
    found = PROOF.search(html.unescape(client.get(path).content.decode()))
    assert found
    return found[0]


@contextmanager
def unguarded() -> Iterator[None]:
    """As somebody who owns the database."""
    journal_guards.remove(connection)
    guards.remove(connection)
    yield


def proof_of(walk: Walk) -> str:
    return str(proofs.proof_for(walk.case.concern))


def test_the_receipt_carries_it_and_a_retry_shows_the_same(cast: Cast) -> None:
    client, post = Client(), {**LAST, "key": str(uuid.uuid4())}
    client.post("/report/", post)
    first = on_the_page(client, "/report/done/")
    client.post("/report/", post)
    assert on_the_page(client, "/report/done/") == first
    finding, concern = proofs.check(first)
    assert finding == Finding.AGREES and concern == Concern.objects.get()


def test_the_page_of_the_concern_shows_the_same(cast: Cast) -> None:
    walk = begin(cast)
    client = Client()
    client.post("/track/", {"code": walk.code})
    assert on_the_page(client, "/track/case/") == proof_of(walk)


def test_it_is_read_however_it_is_typed(cast: Cast) -> None:
    proof = proof_of(begin(cast))
    full_width = "".join(chr(ord(c) + 0xFEE0) if c != "-" else "－" for c in proof)
    for typed in (proof, proof.upper(), proof.replace("-", " "), full_width, f" {proof} "):
        assert proofs.check(typed)[0] == Finding.AGREES, typed


@pytest.mark.parametrize(
    "typed", ["", "12", "x" * 5_000, "\x00", "1-2-3", "0-" + "a" * 16, "٣-abcd"]
)
def test_what_is_no_proof_is_said_to_be_none(typed: str) -> None:
    assert proofs.check(typed) == (Finding.UNREADABLE, None)


def test_another_number_or_hash_agrees_with_nothing(cast: Cast) -> None:
    seq, rest = proof_of(begin(cast)).split("-", 1)
    wrong = "0000" if not rest.startswith("0000") else "1111"
    assert proofs.check(f"{seq}-{wrong}{rest[4:]}")[0] == Finding.NO_SUCH_ENTRY
    assert proofs.check(f"{int(seq) + 1}-{rest}")[0] == Finding.NO_SUCH_ENTRY
    assert proofs.check(f"999999999-{rest}")[0] == Finding.NO_SUCH_ENTRY


def test_changed_words_are_found(cast: Cast) -> None:
    walk = begin(cast)
    proof = proof_of(walk)
    with unguarded():
        Concern.objects.filter(pk=walk.case.concern.pk).update(words="路灯没坏")
    assert proofs.check(proof)[0] == Finding.CHANGED
    # The twin: the chain alone, which knows nothing of the words, is content.
    assert verify()


def test_a_concern_that_was_taken_away_is_found() -> None:
    receipt = file_concern(NewConcern(key="a", words="路灯坏了"), by=ANONYMOUS)
    Concern.objects.filter(pk=receipt.concern.pk).delete()
    assert proofs.check(receipt.proof) == (Finding.GONE, None)
    # The twin: the chain alone is content.
    assert verify()


def test_a_history_written_anew_as_a_whole_is_found(cast: Cast) -> None:
    walk = begin(cast)
    proof = proof_of(walk)
    with unguarded():
        Delivery.objects.all().delete()
        prev = chain.GENESIS
        for entry in Entry.objects.order_by("seq"):
            entry.actor = "system"
            digest = chain.link(
                seq=entry.seq, prev=prev, at=chain.moment_text(entry.at), event=entry.event,
                subject=entry.subject, actor=entry.actor, act=entry.act, data=entry.data,
            )  # fmt: skip
            Entry.objects.filter(pk=entry.pk).update(actor="system", prev=prev, hash=digest)
            prev = digest
    assert proofs.check(proof)[0] == Finding.NO_SUCH_ENTRY
    # The twin: without the paper, the new history agrees with itself.
    assert verify()


def test_the_command_says_it_in_a_sentence_and_an_exit_code(cast: Cast) -> None:
    proof = proof_of(begin(cast))
    run = CliRunner()
    agrees = run.invoke(program, ["journal", "prove", proof])
    assert agrees.exit_code == 0 and "with the words that were filed" in agrees.output
    other = run.invoke(program, ["journal", "prove", "1" + proof])
    assert other.exit_code == 1 and "No entry" in other.output


def test_the_command_says_what_is_no_proof(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["journal", "prove", "hello"])
    assert ended.value.code == 2
    assert "no proof of filing" in capsys.readouterr().err
