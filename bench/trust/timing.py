"""How long the answer to a query code takes tells nothing about the code (P14, T9).

A code that opens, one whose secret half is wrong, one nobody was given and one that belongs to
another concern than the number beside it are tried in a shuffled order. Measured is the processor
time of the thread, so that other work on the machine does not hide a difference. The known-bad
build answers at once when it knows no such selector.
"""

from __future__ import annotations

import math
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import islice
from typing import Any
from unittest import mock

from bench import places

SAMPLES = 2_000
"""Tries of each kind."""
CONCERNS = 50
LEAST_P = 0.01
MOST_GAP = 0.002
"""Seconds between the medians."""
TWIN_SAMPLES = 200
KINDS = ("opens", "wrong", "unknown", "foreign")
Opened = Callable[[str], object]


def run(*, seed: int, scale: float = 1.0) -> dict[str, object]:
    """p and gap of each kind against the wrong secret, and whether the twin was noticed."""
    with places.place("sqlite") as place:
        place.migrate()
        found: dict[str, object] = place.inside(_measure, seed, scale)
    return found


def _measure(seed: int, scale: float) -> dict[str, object]:
    """In a process of its own, on one processor."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    from lianxin.config.static import collect_when_stale
    from lianxin.intake import queries

    collect_when_stale()
    made = file_some(CONCERNS)
    chance = random.Random(seed)
    count = max(20, round(SAMPLES * scale))
    by_code = judge(sample(queries.by_code, made, chance, count))
    with without_hashes():
        page = judge(sample(page_of(), made, chance, count, KINDS[1:]))
    twin_count = max(20, round(TWIN_SAMPLES * scale))
    with no_dummy_hash():
        twin = judge(sample(queries.by_code, made, chance, twin_count))
    caught = not twin["unknown"]["holds"]
    return {
        "passed": caught and all(row["holds"] for row in (*by_code.values(), *page.values())),
        "samples": count,
        "look_up": by_code,
        "page": page,
        "twins": {"no dummy hash": "caught" if caught else "missed"},
    }


def file_some(count: int) -> list[tuple[str, str]]:
    """Numbers and codes of concerns as they are kept after the worker has hardened them."""
    from lianxin.access import ANONYMOUS
    from lianxin.intake import actions
    from lianxin.intake.actions import NewConcern

    new = [NewConcern(key=f"timing-{n}", words=f"第{n}件") for n in range(count)]
    filed = actions.file_concerns(new, by=ANONYMOUS)
    while actions.harden_codes(seconds=60):
        pass
    return [(receipt.concern.number, receipt.code or "") for receipt in filed]


def typed(kind: str, made: Sequence[tuple[str, str]], chance: random.Random) -> str:
    """What somebody types."""
    (_, code), (number, _) = chance.sample(list(made), 2)
    wrong = f"{chance.randrange(10**12):012}"
    match kind:
        case "opens":
            return code
        case "wrong":
            return code[:8] + wrong
        case "unknown":
            return chance.choice(nobodys(made)) + wrong
        case _:
            return f"{number} {code}"


@cache
def _nobodys(taken: frozenset[str], count: int) -> list[str]:
    drawn = random.Random(count)
    free = iter(lambda: f"{drawn.randrange(10**8):08}", None)
    return list(islice((text for text in free if text not in taken), count))


def nobodys(made: Sequence[tuple[str, str]]) -> list[str]:
    """As many first halves that nobody was given as there are of somebody's.

    Each is then typed as often as the others: what is counted of wrong tries costs more the first
    time, and tells how often something was typed, not whether it is anybody's.
    """
    return _nobodys(frozenset(code[:8] for _number, code in made), len(made))


def sample(
    opened: Opened,
    made: Sequence[tuple[str, str]],
    chance: random.Random,
    count: int,
    kinds: Sequence[str] = KINDS,
) -> dict[str, list[float]]:
    """Seconds of processor time a try, by kind; the kinds take turns by chance."""
    # `by_code` is given the code alone; that the number belongs to it the page asks afterwards.
    alone = opened.__name__ == "by_code"
    for kind in kinds:
        opened(typed(kind, made, chance)[-20:])
    order = [kind for kind in kinds for _ in range(count)]
    chance.shuffle(order)
    found: dict[str, list[float]] = {kind: [] for kind in kinds}
    for kind in order:
        text = typed(kind, made, chance)
        text = text[-20:] if alone else text
        began = time.thread_time()
        opened(text)
        found[kind].append(time.thread_time() - began)
    return found


def page_of() -> Opened:
    """The whole page of the look-up, without the wait that wrong codes get."""
    from django.test import Client

    from lianxin.intake import slowing

    client = Client()

    def page(text: str) -> object:
        slowing._asked_until = 0.0
        with mock.patch.object(slowing, "wait_for", return_value=0.0):
            answer = client.post("/track/", {"code": text}, headers={"host": "127.0.0.1"})
        if answer.status_code != 200:
            raise RuntimeError(f"a wrong code was answered with {answer.status_code}")
        return answer

    return page


@contextmanager
def without_hashes() -> Iterator[None]:
    """No code opens, and none is hashed: what else differs shows all the better."""
    from lianxin.intake import receipts

    with mock.patch.object(receipts, "matches", return_value=False):
        yield


@contextmanager
def no_dummy_hash() -> Iterator[None]:
    """The known-bad build: a selector nobody has is answered without any hash."""
    from lianxin.intake import receipts

    matches = receipts.matches

    def hasty(owner: Any, code: str, *, verifier: str, mac: str | None) -> bool:
        return bool(verifier or mac) and matches(owner, code, verifier=verifier, mac=mac)

    with mock.patch.object(receipts, "matches", hasty):
        yield


def judge(found: dict[str, list[float]]) -> dict[str, dict[str, Any]]:
    """Every kind against the wrong secret: p, gap of the medians, whether nothing can be learnt.

    Several comparisons share the chance of an unlucky one (Bonferroni).
    """
    least = LEAST_P / max(1, len(found) - 1)
    told: dict[str, dict[str, Any]] = {}
    for kind, times in found.items():
        if kind == "wrong":
            continue
        p = mann_whitney(times, found["wrong"])
        gap = abs(statistics.median(times) - statistics.median(found["wrong"]))
        holds = p > least and gap < MOST_GAP
        told[kind] = {"p": round(p, 5), "gap_ms": round(1000 * gap, 4), "holds": holds}
    return told


def mann_whitney(one: Sequence[float], other: Sequence[float]) -> float:
    """Two-sided p of the rank-sum test, by the normal approximation with ties."""
    ranked = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    n, m = len(one), len(other)
    ranks, ties, at = 0.0, 0.0, 0
    while at < len(ranked):
        end = at
        while end < len(ranked) and ranked[end][0] == ranked[at][0]:
            end += 1
        middle, size = (at + end + 1) / 2, end - at
        ranks += middle * sum(1 for _value, side in ranked[at:end] if side == 0)
        ties += size**3 - size
        at = end
    u = ranks - n * (n + 1) / 2
    spread = n * m / 12 * ((n + m + 1) - ties / ((n + m) * (n + m - 1)))
    if spread <= 0:
        return 1.0
    return math.erfc(abs(u - n * m / 2) / math.sqrt(spread) / math.sqrt(2))
