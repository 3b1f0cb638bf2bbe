"""Whoever owns the database cannot change the journal unseen: seven ways of seven are found (P11).

The long campaign is `bench/trust/tampering.py`: ten thousand random tamperings.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench import places
from bench.places import Place
from bench.trust import tampering
from bench.trust.authority import Authority, authority
from bench.trust.tampering import KINDS
from tests.conftest import CI
from tests.postgres import Absent

TIMES = 15
"""How often each way is tried, with another victim and another way of hiding it."""


@pytest.fixture(scope="module")
def tsa() -> Iterator[Authority]:
    with authority() as found:
        yield found


@pytest.fixture(params=places.ENGINES)
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    try:
        with places.place(request.param) as found:
            found.migrate()
            yield found
    except Absent as absent:
        if CI:
            raise
        pytest.skip(str(absent))


def _both(tsa: Authority) -> tuple[tampering.Count, tampering.Count]:
    tampering.honest(tsa.roots, tsa.url)
    count = TIMES * len(KINDS)
    good = tampering.attempts(count, 1, tsa.roots)
    return good, tampering.attempts(count, 1, tsa.roots, remember=False)


def test_seven_ways_of_seven_are_found_and_the_chain_alone_is_not_enough(
    place: Place, tsa: Authority
) -> None:
    good, without_anchors = place.inside(_both, tsa)
    assert good.fine, good.missed
    assert set(good.found.values()) == {TIMES}
    # The twin: what was cut and written on agrees with itself, and so does a cut end.
    missed = {text.partition(":")[0] for text in without_anchors.missed}
    assert {"reappend", "truncate", "swap_stamp"} <= missed
