"""Reading an edition from a file: what it may hold, and every fault by its place."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from lianxin.kernel.problems import Problem
from lianxin.kernel.words import clean
from lianxin.rights.choices import Data, Text
from lianxin.sorting.kinds import Kind

SHIPPED = Path(__file__).parent / "data"
LANGUAGES = ("zh-hans", "zh-hant", "en")
BASES = ("law", "std", "local", "local_draft", "practice", "ours")
RULE = {"what", "days", "kind", "category", "basis", "source", "note"}
LONGEST, MOST, LARGEST = 4_000, 40, 200_000
LONGEST_TIME = 36_500
"""Days: a hundred years."""

Content = dict[str, Any]


@cache
def shipped(text: str) -> Content:
    """The content that comes with the product."""
    return parse((SHIPPED / f"{text}.yaml").read_text("utf-8"))[1]


def parse(file: str) -> tuple[str, Content]:
    """Which text a YAML file is an edition of, and its content. Faults are a Problem by place."""
    if len(file) > LARGEST:
        raise Problem(_("This file is too long."), "file")
    try:
        data = yaml.safe_load(file)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        where = getattr(getattr(error, "problem_mark", None), "line", None)
        line = _("line %(line)d") % {"line": where + 1} if where is not None else "file"
        raise Problem(_("This is no YAML that can be read."), line) from None
    reader = _Reader()
    kind = data.get("text") if isinstance(data, Mapping) else None
    content: Content = {}
    if kind == Text.NOTICE:
        content = {"texts": reader.texts(data.get("texts"))}
    elif kind == Text.RETENTION:
        content = {"rules": reader.rules(data.get("rules"))}
    else:
        reader.fault("text", _("Either “notice” or “retention” is expected."))
    if reader.faults:
        raise Problem.several(reader.faults)
    return str(kind), content


class _Reader:
    """Collects every fault before it complains."""

    def __init__(self) -> None:
        self.faults: dict[str, list[str]] = {}

    def fault(self, place: str, message: str) -> None:
        self.faults.setdefault(place, []).append(message)

    def texts(self, found: object) -> Content:
        if not isinstance(found, Mapping) or "zh-hans" not in found:
            self.fault("texts", _("The Chinese text (zh-hans) is missing."))
            return {}
        for language in found:
            if language not in LANGUAGES:
                self.fault(f"texts.{language}", _("This name is not known."))
        return {
            language: self.language(found[language], f"texts.{language}")
            for language in LANGUAGES
            if language in found
        }

    def language(self, found: object, place: str) -> Content:
        table = found if isinstance(found, Mapping) else {}
        sections = table.get("sections")
        if not isinstance(sections, list) or not 0 < len(sections) <= MOST:
            self.fault(f"{place}.sections", _("A list of sections is expected."))
            sections = []
        return {
            "title": self.words(table, "title", place, 100),
            "lead": self.words(table, "lead", place, 300, must=False),
            "sections": [
                {
                    "heading": self.words(section, "heading", f"{place}.sections.{number}", 100),
                    "text": self.words(section, "text", f"{place}.sections.{number}", LONGEST),
                }
                for number, section in enumerate(sections, 1)
            ],
        }

    def rules(self, found: object) -> list[Content]:
        if not isinstance(found, list) or not 0 < len(found) <= MOST:
            self.fault("rules", _("A list of rules is expected."))
            return []
        rules = [self.rule(rule, f"rules.{number}") for number, rule in enumerate(found, 1)]
        for what in Data.values:
            if not any(r["what"] == what and not r["kind"] and not r["category"] for r in rules):
                self.fault(
                    "rules", _("There is no rule for all cases about: %(what)s") % {"what": what}
                )
        return rules

    def rule(self, found: object, place: str) -> Content:
        table = found if isinstance(found, Mapping) else {}
        for name in table:
            if name not in RULE:
                self.fault(f"{place}.{name}", _("This name is not known."))
        days = table.get("days")
        if not isinstance(days, int) or isinstance(days, bool) or not 0 < days <= LONGEST_TIME:
            self.fault(f"{place}.days", _("A number of days is expected."))
        for name, known in (("what", Data.values), ("basis", BASES), ("kind", Kind.values)):
            if (name != "kind" or table.get(name)) and table.get(name) not in known:
                names = {"names": ", ".join(known)}
                self.fault(f"{place}.{name}", _("One of these is expected: %(names)s.") % names)
        kept = {
            name: self.words(table, name, place, 300, must=name == "source")
            for name in ("category", "source", "note")
        }
        fixed = {name: str(table.get(name) or "") for name in ("what", "kind", "basis")}
        return {**fixed, "days": days, **kept}

    def words(self, found: object, name: str, place: str, longest: int, must: bool = True) -> str:
        value = found.get(name) if isinstance(found, Mapping) else None
        if not value and not must:
            return ""
        text = clean(value) if isinstance(value, str) else ""
        if not 0 < len(text) <= longest:
            self.fault(
                f"{place}.{name}",
                _("A text of at most %(most)s characters is expected.") % {"most": longest},
            )
        return text
