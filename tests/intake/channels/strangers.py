"""Schemathesis as a stranger who believes a description: made-up requests, every answer checked.

The requests come from the description alone, half of them as it says and half not. Each answer must
have a status, a kind, headers and a body that the description names; what it forbids must be
refused; nothing may be a fault of ours. Who may ask is no part of it: that is tested elsewhere.
"""

from __future__ import annotations

import copy
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
# What a form refuses although its fields are as described: two of them do not go together, an act
# is not for this moment, a number is of nothing.
REFUSED = ["2xx", "400", "401", "403", "404", "422"]
CHECKS = {"positive_data_acceptance": {"expected-statuses": REFUSED}}
LENIENT = {**CHECKS, "negative_data_rejection": {"enabled": False}}
"""For what must take more than is described, as GeoReport asks of unknown fields."""
Headers = Callable[[str], Mapping[str, str]]


@dataclass
class Found:
    """How many requests were made, how they were answered, and what was not as described."""

    cases: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def ask(
    description: Mapping[str, Any],
    *,
    headers: Headers,
    each: int,
    start: int,
    operations: int = 0,
    checks: Mapping[str, Any] = CHECKS,
) -> Found:
    """Ask so many operations (0: all), drawn by ``start``, ``each`` times as described and not.

    ``headers`` gives what goes with a request for a path beside what is made up.
    """
    config = schemathesis.Config.from_dict({"checks": dict(checks)})
    schema = schemathesis.openapi.from_dict(_without_doors(description), config=config)
    schema.app = get_wsgi_application()
    found = Found()
    made: list[Any] = list(schema.get_all_operations())
    every = [one.ok() for one in made]
    random.Random(start).shuffle(every)
    with _one_connection():
        for operation in every[: operations or None]:
            for mode in MODES:
                _each(operation, mode, headers, each, start, found)
    return found


def _without_doors(description: Mapping[str, Any]) -> dict[str, Any]:
    known = copy.deepcopy(dict(description))
    for methods in known["paths"].values():
        for operation in methods.values():
            if isinstance(operation, dict):
                operation.pop("security", None)
    return known


def _each(
    operation: Any, mode: GenerationMode, headers: Headers, each: int, start: int, found: Found
) -> None:
    sent = dict(headers(operation.path))

    @seed(start)
    @settings(
        max_examples=each, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask_once(case: Any) -> None:
        found.cases += 1
        answer = case.call(headers=sent)
        found.statuses[answer.status_code] += 1
        try:
            case.validate_response(answer, headers=sent)
        except BaseExceptionGroup as faults:
            found.faults += [
                f"{operation.label} {answer.status_code}: {fault}" for fault in faults.exceptions
            ]

    try:
        ask_once()
    except Unsatisfiable:
        # There is nothing that this operation could be asked wrongly.
        assert mode == GenerationMode.NEGATIVE, operation.label


@contextmanager
def _one_connection() -> Iterator[None]:
    """As Django's own test client: all requests lie in the transaction of the test."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)
