"""No contact detail and no metadata of a photo is found outside the vault, nor after erasure (P9).

The engines take turns by day. The long campaign is the same with 1,000 people:
`bench/trust/canaries.py`.
"""

from __future__ import annotations

import sys

import pytest

from bench import places
from bench.trust import canaries
from tests.conftest import CI
from tests.postgres import Absent
from tests.turns import todays

PEOPLE = 12


@pytest.mark.parametrize("engine", todays(places.ENGINES, days=2))
def test_nothing_is_found_outside_the_vault_and_nothing_of_what_was_erased(engine: str) -> None:
    try:
        seen = canaries.sweep(engine, PEOPLE)
    except Absent as absent:
        if CI:
            raise
        pytest.skip(str(absent))
    sys.stderr.write(f"{engine}: {seen}\n")
    assert seen.mails and seen.rows_erased > PEOPLE and seen.files > 50
    assert seen.clean, seen


def test_builds_that_let_something_out_or_leave_it_behind_are_caught() -> None:
    assert set(canaries.twins(2).values()) == {"caught"}
