"""Everything a web process that was taken over may try on the vault, many times (T7, T8).

On both engines, against the vault in the process and against a vault process; then on vaults as
they must not be, each of which has to be noticed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench import places
from bench.places import Place

if TYPE_CHECKING:
    from tests.trust.vault_ground import Ground

ROUNDS = 100
"""Rounds of all kinds of attempts on each engine and each form of the vault."""


def run(*, seed: int, scale: float = 1.0) -> dict[str, object]:
    """Attempts by outcome, wrong ones (there must be none), twins caught."""
    rounds = max(1, round(ROUNDS * scale))
    tried: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    twins: dict[str, str] = {}
    for engine in places.ENGINES:
        for form in ("embedded", "process"):
            with fresh(engine) as place, beside(place) if form == "process" else ExitStack():
                found = place.inside(attack, seed, rounds)
            tried.update(found["tried"])
            wrong.update({f"{engine} {form} {k}": n for k, n in found["wrong"].items()})
        with fresh(engine) as place:
            for twin, seen in place.inside(twins_caught, seed).items():
                twins[f"{twin} ({engine})"] = "caught" if seen else "missed"
    return {
        "passed": not wrong and "missed" not in twins.values(),
        "rounds": rounds,
        "attempts": dict(sorted(tried.items())),
        "total": sum(tried.values()),
        "wrong": dict(wrong),
        "twins": twins,
    }


@contextmanager
def fresh(engine: str) -> Iterator[Place]:
    """A place with tables and nobody in it."""
    with places.place(engine) as place:
        place.migrate()
        yield place


@contextmanager
def beside(place: Place) -> Iterator[None]:
    """A vault process for this place; what runs inside it meanwhile is a web process."""
    with tempfile.TemporaryDirectory(prefix="lx-") as name:
        extra = {
            "LIANXIN_VAULT_SOCKET": str(Path(name) / "vault.sock"),
            "LIANXIN_VAULT_KEYS": str(Path(name) / "private"),
        }
        place.environment |= extra
        process = subprocess.Popen(
            [sys.executable, "-m", "lianxin", "vault", "serve"],
            env=place.environment, cwd=places.ROOT, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            assert process.stdout is not None and "listens" in process.stdout.readline()
            # The keys of embedded mode are not those of this vault.
            for path in (place.folder / "keys").glob("*.pub"):
                path.unlink()
            place.run("check", fine=(0, 1))
            yield
        finally:
            process.terminate()
            process.wait(10)
            for key in extra:
                del place.environment[key]


def attack(seed: int, rounds: int) -> dict[str, dict[str, int]]:
    """Inside a place: the rounds of attempts."""
    from tests.trust import vault_attacks

    found = vault_attacks.attack(_ground(), seed=seed, times=rounds)
    return {"tried": dict(found.tried), "wrong": dict(found.wrong)}


def twins_caught(seed: int) -> dict[str, bool]:
    """Inside a place: which bad vaults the attempts notice."""
    from tests.trust import vault_attacks

    on = _ground()
    caught = {}
    for name, twin in vault_attacks.TWINS.items():
        with twin():
            caught[name] = bool(vault_attacks.attack(on, seed=seed, times=1).wrong)
    return caught


def _ground() -> Ground:
    from tests.cast import make_cast
    from tests.trust.vault_ground import ground

    return ground(make_cast())
