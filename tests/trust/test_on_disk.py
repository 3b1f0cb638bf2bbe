"""What is acknowledged is on the disk first (P3), and is there after a power cut (P2).

Settings and known-bad builds take turns by day. The counted long forms are
`bench/trust/fsync_order.py` and `bench/trust/power_cut.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bench.trust import calls, fsync_order, power_cut, recording
from bench.trust.recording import Build
from tests.conftest import CI
from tests.postgres import Absent
from tests.turns import todays

FILINGS = 9
CUTS = {"sqlite": 100, "postgresql": 8}
GOOD = todays(recording.GOOD_BUILDS, days=2)


@pytest.fixture(scope="session")
def prepared() -> Iterator[Callable[[str], Path]]:
    """A database at rest for each engine, made when it is first asked for."""
    if reason := recording.may_trace():
        if CI and calls.PROGRAM is None:
            pytest.fail(reason)
        pytest.skip(reason)
    made: dict[str, Path] = {}
    with ExitStack() as stack:

        def prepare(engine: str) -> Path:
            if engine not in made:
                try:
                    made[engine] = stack.enter_context(recording.prepared(engine))
                except Absent as absent:
                    if CI:
                        raise
                    pytest.skip(str(absent))
            return made[engine]

        yield prepare


@pytest.mark.parametrize("build", GOOD, ids=lambda build: build.name)
def test_an_answer_leaves_after_its_sync_and_survives_a_power_cut(
    build: Build, prepared: Callable[[str], Path]
) -> None:
    with recording.recorded(build, prepared(build.engine), filings=FILINGS) as taken:
        order = fsync_order.order(taken)
        left = power_cut.judged(taken, cuts=CUTS[build.engine], seed=1)
    assert order.kept, order.faults
    assert (order.concerns_synced, order.photos_synced) == (FILINGS, FILINGS // 3)
    assert left.clean, left
    assert left.acknowledged > FILINGS / 2


@pytest.mark.parametrize(
    "build",
    todays([recording.SYNC_OFF, recording.FILES_UNSYNCED, recording.COMMIT_OFF], days=3),
    ids=lambda build: build.name,
)
def test_an_answer_before_its_sync_is_caught(build: Build, prepared: Callable[[str], Path]) -> None:
    with recording.recorded(build, prepared(build.engine), filings=FILINGS) as taken:
        found = fsync_order.order(taken)
        if build is recording.FILES_UNSYNCED:
            assert power_cut.judged(taken, cuts=50, seed=1).rows_without_file
    assert found.concerns == FILINGS and found.faults


@pytest.mark.parametrize(
    "build",
    todays([recording.WAL_NORMAL, recording.DELETE_FULL], days=2),
    ids=lambda build: build.name,
)
def test_what_a_power_cut_takes_from_a_bad_build_is_seen(
    build: Build, prepared: Callable[[str], Path]
) -> None:
    found = power_cut.cut(build, prepared(build.engine), cuts=60, seed=1, filings=FILINGS)
    assert found.lost, found
