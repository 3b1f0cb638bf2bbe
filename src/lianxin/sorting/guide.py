"""Where a matter belongs: a tree of questions for residents, as data (去哪里办).

It asks nothing about the person and keeps no answer: each step is an address of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from lianxin.sorting import queries
from lianxin.sorting.defaults import read

START = "start"


@dataclass(frozen=True)
class Option:
    """One answer and the step it leads to."""

    to: str
    label: str


@dataclass(frozen=True)
class Question:
    """A step with answers to choose from."""

    ask: str
    options: Sequence[Option]


@dataclass(frozen=True)
class End:
    """Where the matter belongs. ``call``: a number to ring; ``about_official``: it can be reported
    here so that it goes to a desk above."""

    title: str
    text: str
    law: str
    call: str = ""
    about_official: bool = False


def step(name: str) -> Question | End | None:
    """The question or the end with this name, in the language that is active; None: no such."""
    data = read("guide")
    if (question := data["questions"].get(name)) is not None:
        options = [Option(option["to"], _said(option)) for option in question["options"]]
        return Question(_said(question["ask"]), options)
    end = data["ends"].get(name)
    return _end(end) if end is not None else None


def _end(end: dict[str, Any]) -> End | None:
    rest = {"call": end.get("call", ""), "about_official": end.get("report") == "about_official"}
    if "ground" in end:
        ground = queries.ground(end["ground"])
        if ground is None:
            return None
        english = get_language() == "en" and ground.text_en
        return End(ground.label, ground.text_en if english else ground.text, ground.law, **rest)
    return End(_said(end["title"]), _said(end["text"]), end["law"], **rest)


def _said(texts: dict[str, str]) -> str:
    return texts["zh_Hans" if (get_language() or "zh").startswith("zh") else "en"]
