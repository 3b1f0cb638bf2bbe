"""A thousand wrong passwords from elsewhere, and the person still signs in at once."""

from __future__ import annotations

from collections.abc import Callable
from unittest.mock import patch

from bench import places

TRIES = 1_000


def run(*, seed: int, scale: float = 1.0) -> dict[str, object]:
    """Try on both engines. Nothing here is drawn by lot, so ``seed`` changes nothing."""
    del seed
    engines: dict[str, object] = {}
    caught = passed = True
    for engine in places.ENGINES:
        with places.place(engine) as place:
            place.migrate()
            found = place.inside(_measure, max(20, int(TRIES * scale)))
        engines[engine] = found
        passed &= bool(found["person_signs_in"]) and found["looked_at"] == 5
        caught &= bool(found["twin_locks_out"])
    return {
        "passed": passed and caught,
        "twins": {"one_count_for_all_browsers": "caught" if caught else "missed"},
        "engines": engines,
    }


def _measure(times: int) -> dict[str, object]:
    from lianxin.config import static
    from lianxin.people import tries
    from tests.cast import PASSWORD, make_cast
    from tests.trust import lockout

    static.collect_when_stale()
    person = make_cast().handler
    mine = lockout.known_browser(person, PASSWORD)
    looked_at = lockout.attack(person.username, times)
    gets_in = lockout.signs_in_at_once(mine, person, PASSWORD)

    one_for_all: Callable[..., str] = lambda request, username: username  # noqa: E731
    with patch.object(tries, "bucket", one_for_all):
        mine = lockout.known_browser(person, PASSWORD)
        lockout.attack(person.username, 10)
        locked = not lockout.signs_in_at_once(mine, person, PASSWORD)
    return {
        "wrong_tries": times,
        "looked_at": looked_at,
        "person_signs_in": gets_in,
        "twin_locks_out": locked,
    }
