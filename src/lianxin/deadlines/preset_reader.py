"""Reads a preset and names every fault by its path."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from lianxin.deadlines.rules import LEVELS, Basis, Lights, Rules
from lianxin.kernel.problems import Problem
from lianxin.kernel.words import clean
from lianxin.kernel.workdays import LONGEST, Span, Unit

NAME = re.compile(r"[a-z0-9_]{1,32}")
STARTS = ("dispatch", "acceptance")
BASES = ("law", "std", "local", "local_draft", "practice", "ours")
LANGUAGES = ("zh-hans", "zh-hant", "en")
SECTIONS: dict[str, dict[str, str]] = {
    "extension": {
        "max": "span",
        "times": "count",
        "ask_before": "span",
        "approver": "text",
        "tell_reason": "flag",
    },
    "awaiting_info": {"pause": "flag", "max": "span", "times": "count"},
    "deferral": {
        "report_every": "span",
        "first_milestone_within": "span",
        "review_every": "span",
        "approver": "text",
    },
    "follow_up": {"within": "span", "tries": "count", "on_days": "count", "all": "flag"},
    "rework": {"span": "span", "max_times": "count", "then": "text"},
}
VALUES = {"numbers": "number", "flags": "flag", "texts": "text"}
_LONGEST_TEXT = 300


class Reader:
    """Walks one preset and collects every fault before it complains."""

    def __init__(self) -> None:
        self.faults: dict[str, list[str]] = {}
        self.spans: dict[str, Span] = {}
        self.flags: dict[str, bool] = {}
        self.numbers: dict[str, float] = {}
        self.texts: dict[str, str] = {}
        self.bases: dict[str, Basis] = {}

    def read(self, data: Any, *, id: UUID | None, code: str, version: int) -> Rules:
        top = self.table(data, "")
        known = {"title", "limits", "handling", "handling_starts", "lights", *SECTIONS, *VALUES}
        self.only(top, known, "")
        titles = {
            language: self.a_text(top.get("title"), language, "title") for language in LANGUAGES
        }
        for name, limit in self.named(top, "limits"):
            self.limit(limit, name, f"limits.{name}")
        for level, limit in self.named(top, "handling", LEVELS):
            self.limit(limit, f"handling.{level}", f"handling.{level}")
        starts = ""
        if "handling" in top:
            starts = self.choice(top, "handling_starts", STARTS, "")
            if "handling.ordinary" not in self.spans:
                self.fault("handling.ordinary", _("This is missing."))
        for section, shape in SECTIONS.items():
            if section in top:
                self.section(top[section], section, shape)
        for group, kind in VALUES.items():
            for name, entry in self.named(top, group):
                path = f"{group}.{name}"
                entry = self.table(entry, path)
                self.only(entry, {"value", "basis", "source", "note"}, path)
                self.value(entry, "value", kind, name, path)
                self.basis(entry, name, path)
        lights = self.lights(top.get("lights", {}))
        if self.faults:
            raise Problem.several(self.faults)
        return Rules(
            id, code, version, titles, starts, lights,
            self.spans, self.flags, self.numbers, self.texts, self.bases,
        )  # fmt: skip

    def fault(self, path: str, message: str) -> None:
        self.faults.setdefault(path, []).append(message)

    def table(self, value: Any, path: str) -> Mapping[str, Any]:
        if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
            return value
        self.fault(path, _("A table of names and values is expected."))
        return {}

    def only(self, table: Mapping[str, Any], known: set[str], path: str) -> None:
        for name in table:
            if name not in known:
                self.fault(f"{path}.{name}".lstrip("."), _("This name is not known."))

    def named(
        self, top: Mapping[str, Any], group: str, known: tuple[str, ...] = ()
    ) -> list[tuple[str, Any]]:
        found = []
        for name, entry in self.table(top.get(group, {}), group).items():
            if (name in known) if known else NAME.fullmatch(name):
                found.append((name, entry))
            else:
                self.fault(f"{group}.{name}", _("This name is not known."))
        return found

    def limit(self, value: Any, name: str, path: str) -> None:
        entry = self.table(value, path)
        self.only(entry, {"v", "u", "basis", "source", "note"}, path)
        self.a_span({key: entry.get(key) for key in ("v", "u")}, name, path)
        self.basis(entry, name, path)

    def section(self, value: Any, section: str, shape: dict[str, str]) -> None:
        entry = self.table(value, section)
        self.only(entry, {*shape, "basis", "source", "note"}, section)
        for key, kind in shape.items():
            if key in entry:
                self.value(entry, key, kind, f"{section}.{key}", section)
        self.basis(entry, section, section)

    def value(self, entry: Mapping[str, Any], key: str, kind: str, name: str, path: str) -> None:
        value, place = entry.get(key), f"{path}.{key}"
        match kind:
            case "span":
                self.a_span(value, name, place)
            case "text":
                self.texts[name] = self.a_text(entry, key, path)
            case "flag" if isinstance(value, bool):
                self.flags[name] = value
            case "flag":
                self.fault(place, _("Yes or no (true, false) is expected."))
            case _:
                whole = kind == "count"
                if self.is_number(value, whole):
                    self.numbers[name] = float(value or 0)
                else:
                    self.fault(
                        place, _("A number from 0 to %(most)s is expected.") % {"most": LONGEST}
                    )

    def is_number(self, value: Any, whole: bool) -> bool:
        kinds = (int,) if whole else (int, float)
        return isinstance(value, kinds) and not isinstance(value, bool) and 0 <= value <= LONGEST

    def a_span(self, value: Any, name: str, path: str) -> None:
        entry = self.table(value, path)
        self.only(entry, {"v", "u"}, path)
        unit = self.choice(entry, "u", tuple(str(unit) for unit in Unit), path)
        number: Any = entry.get("v")
        if not self.is_number(number, whole=True):
            self.fault(
                f"{path}.v", _("A number from 0 to %(most)s is expected.") % {"most": LONGEST}
            )
        elif unit:
            self.spans[name] = Span(number, Unit(unit))

    def a_text(self, table: Any, key: str, path: str) -> str:
        value = table.get(key) if isinstance(table, Mapping) else None
        if isinstance(value, str) and 0 < len(value) <= _LONGEST_TEXT and clean(value) == value:
            return value
        self.fault(
            f"{path}.{key}",
            _("A text of at most %(most)s characters is expected.") % {"most": _LONGEST_TEXT},
        )
        return ""

    def choice(self, table: Mapping[str, Any], key: str, known: tuple[str, ...], path: str) -> str:
        value = table.get(key)
        if isinstance(value, str) and value in known:
            return value
        self.fault(
            f"{path}.{key}".lstrip("."),
            _("One of these is expected: %(names)s.") % {"names": ", ".join(known)},
        )
        return ""

    def basis(self, entry: Mapping[str, Any], name: str, path: str) -> None:
        kind = self.choice(entry, "basis", BASES, path)
        texts = [
            self.a_text(entry, key, path) if key in entry else "" for key in ("source", "note")
        ]
        self.bases[name] = Basis(kind, *texts)

    def lights(self, value: Any) -> Lights:
        entry = {"yellow": 0.5, "red": 0.25} | dict(self.table(value, "lights"))
        self.only(entry, {"yellow", "red"}, "lights")
        yellow, red = entry["yellow"], entry["red"]
        if not (
            self.is_number(yellow, False) and self.is_number(red, False) and 0 < red < yellow < 1
        ):
            self.fault("lights", _("Shares are expected, with red below yellow."))
            return Lights()
        return Lights(yellow, red)
