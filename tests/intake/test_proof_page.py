"""Anybody with a receipt can ask whether it still agrees, and learns nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test import Client

from lianxin.intake import guards, proofs
from lianxin.intake.models import Concern
from lianxin.journal import alarm, checkpoints, signing, statements
from lianxin.journal.actions import record
from lianxin.journal.models import Entry
from lianxin.kernel import clock
from tests.cast import Cast
from tests.walk import WORDS, Walk, begin

pytestmark = pytest.mark.django_db
AGREES, NOTHING, CHANGED = "一字不差", "没有和这个号对得上的记录", "和当初提交的不一样了"


@pytest.fixture
def walk(cast: Cast) -> Walk:
    return begin(cast)


@pytest.fixture
def proof(walk: Walk) -> str:
    return str(proofs.proof_for(walk.case.concern))


def ask(text: str) -> str:
    answer = Client().post("/proof/", {"proof": text})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return answer.content.decode()


def another_entry() -> Entry:
    with transaction.atomic():
        return record(alarm.Verified(1, 1, True), subject="journal", by="system")


def test_the_receipt_and_the_page_of_the_concern_lead_there(walk: Walk) -> None:
    client = Client()
    client.post("/track/", {"code": walk.code})
    assert 'href="/proof/"' in client.get("/track/case/").content.decode()


def test_a_right_one_agrees_however_it_is_typed_and_says_no_more(walk: Walk, proof: str) -> None:
    for typed in (proof, proof.upper(), proof.replace("-", " "), f" {proof}\n"):
        page = ask(typed)
        assert AGREES in page
        for secret in (WORDS[:8], walk.number, walk.cast.housing.name, "东关大街"):
            assert secret not in page.replace(typed.strip(), "")


def test_a_wrong_one_is_answered_ever_more_slowly(
    proof: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("lianxin.intake.slowing.time.sleep", waited.append)
    wrong = proof[:-4] + ("0000" if not proof.endswith("0000") else "1111")
    for _ in range(8):
        assert NOTHING in ask(wrong)
    assert waited[0] == 0 and waited[-1] > 0 and waited == sorted(waited)
    count = len(waited)
    assert AGREES in ask(proof)
    assert len(waited) == count, "whoever has a right one does not wait"


@pytest.mark.parametrize("typed", ["", "abc", "x" * 5_000, "\x00", "12345678901234567890"])
def test_what_is_no_proof_is_said_at_the_field_and_kept(walk: Walk, typed: str) -> None:
    page = ask(typed)
    assert 'aria-invalid="true"' in page
    assert AGREES not in page and NOTHING not in page
    if typed == "abc":
        assert 'value="abc"' in page


def test_changed_words_are_said(walk: Walk, proof: str) -> None:
    guards.remove(connection)
    Concern.objects.update(words="路灯没坏")
    assert CHANGED in ask(proof)


def test_the_key_and_one_checkpoint_a_day_are_for_everybody(walk: Walk) -> None:
    now = clock.now()
    for hours in (-50, -49, -26, -25, 0):
        with clock.at(now + timedelta(hours=hours)):
            another_entry()
            checkpoints.write()
    text = Client().get("/proof/checkpoints.txt").content.decode()
    found = [statements.read(line) for line in text.splitlines()]
    assert found and all(signed and signed.is_by(signing.public_keys()) for signed in found)
    days = [signed.statement.at[:10] for signed in found if signed]
    assert len(days) == len(set(days)) <= 3
    today = clock.today()
    for signed in found:
        assert signed
        at = datetime.fromisoformat(signed.statement.at)
        assert at.astimezone(clock.SHANGHAI).date() < today, "none of today"
    pem = Client().get("/proof/key.pem").content.decode()
    assert all(signing.pem(key) in pem for key in signing.public_keys().values())
    assert "PRIVATE" not in pem
