"""Policies 时限规则: the one schema of a preset, its reader and its typed form.

A preset is a table of

- `title`: `{zh-hans, zh-hant, en}`;
- `limits`: `{clock kind: {v, u, basis, source, note}}`; unit s, min, h, wh, wd or d;
- `handling`: `{level: {v, u, basis, source, note}}`; a level not listed takes `ordinary`;
  with `handling_starts`: `dispatch` (hotline) or `acceptance` (petition);
- `extension`, `awaiting_info`, `deferral`, `follow_up`, `rework`: see `preset_reader.SECTIONS`;
  each with `basis`, and optional `source` and `note`, for the whole section;
- `numbers`, `flags`, `texts`: `{name: {value, basis, source, note}}`;
- `lights`: `{yellow, red}`, the shares of the span left below which the light changes.

`basis` is honest about where a number comes from: see `Basis`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID

import yaml

from lianxin.deadlines.preset_reader import Reader
from lianxin.deadlines.rules import LEVELS, Basis, Lights, Rules

__all__ = ["CODE", "LEVELS", "Basis", "Lights", "Preset", "Rules", "parse", "presets"]

CODE = re.compile(r"[a-z0-9_]{1,40}")


@dataclass(frozen=True, slots=True)
class Preset:
    """A preset file."""

    code: str
    valid_from: date
    note: str
    data: dict[str, Any]


@cache
def presets() -> tuple[Preset, ...]:
    """The presets that come with the software; Problem when a file is not a proper one."""
    found = []
    folder = files("lianxin.deadlines") / "presets"
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".yaml"):
            data = yaml.safe_load(file.read_text(encoding="utf-8"))
            valid_from, note = data.pop("valid_from"), data.pop("note", "")
            code = file.name.removesuffix(".yaml")
            parse(data, code=code)
            found.append(Preset(code, valid_from, note, data))
    return tuple(found)


def parse(
    data: Mapping[str, Any], *, id: UUID | None = None, code: str = "", version: int = 0
) -> Rules:
    """Read a preset; Problem with `{path of the fault: [messages]}` when it is not a proper one."""
    return Reader().read(data, id=id, code=code, version=version)
