"""A break in the middle leaves whole batches; the same names in one place find the area."""

from __future__ import annotations

import pytest

from lianxin.access import SYSTEM
from lianxin.intake import importing
from lianxin.intake.models import Concern
from lianxin.kernel.sheets import Row
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def rows(count: int) -> list[Row]:
    return [Row(n + 2, {"内容": f"第{n}件事，西关社区门口没有灯。"}) for n in range(count)]


def plan(some: list[Row]) -> importing.Plan:
    return importing.plan(some[0], source="s", chosen={}, identity="confidential")


def test_breaking_off_leaves_whole_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 4)
    some = rows(10)

    def after(done: int) -> None:
        if done == 8:
            raise KeyboardInterrupt

    counts = importing.Imported()
    with pytest.raises(KeyboardInterrupt):
        importing.take_over(some, plan(some), by=SYSTEM, after=after, into=counts)
    assert Concern.objects.count() == counts.added == 8
    again = importing.take_over(some, plan(some), by=SYSTEM)
    assert (again.added, again.already) == (2, 8)


def test_the_place_is_found_in_the_words(cast: Cast) -> None:
    some = rows(1)
    importing.take_over(some, plan(some), by=SYSTEM)
    assert Concern.objects.get().area == cast.west_area
