"""P7: whatever is made up from the descriptions of the API and of Open311 is answered as described.

Schemathesis draws requests that are as described and requests that are not; each answer must have
a status, a kind, headers and a body that the description names, and nothing may be a fault of ours.
A case stands elsewhere in each round, and somebody else asks. The known-bad builds tell one thing
more or less than is described, or fall over.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest import mock

from bench import places

REQUESTS = 50_000
DOORS = ("api", "open311")
EACH = 2
"""Requests of an operation in one round, as described and not."""
STATES = (
    "registered", "triage", "dispatched", "accepted", "handling", "reply_review", "replied",
    "closed",
)  # fmt: skip
DOERS = (
    "dispatcher", "clerk", "liaison", "handler", "leader", "supervisor", "follow_up_caller",
)  # fmt: skip
MOST_TOLD = 20


def run(*, seed: int, scale: float = 1.0) -> dict[str, object]:
    """Requests made, how they were answered, what was not as described."""
    count = max(100, round(REQUESTS * scale / len(DOORS)))
    with ThreadPoolExecutor(len(DOORS)) as threads:
        parts = list(threads.map(lambda door: _part(door, seed, count), DOORS))
    faults = [told for part in parts for told in part["faults"]]
    twins = {name: told for part in parts for name, told in part["twins"].items()}
    return {
        "passed": not faults,
        "requests": {door: part["cases"] for door, part in zip(DOORS, parts, strict=True)},
        "answers": {
            door: dict(sorted(part["statuses"].items()))
            for door, part in zip(DOORS, parts, strict=True)
        },
        "not as described": faults[:MOST_TOLD],
        "twins": {name: "caught" if told else "missed" for name, told in twins.items()},
    }


def _part(door: str, seed: int, count: int) -> dict[str, Any]:
    with places.place("sqlite") as place:
        place.migrate()
        found: dict[str, Any] = place.inside(_inside, door, seed, count)
    return found


def _inside(door: str, seed: int, count: int) -> dict[str, Any]:
    """Rounds until so many requests were made, each in a town of its own."""
    ask = _ask_api if door == "api" else _ask_open311
    cases, statuses, faults, at = 0, Counter[str](), list[str](), 0
    while cases < count:
        found = ask(seed + at, at)
        cases, at = cases + found.cases, at + 1
        statuses.update({str(status): n for status, n in found.statuses.items()})
        faults += [told[:600] for told in found.faults]
        print(f"  {door}: {cases} of {count} requests, {len(faults)} faults", flush=True)
    return {
        "cases": cases, "statuses": dict(statuses), "faults": faults, "twins": _twins(door, seed),
    }  # fmt: skip


def _ask_api(start: int, at: int, *, each: int = EACH, wrong: str = "") -> Any:
    from tests.intake.channels.api.test_description import asked, described
    from tests.walk import begin

    with _town() as cast:
        walk = begin(cast)
        walk.until(STATES[at % len(STATES)])
        known = described(walk)
        if wrong:
            known["paths"] = {"/concern": known["paths"]["/concern"]}
            known["paths"]["/concern"]["get"].pop("parameters")
            told = known["components"]["schemas"]["Concern"]
            if wrong == "more":
                told["required"].append("colour")
            else:
                told["required"].remove("headline")
                told["properties"].pop("headline")
        return asked(walk, known, each=each, start=start, doer=DOERS[at % len(DOERS)])


def _ask_open311(start: int, _at: int, *, each: int = 4 * EACH, wrong: bool = False) -> Any:
    from lianxin.access import SYSTEM
    from lianxin.intake.channels.open311 import actions
    from tests.intake.channels.open311.georeport import Caller
    from tests.intake.channels.open311.test_description import asked

    with _town():
        caller = Caller(actions.make_key("随手拍", by=SYSTEM)[1])
        return asked(caller, each=each, start=start, wrong=wrong)


def _town() -> Any:
    from bench.trust.two_worlds import _town as town

    return town()


def _twins(door: str, seed: int) -> dict[str, bool]:
    from lianxin.pages.api import told

    if door == "open311":
        bad = _ask_open311(seed, 0, each=1, wrong=True)
        return {"Open311 tells less than is described": any("colour" in f for f in bad.faults)}
    found = {
        f"the API tells {wrong} than is described": bool(
            _ask_api(seed, 0, each=1, wrong=told_so).faults
        )
        for wrong, told_so in (("less", "more"), ("more", "less"))
    }
    with mock.patch.object(told, "concern", side_effect=ZeroDivisionError):
        broken = _ask_api(seed, 0, each=1, wrong="more")
    found["the API falls over"] = any(" 500" in fault for fault in broken.faults)
    return found
