"""What a backup holds comes back, whatever happened while it was made (P10).

The long form is `bench/trust/restore_drill.py`.
"""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bench import places
from bench.places import Place
from bench.trust import restore_drill as drills
from tests.conftest import CI
from tests.postgres import Absent


@pytest.fixture(params=places.ENGINES, scope="module")
def settled(request: pytest.FixtureRequest) -> Iterator[tuple[Place, Path]]:
    try:
        with places.place(request.param) as found:
            yield found, drills.settle(found, 60)
    except Absent as absent:
        if CI:
            raise
        pytest.skip(str(absent))


def an_archive(place: Place) -> Path:
    archive = place.folder / "offline" / "idle.backup"
    if not archive.exists():
        place.run("backup", str(archive))
    return archive


@pytest.mark.parametrize("weather", drills.WEATHERS)
def test_what_was_backed_up_comes_back(settled: tuple[Place, Path], weather: str) -> None:
    place, key = settled
    drill = drills.practise(place, key, weather, seconds=1.0)
    assert not drill.wrong
    assert drill.head[0] >= 60 and drill.files == 6
    assert drill.acknowledged or weather == "idle"


def test_every_changed_bit_is_noticed(settled: tuple[Place, Path]) -> None:
    place, _key = settled
    archive = an_archive(place)
    assert drills.damages(place, archive, random.Random(1), drills.DAMAGES) == (200, 200)


def test_the_content_is_verified_and_the_wrong_key_is_told(settled: tuple[Place, Path]) -> None:
    place, key = settled
    archive = an_archive(place)
    place.run("backup", "verify", str(archive), "--identity", str(key))
    other = key.with_name("other.txt")
    place.run("backup", "key", str(other))
    done = subprocess.run(
        [sys.executable, "-m", "lianxin", "backup", "verify", archive, "--identity", other],
        env=place.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "This key does not open the archive" in done.stderr


@pytest.mark.parametrize("settled", ["postgresql"], indirect=True)
def test_restoring_over_postgresql_keeps_the_old_aside(settled: tuple[Place, Path]) -> None:
    place, key = settled
    url, before = place.environment["LIANXIN_DATABASE_URL"], place.inside(drills.contents)
    words = ["restore", "--replace", str(an_archive(place)), "--identity", str(key)]
    refused = pytest.raises(RuntimeError, match="1 other connections use the database")
    with psycopg.connect(url), refused:
        place.run(*words)
    place.run(*words)
    assert place.inside(drills.contents).counts
    with psycopg.connect(url) as server:
        (kept,) = server.execute("SELECT nspname FROM pg_namespace WHERE nspname ~ '^before_'")
        rows = server.execute(f"SELECT count(*) FROM {kept[0]}.intake_concern")
        assert rows.fetchone() == (before.counts["intake_concern"],)
    again = place.folder / "offline" / "again.backup"
    place.run("backup", str(again))
    place.run("backup", "verify", str(again), "--identity", str(key))


@pytest.mark.parametrize("settled", ["sqlite"], indirect=True)
def test_a_copy_of_the_live_file_loses_what_was_acknowledged(settled: tuple[Place, Path]) -> None:
    assert drills.file_copy_loses(settled[0]) > 0
