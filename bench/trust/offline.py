"""What devices kept is filed once, whole, up to 400 days late (P12): 500 devices, 40 drafts each.

Each draft is delivered one to five times in any order, its clock up to two days wrong, three of ten
sendings cut on the way; a fifth of what was filed comes again with other content. Python clients
in the process (`tests/intake/offline/fleet.py`), some devices in one transaction; then Chromium, by
the tests of the page: reload, fill and keep without a network, cut uploads, signing out.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

from bench import places

ROOT = Path(__file__).resolve().parents[2]
DEVICES, DRAFTS = 500, 40
PROCESSES = 2
AT_ONCE = 5
"""Devices in one transaction."""
BROWSER = "tests/intake/offline/test_without_network.py"


def run(*, seed: int, scale: float = 1.0) -> dict[str, object]:
    """Drafts, deliveries, and what was lost, doubled or overwritten."""
    fleets = max(PROCESSES, round(DEVICES * scale / AT_ONCE))
    seeds = random.Random(seed).sample(range(10**9), fleets)
    with ThreadPoolExecutor(PROCESSES) as threads:
        parts = list(threads.map(_part, [seeds[n::PROCESSES] for n in range(PROCESSES)]))
    found = sum((Counter(part) for part in parts), Counter[str]())
    counts = {name: found[name] for name in parts[0]}
    with places.place("sqlite") as place:
        place.migrate()
        twins: dict[str, str] = place.inside(_twins, seed)
    words = [sys.executable, "-m", "pytest", "-q", BROWSER]
    browser = subprocess.run(words, cwd=ROOT, env=os.environ | {"CI": "true"}, check=False)
    wrong = sum(counts[name] for name in ("lost", "doubled", "overwritten"))
    return {
        "passed": not wrong and browser.returncode == 0,
        "devices": fleets * AT_ONCE,
        **counts,
        "in Chromium": browser.returncode == 0,
        "twins": twins,
    }


def _part(seeds: list[int]) -> dict[str, int]:
    with places.place("sqlite") as place:
        place.migrate()
        found: dict[str, int] = place.inside(_fleets, seeds)
    return found


def _fleets(seeds: list[int]) -> dict[str, int]:
    import pytest

    from bench.trust.in_process import cheap
    from tests.cast import make_cast
    from tests.intake.offline.fleet import Fleet

    found = Counter[str]()
    names: list[str] = []
    for n, seed in enumerate(seeds, start=1):
        with cheap(), pytest.MonkeyPatch.context() as patch:
            make_cast()
            one = asdict(Fleet(devices=AT_ONCE, drafts=DRAFTS, seed=seed, monkeypatch=patch).run())
        names = list(one)
        found += Counter(one)
        print(f"  {n * AT_ONCE} of {len(seeds) * AT_ONCE} devices", flush=True)
    return {name: found[name] for name in names}


def _twins(seed: int) -> dict[str, str]:
    import pytest

    from bench.trust.in_process import cheap
    from tests.cast import make_cast
    from tests.intake.offline.bad import TWINS
    from tests.intake.offline.fleet import Fleet

    found = {}
    for name, (build, counted) in TWINS.items():
        with cheap(), pytest.MonkeyPatch.context() as patch:
            make_cast()
            build(patch)
            seen = Fleet(devices=4, drafts=6, seed=seed, monkeypatch=patch).run()
        found[name] = "caught" if getattr(seen, counted) else "missed"
    return found
