"""Whoever a complaint is about cannot tell that it exists, by any byte they can get (goal P5).

The known-bad builds below each leave one door open; the comparison must find every one of them.
TWO_WORLDS=2000 compares so many scenarios more.
"""

from __future__ import annotations

import os
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

SEEDS = range(int(os.environ.get("TWO_WORLDS", "8")))


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


TWINS: dict[str, tuple[Callable[[], AbstractContextManager[object]], int]] = {
    "no_exclusion": (no_exclusion, 4),
    "unscoped_count": (unscoped_count, 1),
    "numbered_rows": (numbered_rows, 7),
    "messages_stay": (messages_stay, 33),
}
"""Each with the first scenario that shows it; the long form looks through all of them."""


@pytest.mark.parametrize("seed", SEEDS)
def test_the_two_worlds_are_the_same_to_them(cast: Cast, seed: int) -> None:
    load_sorting()
    worlds.compare(cast, worlds.scenario(seed), most=1)


def test_the_scenarios_look_from_every_side(cast: Cast) -> None:
    plans = [worlds.scenario(seed) for seed in SEEDS]
    assert {plan.way for plan in plans} == {"tick", "words", "later"}
    assert any(plan.part for plan in plans) and any(plan.unit for plan in plans)
    load_sorting()
    assert worlds.compare(cast, plans[1], most=1) > 20


@pytest.mark.parametrize("twin", TWINS)
def test_each_open_door_is_found(cast: Cast, twin: str) -> None:
    load_sorting()
    build, seed = TWINS[twin]
    with build(), pytest.raises(worlds.Difference):
        worlds.compare(cast, worlds.scenario(seed), most=1)
    worlds.compare(cast, worlds.scenario(seed), most=1)
