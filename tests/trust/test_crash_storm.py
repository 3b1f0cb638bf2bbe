"""Nothing that was acknowledged is lost, twice or made up, whatever is killed meanwhile (P1).

STORM_SECONDS=600 makes it last; the counted long form is `bench/trust/crash_storm.py`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest

from bench import places
from bench.places import Place
from bench.trust import crash_storm
from tests.conftest import CI
from tests.postgres import Absent

SECONDS = float(os.environ.get("STORM_SECONDS", "12"))


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


def test_what_was_acknowledged_is_there_once(place: Place) -> None:
    seen, found = crash_storm.weather(place, until=crash_storm.for_seconds(SECONDS), seed=1)
    sys.stderr.write(f"{place.engine}: {len(seen.acknowledged)} acknowledged, {dict(seen.kills)}\n")
    assert not seen.strange
    # Kills wait for answers: a busy machine has fewer of both, and that is no fault of the product.
    assert len(seen.acknowledged) > 2 * SECONDS
    assert seen.photos
    assert sum(seen.kills.values()) > SECONDS / 6
    assert found.clean, found


def test_saying_yes_before_it_is_kept_is_caught(place: Place) -> None:
    place.environment["DJANGO_SETTINGS_MODULE"] = "tests.trust.bad_ack_first"
    seen, found = crash_storm.weather(place, until=crash_storm.for_seconds(5), seed=1)
    assert seen.acknowledged and found.lost


def test_forgetting_the_key_of_a_form_is_caught(place: Place) -> None:
    place.environment["DJANGO_SETTINGS_MODULE"] = "tests.trust.bad_no_key"
    seen, found = crash_storm.weather(place, until=crash_storm.for_seconds(5), seed=1)
    assert seen.acknowledged and found.duplicated
