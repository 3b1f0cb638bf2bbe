"""Outside bodies: what each is for, and whose receipt is awaited, as far as one may see."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianxin.cases import actions
from lianxin.cases.models import Case, Conflict
from lianxin.cases.queries import handovers
from lianxin.kernel import clock
from lianxin.people.models import User
from tests.cast import Cast
from tests.walk import Walk, begin, load_sorting

pytestmark = pytest.mark.django_db
PAGE = "/desk/bodies/"
WHY = {"ground": "judicial_or_arbitration", "text": "这件事由法院决定，已经替您转过去了。"}


@pytest.fixture
def walk(cast: Cast) -> Walk:
    load_sorting()
    return begin(cast)


def handed(walk: Walk, body: str = "court", days: int = 15) -> Walk:
    walk.sort()
    new = actions.NewHandover(
        body=body, sent="原话", way="post", reference="EMS 1", sent_on=clock.today(),
        due_on=clock.today() + timedelta(days=days),
    )  # fmt: skip
    actions.hand_over(walk.case, new, **WHY, by=walk.viewer("clerk"))
    return walk


def page(walk: Walk, person: User | None = None, at: str = PAGE) -> Any:
    client = walk.cast.client(person or walk.cast.clerk)
    answer = client.get(at)
    assert answer.status_code == 200
    return answer.content.decode().partition("<main")[2].partition("</main>")[0]


def test_it_says_what_each_is_for_when_nothing_is_owed(walk: Walk) -> None:
    said = page(walk)
    assert "没有等着的回执" in said and "人民法院" in said and "12368" in said
    assert "欠薪、工伤" in said and "一般 15 天内" in said


def test_it_says_how_long_each_receipt_is_owed_the_first_due_first(walk: Walk) -> None:
    handed(walk)
    other = handed(begin(walk.cast), "labour_arbitration", days=3)
    with clock.at(clock.now() + timedelta(days=5)):
        said = page(walk)
        assert said.index(f"/{other.number}/") < said.index(f"/{walk.number}/")
        assert "晚了 2 天" in said and "5 天前" in said and "1 份没到" in said
        actions.note_receipt(
            other.case, receipt="7", received_on=clock.today(), by=walk.viewer("clerk")
        )
        said = page(walk)
        assert other.number not in said and "晚了" not in said


def kept_away(walk: Walk) -> Walk:
    handed(walk)
    Conflict.objects.create(
        case=walk.case, user=walk.cast.clerk, ground="interest", source="declared",
        standing="confirmed", at=clock.now(),
    )  # fmt: skip
    return walk


def test_what_a_conflict_keeps_from_somebody_is_neither_listed_nor_counted(walk: Walk) -> None:
    kept_away(walk)
    said = page(walk)
    assert "没有等着的回执" in said and walk.number not in said and "份没到" not in said
    assert walk.number in page(walk, walk.cast.dispatcher)


def test_twin_a_list_of_everything_would_be_caught(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The known-bad twin: lists and counts that do not ask who looks."""
    monkeypatch.setattr(handovers, "scope", lambda _viewer, _model: Case.objects.all())
    with pytest.raises(AssertionError):
        test_what_a_conflict_keeps_from_somebody_is_neither_listed_nor_counted(walk)


def test_it_costs_the_same_for_one_and_for_many(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cost() -> int:
        client.get(PAGE)
        with CaptureQueriesContext(connection) as spent:
            client.get(PAGE)
        return len(spent)

    client = walk.cast.client(walk.cast.clerk)
    handed(walk)
    once = cost()
    for body in ("court", "police", "procuratorate"):
        handed(begin(walk.cast), body)
    assert cost() == once


def test_a_long_list_has_pages(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    from lianxin.pages.views.desk import bodies

    monkeypatch.setattr(bodies, "PAGE", 1)
    handed(walk)
    other = handed(begin(walk.cast), days=20)
    said = page(walk)
    assert walk.number in said and other.number not in said and "page=2" in said
    assert other.number in page(walk, at=f"{PAGE}?page=2")
