"""The reviewed table of who reaches what, read from `access.yaml`, and what it wants of a cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from lianxin.people.roles import Role
from tests.trust.posts import (
    FIRST_STEP,
    HELPER,
    KEPT,
    NO_ROLE,
    OTHER_HOLDER,
    OUTSIDE,
    PLACES,
    Post,
)

FILE = Path(__file__).with_name("access.yaml")
SECTIONS = (
    "everybody", "signed", "systems", "code", "password", "staff", "own", "people", "case",
)  # fmt: skip
OWNER = ("handler", "unit")
"""Whose the small things of the section "own" are."""
CAST = {
    "clerk": ("intake_clerk", "desk"), "dispatcher": ("dispatcher", "desk"),
    "liaison": ("unit_liaison", "unit"), "handler": ("handler", "unit"),
    "colleague": ("handler", "colleague"), "leader": ("unit_leader", "unit"),
    "handler_of_other_unit": ("handler", "beside"),
    "liaison_of_other_unit": ("unit_liaison", "beside"),
    "leader_of_other_unit": ("unit_leader", "beside"), "town_liaison": ("unit_liaison", "beside"),
    "secretary": ("community_secretary", "beside"), "supervisor": ("supervisor", "above"),
    "follow_up_caller": ("follow_up_caller", "above"), "review_body": ("review_body", "above"),
    "discipline_receiver": ("discipline_receiver", "above"), "sys_admin": ("sys_admin", "above"),
    "sec_admin": ("sec_admin", "above"), "auditor": ("auditor", "above"), "no_role": (NO_ROLE, ""),
}  # fmt: skip
"""Where the parts of `tests/cast.py` stand, seen from a case that housing handles."""

OPEN, REFUSED, CLOSED, ABSENT = "open", "refused", "closed", "as if absent"
UNNAMED, WITHOUT_KEY = "told to say who it is", "told to send a key"
SIGN_IN, SECOND_STEP, ASK_CODE, NO_METHOD = "sign in", "second step", "ask the code", "no method"

BY_NAME = {"nothing": CLOSED, "by name": UNNAMED, "with a key": WITHOUT_KEY}
"""What other systems are told, where a session counts for nothing."""


class Unreadable(Exception):  # noqa: N818 - reads as what was found
    """A word of the table that means nothing."""


@dataclass(frozen=True)
class Line:
    """One address: its section, its methods and what the table says about it."""

    route: str
    section: str
    methods: frozenset[str]
    said: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Table:
    """The whole of it."""

    lines: Mapping[str, Line]
    acts: Mapping[str, frozenset[tuple[str, str]]]
    deeds: Mapping[str, tuple[str, ...]]
    """Each with "now" or "later", and "helper" if one may do it too."""
    sight: Mapping[str, frozenset[tuple[str, str]]]
    moves: Mapping[str, tuple[str, ...]]
    """Those of the resident, and those that happen by themselves."""
    words: Mapping[str, tuple[str, ...]]

    def roles(self, text: str) -> frozenset[str]:
        """The roles of "desk, auditor"; "any role" are all."""
        return _roles(text, self.words)

    def posts(self, text: str) -> frozenset[tuple[str, str]]:
        """Role and place of "desk at desk, above; handler at unit"."""
        return _posts(text, self.words)


@cache
def table() -> Table:
    """The table as it is written; raises `Unreadable`."""
    raw = yaml.safe_load(FILE.read_text("utf-8"))
    words = {name: _names(text) for name, text in raw["roles"].items()}
    methods = {name: frozenset(text.split()) for name, text in raw["methods"].items()}
    lines = {}
    for section in SECTIONS:
        for route, said in raw[section].items():
            if isinstance(said, str):
                said = {"methods": said}
            if route in lines or said["methods"] not in methods:
                raise Unreadable(f"{section}: {route}: {said}")
            lines[route] = Line(route, section, methods[said["methods"]], said)
    return Table(
        lines=lines,
        acts={name: _posts(text, words) for name, text in raw["acts"].items()},
        deeds={name: _names(text) for name, text in raw["deeds"].items()},
        sight={name: _posts(text, words) for name, text in raw["sight"].items()},
        moves={who: _names(text) for who, text in raw["moves"].items()},
        words=words,
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _roles(text: str, words: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    if text == "any role":
        return frozenset(Role.values)
    found = {role for name in _names(text) for role in words.get(name, (name,))}
    if unknown := found - set(Role.values):
        raise Unreadable(f"no role: {unknown}")
    return frozenset(found)


def _posts(text: str, words: Mapping[str, tuple[str, ...]]) -> frozenset[tuple[str, str]]:
    found = set()
    for part in filter(str.strip, text.split(";")):
        roles, at, places = part.partition(" at ")
        named = _names(places)
        if not at or not set(named) <= set(PLACES):
            raise Unreadable(f"no post: {part}")
        found |= {(role, place) for role in _roles(roles.strip(), words) for place in named}
    return frozenset(found)


def wanted(
    line: Line, post: Post, method: str, situation: str = "", act: str = "step_aside"
) -> str:
    """What the table says about this cell."""
    known = method in line.methods
    if line.section == "everybody":
        return OPEN if known else NO_METHOD
    if line.section == "signed":
        return CLOSED if known else NO_METHOD
    if line.section == "systems":
        return _by_key(line, method) if known else NO_METHOD
    if line.section == "code":
        return _by_code(line, post) if known else NO_METHOD
    if line.section == "password":
        return SIGN_IN if post.role in OUTSIDE else OPEN if known else NO_METHOD
    if line.said.get("roles") == "everybody":
        return _file(line, post, situation) if known else NO_METHOD
    if post.role in OUTSIDE:
        return SIGN_IN
    if post.role == FIRST_STEP:
        return SECOND_STEP
    return _for_staff(line, post, situation, act, known=known)


def _by_key(line: Line, method: str) -> str:
    if (said := line.said.get("open")) in BY_NAME:
        return BY_NAME[said]
    return REFUSED if method == "POST" else OPEN


def _by_code(line: Line, post: Post) -> str:
    if post.role == OTHER_HOLDER:
        return OPEN  # Their own concern, never this one.
    if line.said["open"] == "see deeds":
        # Its line of this address stands for the deed "add", which a helper may do if let.
        if post.role == HELPER:
            return CLOSED
        return ASK_CODE if post.user or post.role == "nobody" else OPEN
    return OPEN if post.role in _names(line.said["open"]) else ASK_CODE


def _for_staff(line: Line, post: Post, situation: str, act: str, *, known: bool) -> str:
    said, every = line.said, table()
    place = "above" if post.place in KEPT and line.section != "case" else post.place
    here = (post.role, place)
    if line.section == "staff":
        allowed, told = every.roles(said["open"]), every.roles(said.get("refused", ""))
        if post.role not in allowed | told:
            return CLOSED
        return NO_METHOD if not known else OPEN if post.role in allowed else REFUSED
    if line.section == "people":
        open_to = every.posts(said["open"])
        asked = {role for role, _place in open_to} | every.roles(said.get("roles", ""))
        if post.role not in asked:
            return CLOSED
        return NO_METHOD if not known else OPEN if here in open_to else CLOSED
    if post.role not in every.roles(said["roles"]):
        return CLOSED
    if not known:
        return NO_METHOD
    if line.section == "own":
        return OPEN if here == OWNER else ABSENT
    return about_case(line, here, situation, act)


def about_case(line: Line, here: tuple[str, str], situation: str, act: str = "") -> str:
    """What a post may do at an address of a case that stands so."""
    every, said = table(), line.said["open"]
    seen = here in every.sight[situation]
    if said == "in sight":
        allowed = seen
    elif said == "see acts":
        allowed = seen and here in every.acts[act]
    else:
        allowed = here in every.posts(said[situation])
    if allowed:
        return OPEN
    return REFUSED if seen and line.said.get("closed") != "hidden" else CLOSED


def _file(line: Line, post: Post, situation: str) -> str:
    if post.role in _names(line.said["also"]):
        return OPEN
    return about_case(line, (post.role, post.place), situation)
