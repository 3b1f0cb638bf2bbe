"""Every address, method, role and relation is as one reviewed table says (goal P4).

The table is `access.yaml`. Here cells are asked in which something opens, and of the closed ones
those that are closed for one reason only; `bench/trust/access_matrix.py` asks all of them.
"""

from __future__ import annotations

from collections import Counter
from unittest import mock

import pytest
from django.http import HttpResponse
from django.urls import get_resolver, path

from lianxin.access import scopes
from lianxin.cases import policy, queries
from lianxin.pages.acts import EVERY
from lianxin.pages.resident.doing import DEEDS
from lianxin.people.queries import viewer_for
from lianxin.people.roles import Role
from tests.cast import Cast
from tests.trust import matrix
from tests.trust.access_table import CLOSED, OPEN, table
from tests.trust.access_town import act_of, build
from tests.trust.mutants import mutants, shown_by
from tests.trust.posts import KEPT
from tests.turns import todays

pytestmark = pytest.mark.django_db
PARTS, DAYS = 2, 4
"""Tests that share the day's cells between two processors; days until each cell was asked."""


def test_every_address_act_and_deed_has_a_line_and_every_line_is_about_one() -> None:
    assert sorted(table().lines) == sorted(route for route, _name in matrix.routes())
    assert table().acts.keys() == EVERY.keys()
    assert table().deeds.keys() == DEEDS.keys()


def test_an_address_without_a_line_is_noticed() -> None:
    forgotten = path("desk/forgotten/", lambda _request: HttpResponse(), name="forgotten")
    with mock.patch.object(get_resolver(), "url_patterns", [forgotten]):
        assert {route for route, _name in matrix.routes()} - set(table().lines) == {
            "desk/forgotten/"
        }


@pytest.mark.parametrize("part", range(PARTS))
def test_each_cell_is_as_the_table_says(cast: Cast, part: int) -> None:
    town = build(cast, acts=False)
    asking = matrix.Asking(town)
    chosen = [cell for cell in matrix.cells(town) if matrix.short(cell)]
    assert {cell.line.route for cell in chosen} == set(table().lines)
    assert {cell.post.role for cell in chosen} > set(Role.values)
    today = todays(chosen, days=DAYS)
    assert [told for cell in today[part::PARTS] if (told := matrix.fault(asking, cell))] == []


def test_each_act_is_for_whom_the_table_says(cast: Cast) -> None:
    town = build(cast)
    asking = matrix.Asking(town)
    assert list(matrix.deed_faults(asking)) == []
    told, opened = [], Counter[str]()
    viewers = {one: viewer_for(one.user) for one in town.posts.everybody if one.place}
    for cell in matrix.act_cells(town):
        opens = cell.want == OPEN and cell.method == "GET"
        if opens or (cell.want != CLOSED and cell.post.place == "unit"):
            opened[cell.situation] += opens
            told.append(matrix.fault(asking, cell))
        elif cell.want != CLOSED and cell.post.place not in KEPT and cell.post in viewers:
            # The policy, without its page.
            case = queries.case_by_id(town.cases[cell.situation])
            answer = EVERY[act_of(cell.situation)].may(viewers[cell.post], case)
            told.append("" if bool(answer) == (cell.want == OPEN) else str(cell))
    assert [one for one in told if one] == []
    assert opened.keys() == town.sights.keys()


TWINS = (
    "visible_cases: seen &= ~(HELD | Q(state=State.SEALED)) -> pass",
    "visible_cases: HELD & Q(desk_unit__in=units) -> HELD",
    "visible_cases: rows.filter(seen).exclude(away) ->",
    "keeps_away: Q(user=viewer.user_id) | Q(ground='about') &",
    "may_see_contact: Denied(_('The person asked that only the intake desk",
    "scope: rows if viewer.is_system else narrow(viewer, rows) ->",
)
"""Changes of the policy that must show; the campaign makes all of them."""


def test_a_policy_with_one_change_shows_in_a_cell(cast: Cast) -> None:
    roles = ("intake_clerk", "dispatcher", "handler", "supervisor", "discipline_receiver")
    town = build(cast, acts=False, roles=roles)
    asking = matrix.Asking(town)
    cells = list(matrix.cells(town, ("GET",)))
    every = mutants(policy, scopes)
    for twin in todays(TWINS, days=2):
        changed = [mutant for mutant in every if str(mutant).startswith(twin)]
        assert changed, twin
        assert all(shown_by(mutant, asking, cells) for mutant in changed), twin
