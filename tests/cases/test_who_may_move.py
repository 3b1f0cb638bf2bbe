"""Who may make which move: the policy against the one table, `tests/trust/access.yaml`.

There the pages are asked; here the policy alone, of every move, with what no page offers.
"""

from __future__ import annotations

import pytest

from lianxin.cases.policy import may_move
from lianxin.cases.states import MOVES, State
from tests.cases.test_every_move import put
from tests.trust.access_table import CAST, table
from tests.walk import Walk, begin

pytestmark = pytest.mark.django_db


def parts(name: str) -> set[str]:
    """Whom of the cast the table lets make this move, when they see the case."""
    found = {part for part, post in CAST.items() if post in table().acts.get(name, ())}
    return found | ({"resident"} if name in table().moves["resident"] else set())


def test_the_table_names_every_move() -> None:
    moves = table().moves
    named = {*table().acts, *moves["resident"], *moves["worker"]}
    assert set(MOVES) <= named
    assert {*moves["resident"], *moves["worker"]} <= set(MOVES)


@pytest.mark.parametrize("name", MOVES)
def test_only_those_of_the_table_may(walk: Walk, name: str) -> None:
    case = put(walk, sorted(MOVES[name].sources)[0])
    viewers = {part: walk.viewer(part) for part in walk.cast.staff}
    viewers |= {"resident": walk.resident, "stranger": walk.cast.stranger}
    viewers["resident_of_another_case"] = begin(walk.cast).resident
    allowed = {part for part, viewer in viewers.items() if may_move(viewer, case, name)}
    assert allowed == parts(name)


def test_a_supervisor_who_belongs_to_the_unit_is_not_independent(walk: Walk) -> None:
    case = put(walk, State.FOLLOW_UP)
    viewer = walk.viewer("supervisor")
    assert may_move(viewer, case, "order_rework")
    case.lead_unit = walk.cast.county
    assert not may_move(viewer, case, "order_rework")
