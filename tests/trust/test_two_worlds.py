"""Whoever a complaint is about cannot tell that it exists, by any byte they can get (goal P5).

The known-bad builds below each leave one door open; the comparison must find every one of them.
The long form is `bench/trust/two_worlds.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING
from unittest import mock

import pytest
from django.db.models import Q

from tests.trust import worlds
from tests.walk import load_sorting

if TYPE_CHECKING:
    from tests.cast import Cast

pytestmark = pytest.mark.django_db

SEEDS = range(8)


def no_exclusion() -> AbstractContextManager[object]:
    """Deny does not override."""
    nobody = mock.Mock(return_value=Q(pk__in=()))
    return mock.patch("lianxin.cases.policy.keeps_away", nobody)


def unscoped_count() -> AbstractContextManager[object]:
    """A figure for everybody that counts every case."""
    return mock.patch("lianxin.cases.queries.reading.PUBLIC", Q())


def numbered_rows() -> AbstractContextManager[object]:
    """Ids that run through all cases stand on a page."""
    from lianxin.pages.views.desk import frame

    title_of = frame.title_of
    return mock.patch.object(frame, "title_of", lambda case: f"{title_of(case)} #{case.pk}")


def messages_stay() -> AbstractContextManager[object]:
    """What they had been told is not called back."""
    return mock.patch("lianxin.notices.actions.call_back", mock.Mock())


TWINS: dict[str, Callable[[], AbstractContextManager[object]]] = {
    "no_exclusion": no_exclusion,
    "unscoped_count": unscoped_count,
    "numbered_rows": numbered_rows,
    "messages_stay": messages_stay,
}


def found_by(cast: Cast, seeds: range) -> bool:
    """Whether any of these scenarios tells the worlds apart."""
    for seed in seeds:
        try:
            worlds.compare(cast, worlds.scenario(seed), most=1)
        except worlds.Difference:
            return True
    return False


@pytest.mark.parametrize("seed", SEEDS)
def test_the_two_worlds_are_the_same_to_them(cast: Cast, seed: int) -> None:
    load_sorting()
    worlds.compare(cast, worlds.scenario(seed), most=1)


def test_the_scenarios_look_from_every_side(cast: Cast) -> None:
    plans = [worlds.scenario(seed) for seed in SEEDS]
    assert {plan.way for plan in plans} == {"tick", "words", "later"}
    assert any(plan.part for plan in plans) and any(plan.unit for plan in plans)
    load_sorting()
    assert sum(worlds.compare(cast, plan, most=1) > 20 for plan in plans[:4]) >= 2


@pytest.mark.parametrize("twin", TWINS)
def test_each_open_door_is_found(cast: Cast, twin: str) -> None:
    load_sorting()
    with TWINS[twin]():
        assert found_by(cast, range(40))
