"""Nothing that was acknowledged is lost, twice or made up, whatever is killed meanwhile (P1).

The long campaign is the same with more seconds: STORM_SECONDS=600.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest

from bench import places
from bench.places import Place
from tests.conftest import CI
from tests.postgres import Absent
from tests.trust import storm

SECONDS = float(os.environ.get("STORM_SECONDS", "12"))


@pytest.fixture(params=places.ENGINES)
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    try:
        with places.place(request.param) as found:
            found.run("migrate")
            yield found
    except Absent as absent:
        if CI:
            raise
        pytest.skip(str(absent))


def weather(place: Place, seconds: float) -> tuple[storm.Storm, storm.Found]:
    seen = storm.rage(place, seconds=seconds, seed=1)
    place.environment["DJANGO_SETTINGS_MODULE"] = "lianxin.config.settings"
    return seen, place.inside(storm.look, sorted(seen.acknowledged))


def test_what_was_acknowledged_is_there_once(place: Place) -> None:
    seen, found = weather(place, SECONDS)
    sys.stderr.write(f"{place.engine}: {len(seen.acknowledged)} acknowledged, {dict(seen.kills)}\n")
    assert not seen.strange
    assert len(seen.acknowledged) > 10 * SECONDS
    assert sum(seen.kills.values()) > SECONDS / 2
    assert found.clean, found


def test_saying_yes_before_it_is_kept_is_caught(place: Place) -> None:
    place.environment["DJANGO_SETTINGS_MODULE"] = "tests.trust.bad_ack_first"
    seen, found = weather(place, 5)
    assert seen.acknowledged and found.lost


def test_forgetting_the_key_of_a_form_is_caught(place: Place) -> None:
    place.environment["DJANGO_SETTINGS_MODULE"] = "tests.trust.bad_no_key"
    seen, found = weather(place, 5)
    assert seen.acknowledged and found.duplicated
