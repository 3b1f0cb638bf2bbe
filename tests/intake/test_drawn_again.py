"""Query codes are drawn by chance; one that begins like another's is drawn again, alone."""

from __future__ import annotations

import pytest

from lianxin.access import ANONYMOUS
from lianxin.intake import actions, receipts
from lianxin.intake.actions.filing import NewConcern, file_concerns
from lianxin.intake.models import Concern

pytestmark = pytest.mark.django_db


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Selectors to be drawn next; then 10000000 and so on."""
    wanted: list[str] = []
    made: list[str] = []

    def code_for(*_words: object) -> str:
        made.append(wanted.pop(0) if wanted else str(10_000_000 + len(made)))
        return made[-1] + "0" * 12

    monkeypatch.setattr(receipts, "code_for", code_for)
    return wanted


def new(key: str) -> NewConcern:
    return NewConcern(key=key, words=f"路灯坏了 {key}")


def test_one_concern_takes_another_selector(drawn: list[str]) -> None:
    drawn += ["12345678", "12345678", "12345678", "87654321"]
    actions.file_concern(new("a"), by=ANONYMOUS)
    receipt = actions.file_concern(new("b"), by=ANONYMOUS)
    assert receipt.code == "87654321" + "0" * 12


def test_in_a_batch_only_those_that_are_taken_are_drawn_again(drawn: list[str]) -> None:
    drawn += ["12345678"]
    actions.file_concern(new("a"), by=ANONYMOUS)
    # The second is taken, the third and the fourth are drawn alike.
    drawn += ["11111111", "12345678", "22222222", "22222222", "33333333", "44444444", "55555555"]
    receipts_ = file_concerns([new(key) for key in "bcde"], by=ANONYMOUS)
    selectors = [receipt.concern.selector for receipt in receipts_]
    assert selectors == ["11111111", "33333333", "44444444", "55555555"]
    assert all(receipt.fresh for receipt in receipts_)
    assert Concern.objects.count() == 5
