"""P5: whoever a complaint is about cannot tell a world with it from one without, by any byte.

Scenarios are drawn from numbers, lived twice and compared by `tests/trust/worlds.py`, by two
processes with a town each. Both worlds are lived in one transaction and rolled back. The known-bad
builds each leave one door open and are shown the scenarios in the same order until one tells.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from bench import places

SCENARIOS = 2_000
PROCESSES = 2
LONGEST_SEARCH = 200
"""Scenarios after which an open door that nobody noticed counts as missed."""
MOST_TOLD = 10
A_TOWN = 25
"""Scenarios in one transaction: the longer it is, the slower SQLite closes what lies in it."""


def run(*, seed: int, scale: float = 1.0) -> dict[str, object]:
    """Scenarios lived, answers compared, differences, and which open doors were noticed."""
    count = max(PROCESSES, round(SCENARIOS * scale))
    with ThreadPoolExecutor(PROCESSES) as threads:
        parts = list(threads.map(lambda part: _part(part, seed, count), range(PROCESSES)))
    differences = [told for part in parts for told in part["differences"]]
    found = {name: after for part in parts for name, after in part["doors"].items()}
    return {
        "passed": not differences and all(found.values()),
        "scenarios": sum(part["scenarios"] for part in parts),
        "answers compared": sum(part["compared"] for part in parts),
        "differences": differences[:MOST_TOLD],
        "by way": dict(sorted(sum((part["ways"] for part in parts), Counter[str]()).items())),
        "scenarios until an open door showed": dict(sorted(found.items())),
        "twins": {name: "caught" if after else "missed" for name, after in sorted(found.items())},
    }


def _part(part: int, seed: int, count: int) -> dict[str, Any]:
    with places.place("sqlite") as place:
        place.migrate()
        found: dict[str, Any] = place.inside(_inside, part, seed, count)
    return found


def _inside(part: int, seed: int, count: int) -> dict[str, Any]:
    """One process's share of the scenarios and of the open doors."""
    from tests.trust import worlds
    from tests.trust.open_doors import TWINS

    ways, differences, compared, done = Counter[str](), list[str](), 0, 0
    numbers = random.Random(seed).sample(range(10**9), count)[part::PROCESSES]
    for begin in range(0, len(numbers), A_TOWN):
        some = numbers[begin : begin + A_TOWN]
        with _town() as cast:
            for number in some:
                plan = worlds.scenario(number)
                ways[plan.way] += 1
                try:
                    compared += worlds.compare(cast, plan)
                except worlds.Difference as told:
                    differences.append(str(told))
        done += len(some)
        print(f"  {done} of {len(numbers)} scenarios, {len(differences)} differ", flush=True)
    doors = {}
    for name, (build, _first) in list(TWINS.items())[part::PROCESSES]:
        with _town() as cast:
            doors[name] = _search(cast, build, numbers)
    return {
        "scenarios": len(numbers), "compared": compared, "differences": differences,
        "ways": ways, "doors": doors,
    }  # fmt: skip


@contextmanager
def _town() -> Iterator[Any]:
    """People and places, gone at the end."""
    from django.core.cache import caches

    from bench.trust.in_process import cheap
    from tests.cast import make_cast
    from tests.walk import load_sorting

    with cheap():
        caches["local"].clear()
        cast = make_cast()
        load_sorting()
        yield cast


def _search(cast: Any, build: Any, numbers: list[int]) -> int:
    """How many scenarios it took until the open door showed; 0 when it never did."""
    from tests.trust import worlds

    # A short campaign has few scenarios of its own: go on with the first numbers.
    for tried, number in enumerate([*numbers, *range(LONGEST_SEARCH)][:LONGEST_SEARCH], start=1):
        try:
            with build():
                worlds.compare(cast, worlds.scenario(number))
        except worlds.Difference:
            return tried
    return 0
