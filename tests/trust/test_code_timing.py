"""Whatever code is typed, the same work is done: nothing is learnt from how long it takes (P14).

The long form measures it: `bench/trust/timing.py`.
"""

from __future__ import annotations

import random
from collections import Counter

import pytest
from argon2 import PasswordHasher
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.trust import timing
from lianxin.intake import queries, slowing

pytestmark = pytest.mark.django_db
TRIES = 12


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    call_command("createcachetable")
    cache.clear()
    monkeypatch.setattr(slowing, "wait_for", lambda tries: 0.0)
    monkeypatch.setattr(slowing, "_notice_everybody", lambda: None)
    return timing.file_some(10)


def work(
    made: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch, *, page: bool
) -> dict[str, set[tuple[int, int]]]:
    """Statements and Argon2id computations a try, by the kind of code."""
    hashed: Counter[str] = Counter()
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, *args: str) -> bool:
        hashed["all"] += 1
        return verify(self, *args)

    client, chance = Client(), random.Random(1)
    found: dict[str, set[tuple[int, int]]] = {}
    with monkeypatch.context() as watched:
        watched.setattr(PasswordHasher, "verify", counted)
        queries.by_code("0" * 20)
        for kind in timing.KINDS[1 if page else 0 :] * TRIES:
            text = timing.typed(kind, made, chance)
            cache.clear()
            before = hashed["all"]
            with CaptureQueriesContext(connection) as spent:
                if page:
                    assert client.post("/track/", {"code": text}).status_code == 200
                else:
                    opened = queries.by_code(text[-20:])
                    assert (opened is not None) == (kind in ("opens", "foreign"))
            found.setdefault(kind, set()).add((len(spent), hashed["all"] - before))
    return found


def test_every_code_costs_one_statement_and_one_hash(
    made: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = work(made, monkeypatch, page=False)
    assert found == {kind: {(1, 1)} for kind in timing.KINDS}


def test_every_refused_code_costs_the_page_the_same(
    made: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = work(made, monkeypatch, page=True)
    assert len({frozenset(costs) for costs in found.values()}) == 1
    assert all(len(costs) == 1 and {n for _, n in costs} == {1} for costs in found.values())


def test_the_twin_without_a_dummy_hash_is_caught(
    made: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with timing.no_dummy_hash():
        found = work(made, monkeypatch, page=False)
    assert found["unknown"] != found["wrong"]


def test_the_statistic_tells_equal_from_different() -> None:
    chance = random.Random(7)
    one = [chance.gauss(100, 5) for _ in range(400)]
    same = [chance.gauss(100, 5) for _ in range(400)]
    later = [chance.gauss(103, 5) for _ in range(400)]
    assert timing.mann_whitney(one, same) > 0.05 > 1e-6 > timing.mann_whitney(one, later)
    assert timing.mann_whitney([1.0] * 5, [1.0] * 5) == 1.0
    # The worked example of the textbooks: u = 0 of 9 for three values below three others.
    assert timing.mann_whitney([1, 2, 3], [4, 5, 6]) == pytest.approx(0.0495, abs=0.0005)
    told = timing.judge({"wrong": one, "unknown": later, "opens": same})
    assert not told["unknown"]["holds"]
