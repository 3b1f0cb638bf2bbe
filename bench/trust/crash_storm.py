"""Crash storm (P1): people file while processes of the product and the database are killed.

The storm itself is `tests/trust/storm.py`; here it lasts until both counts are reached.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import asdict

from bench import places
from bench.places import Place
from tests.trust import storm
from tests.trust.storm import Found, Storm

ACKNOWLEDGED = 20_000
KILLS = 300
RHYTHM = 0.85
"""Seconds between two kills, about: shorter, and nothing comes up in between to be killed."""
LONGEST = 3_600.0
TWIN_SECONDS = 10.0
TWINS = {
    "saying yes before it is kept": "bad_ack_first",
    "forgetting the key of a form": "bad_no_key",
}


def weather(place: Place, *, until: Callable[[Storm], bool], seed: int) -> tuple[Storm, Found]:
    """A storm over the build the place is set to, and what the good build then finds there."""
    seen = storm.rage(place, until=until, rhythm=RHYTHM, seed=seed)
    place.environment["DJANGO_SETTINGS_MODULE"] = "lianxin.config.settings"
    return seen, place.inside(storm.look, sorted(seen.acknowledged), seen.photos)


def for_seconds(seconds: float) -> Callable[[Storm], bool]:
    """Enough when so much time has passed."""
    end = time.monotonic() + seconds
    return lambda _seen: time.monotonic() > end


def run(*, seed: int, scale: float = 1.0) -> dict[str, object]:
    """20,000 acknowledged concerns and 300 kills on each engine, and the two known-bad builds."""
    counts: dict[str, object] = {}
    twins: dict[str, str] = {}
    passed = True
    for engine in places.ENGINES:
        with places.place(engine) as place:
            place.migrate()
            enough = _both(round(ACKNOWLEDGED * scale), round(KILLS * scale), engine)
            seen, found = weather(place, until=enough, seed=seed)
        passed &= found.clean and not seen.strange
        counts[engine] = {
            "acknowledged": len(seen.acknowledged),
            "photos acknowledged": len(seen.photos),
            "kills": sum(seen.kills.values()),
            "killed": dict(sorted(seen.kills.items())),
            "strange answers": len(seen.strange),
            "first strange answer": seen.strange[0] if seen.strange else "none",
            "exceptions": seen.errors,
            **asdict(found),
        }
        for name, settings in TWINS.items():
            twins[f"{name}, {engine}"] = "caught" if _caught(engine, settings, seed) else "missed"
    return {"passed": passed and "missed" not in twins.values(), "twins": twins, **counts}


def _both(acknowledged: int, kills: int, engine: str) -> Callable[[Storm], bool]:
    started, told = time.monotonic(), [0.0]

    def enough(seen: Storm) -> bool:
        now, killed = time.monotonic() - started, sum(seen.kills.values())
        if now - told[0] > 15:
            told[0] = now
            print(f"   {engine}: {len(seen.acknowledged)} acknowledged, {killed} kills", flush=True)
        if now > LONGEST:
            sys.exit(f"{engine}: an hour was not enough for the counts wanted")
        return len(seen.acknowledged) >= acknowledged and killed >= kills

    return enough


def _caught(engine: str, settings: str, seed: int) -> bool:
    with places.place(engine) as place:
        place.migrate()
        place.environment["DJANGO_SETTINGS_MODULE"] = f"tests.trust.{settings}"
        seen, found = weather(place, until=for_seconds(TWIN_SECONDS), seed=seed)
        return bool(seen.acknowledged and not found.clean)
