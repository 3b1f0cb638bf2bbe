"""Whoever a complaint is about cannot tell that it exists, by any byte they can get (goal P5).

The known-bad builds each leave one door open; the comparison must find every one of them.
TWO_WORLDS=50 compares so many scenarios; `bench/trust/two_worlds.py` compares 2,000.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.trust import worlds
from tests.trust.open_doors import TWINS
from tests.turns import todays
from tests.walk import load_sorting

if TYPE_CHECKING:
    from tests.cast import Cast

pytestmark = pytest.mark.django_db

SEEDS = range(int(os.environ.get("TWO_WORLDS", "8")))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_two_worlds_are_the_same_to_them(cast: Cast, seed: int) -> None:
    load_sorting()
    worlds.compare(cast, worlds.scenario(seed))


def test_the_scenarios_look_from_every_side(cast: Cast) -> None:
    plans = [worlds.scenario(seed) for seed in SEEDS]
    assert {plan.way for plan in plans} == {"tick", "words", "later"}
    assert any(plan.part for plan in plans) and any(plan.unit for plan in plans)
    load_sorting()
    assert worlds.compare(cast, plans[1]) > 20


@pytest.mark.parametrize("twin", todays(list(TWINS), days=2))
def test_each_open_door_is_found(cast: Cast, twin: str) -> None:
    load_sorting()
    build, seed = TWINS[twin]
    with build(), pytest.raises(worlds.Difference):
        worlds.compare(cast, worlds.scenario(seed))
    worlds.compare(cast, worlds.scenario(seed))
