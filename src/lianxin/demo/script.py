"""Which concern goes which way, and when it begins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from random import Random
from typing import Any

from lianxin.demo import open_stories
from lianxin.demo.diary import Diary
from lianxin.demo.town import read
from lianxin.kernel.clock import SHANGHAI

YEAR = 364
PLAIN = frozenset({"solved_satisfied", "solved_basically"})
# Ways that the data does not name, given to other wordings of plain concerns.
EXTRA = {
    "open_replied": 6, "open_unsatisfied": 3, "open_rework": 2, "open_reply_review": 3,
    "open_extension": 2, "open_withdrawal": 1, "open_follow_up": 2, "open_deferral": 2,
    "open_review": 2, "open_recheck": 1, "open_accepted": 3, "open_return": 2, "open_triage": 3,
    "open_new": 6, "open_dispatched": 3, "extension_declined": 2, "return_declined": 2,
    "waited": 5, "withdrawn_early": 2, "late": 14, "never_judged": 12,
}  # fmt: skip
UNWRITTEN = ("open_new", "open_accepted", "open_return", "open_dispatched", "open_triage")
"""Ways for which the data needs no finding."""
SLOW = {
    "deferred": "complex", "open_deferral": "complex", "extension": "ordinary",
    "extension_declined": "ordinary", "open_extension": "ordinary",
    "returned_then_redispatched": "ordinary", "return_declined": "ordinary",
}  # fmt: skip
"""Ways that a matter of hours cannot go: a person sorts it as something longer."""
OLDEST = {
    "deferred": 250, "open_deferral": 30, "terminated": 140, "withdrawn": 150,
    "withdrawn_early": 120, "not_accepted": 150, "set_aside": 60, "referred_out": 300,
}  # fmt: skip
"""Days; older ones of a rare way would all lie in the archive."""
YOUNGEST = {"deferred": 25, "review": 60, "recheck": 90, "reopened": 55, "extension": 25,
            "rework_then_solved": 20, "late": 30}  # fmt: skip
MERGED_SHARE = 0.3
LEFT_OUT = 0.85
"""Of the other wordings of plain concerns: more of the same would only cost time."""


@dataclass
class Part:
    """A concern with its way and its beginning."""

    told: Mapping[str, Any]
    outcome: str
    begins: datetime
    parent: str = ""


def parts(now: datetime, diary: Diary, rng: Random, share: float) -> list[Part]:
    """All concerns of the town's year, joined ones behind the ones they join."""
    chosen = list(_chosen(rng))
    if share < 1:
        chosen = _fewer(chosen, share)
    own = {told["key"]: told for told in chosen if told["outcome"] != "merged"}
    begun = {key: _begins(told, now, diary, rng) for key, told in own.items()}
    found = [Part(told, told["outcome"], begun[key]) for key, told in own.items()]
    for told in chosen:
        parent = (told.get("detail") or {}).get("into", "")
        if told["outcome"] == "merged" and parent in begun:
            urgent = own[parent]["urgency"] in ("critical", "utility")
            gap = rng.uniform(0.2, 1) if urgent else rng.uniform(1, 7)
            begins = diary.awake(begun[parent] + timedelta(hours=gap))
            if begins < now:
                found.append(Part(told, "merged", begins, parent))
    return found


def _chosen(rng: Random) -> Iterator[dict[str, Any]]:
    concerns = read("concerns")["concerns"]
    extra = [way for way, times in EXTRA.items() for _each in range(times)]
    rng.shuffle(extra)
    unwritten = 0
    for told in concerns:
        yield _possible(dict(told))
        for number, variant in enumerate(read("variants")["variants"].get(told["key"], ()), 1):
            other = {**told, **variant, "key": f"{told['key']}-{number}"}
            other.pop("title", None)
            if told["outcome"] in open_stories.STORIES:
                other["outcome"] = UNWRITTEN[unwritten % len(UNWRITTEN)]
                unwritten += 1
            elif "area" not in variant and rng.random() < MERGED_SHARE:
                into = (told.get("detail") or {}).get("into", told["key"])
                other |= {"outcome": "merged", "detail": {"into": into}}
            elif told["outcome"] in PLAIN and _calm(other) and extra:
                other |= {"outcome": extra.pop(), "detail": {}}
            elif told["outcome"] in PLAIN and rng.random() < LEFT_OUT:
                continue
            yield _possible(other)


def _calm(told: Mapping[str, Any]) -> bool:
    return told["urgency"] in ("ordinary", "complex") and told["kind"] != "suggestion"


def _possible(told: dict[str, Any]) -> dict[str, Any]:
    if told["outcome"] in SLOW and told["urgency"] not in ("ordinary", "complex"):
        told["urgency"] = SLOW[told["outcome"]]
    if told["outcome"] in open_stories.STORIES or told["outcome"] == "withdrawn_early":
        told.pop("weeks_ago", None)
    if told["outcome"] == "never_judged":
        told["rating"] = None
    return told


def _fewer(chosen: list[dict[str, Any]], share: float) -> list[dict[str, Any]]:
    """A part of them with every way among them, in turn."""
    ways: dict[str, list[dict[str, Any]]] = {}
    for told in chosen:
        ways.setdefault(told["outcome"], []).append(told)
    by_turns = [told for turn in zip_longest(*ways.values()) for told in turn if told]
    some = by_turns[: max(len(ways), int(len(chosen) * share))]
    keys = {told["key"] for told in some}
    wanted = {(told.get("detail") or {}).get("into") for told in some} - keys
    return some + [told for told in chosen if told["key"] in wanted]


def _begins(told: Mapping[str, Any], now: datetime, diary: Diary, rng: Random) -> datetime:
    outcome = told["outcome"]
    if outcome in open_stories.STORIES:
        return _recently(told, now, diary, rng)
    if told.get("weeks_ago"):
        return _at_some_hour(now - timedelta(days=told["weeks_ago"] * 7), told, diary, rng)
    young, old = YOUNGEST.get(outcome, 8), OLDEST.get(outcome, YEAR)
    days = [now - timedelta(days=back) for back in range(young, old)]
    months = told.get("months") or {}
    wanted = [day for day in days if day.astimezone(SHANGHAI).month in months]
    if wanted:
        weights = [months[day.astimezone(SHANGHAI).month] for day in wanted]
        day = rng.choices(wanted, weights)[0]
    else:
        day = rng.choice(days)
    return _at_some_hour(day, told, diary, rng)


def _at_some_hour(day: datetime, told: Mapping[str, Any], diary: Diary, rng: Random) -> datetime:
    local = day.astimezone(SHANGHAI).replace(
        hour=rng.randint(7, 20), minute=rng.randint(0, 59), second=rng.randint(0, 59)
    )
    indoors = told["channel"] in ("counter", "letter", "box")
    return diary.office(local) if indoors else diary.awake(local)


def _recently(told: Mapping[str, Any], now: datetime, diary: Diary, rng: Random) -> datetime:
    """So long ago that it stands where it should now."""
    days = open_stories.STORIES[told["outcome"]][1]
    if told["urgency"] == "critical" and told["outcome"] != "open_overdue":
        return now - timedelta(minutes=rng.randint(50, 80))
    if told["urgency"] == "utility" and told["outcome"] != "open_overdue":
        return now - timedelta(hours=rng.uniform(4, 8))
    if days < 1:
        return diary.before(now, days + rng.uniform(0, 0.07))
    return diary.back(now, int(days)) + timedelta(minutes=rng.randint(0, 40))
