"""Colours can be read, drawings exist, nothing reaches out to another place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lianxin import ui
from lianxin.ui.icons import ICONS

STATIC = Path(ui.__file__).parent / "static" / "ui"
SOURCE = Path(ui.__file__).parent.parent
HEX = re.compile(r"--([a-z-]+):\s*(#[0-9a-f]{6});")


def colours(*sheets: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for sheet in sheets:
        text = (STATIC / sheet).read_text("utf-8").split("@media print")[0]
        found.update(HEX.findall(text))
    return found


def brightness(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((brightness(one), brightness(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("sheets", [("lianxin.css",), ("lianxin.css", "dark.css")])
def test_every_text_colour_can_be_read_on_every_ground(sheets: tuple[str, ...]) -> None:
    c = colours(*sheets)
    grounds = ("paper", "surface", "sunken")
    pairs = [
        (text, ground)
        for text in ("ink", "soft", "quiet", "cinnabar", "link", "green", "amber", "red")
        for ground in grounds
    ]
    pairs += [("on-act", "act"), ("on-act", "act-over"), ("red", "red-wash")]
    pairs += [("ink", f"{wash}-wash") for wash in ("red", "green", "amber", "blue")]
    low = {pair: contrast(c[pair[0]], c[pair[1]]) for pair in pairs}
    assert {pair: round(x, 2) for pair, x in low.items() if x < 4.5} == {}
    # Edges of controls and the ring around what has the focus.
    for line in ("edge", "ring"):
        assert min(contrast(c[line], c[ground]) for ground in grounds) >= 3, line


def test_the_sprite_holds_exactly_the_drawings_pages_may_use() -> None:
    sprite = (STATIC / "vendor" / "icons.svg").read_text("utf-8")
    assert set(re.findall(r'<symbol id="([^"]+)"', sprite)) == ICONS


def test_templates_name_only_drawings_that_exist() -> None:
    wrong = {
        f"{path.relative_to(SOURCE)}: {name}"
        for path in SOURCE.glob("*/templates/**/*.html")
        for name in re.findall(r'{% icon "([^"]+)"', path.read_text("utf-8"))
        if name not in ICONS
    }
    assert wrong == set()


def test_style_sheets_load_nothing_from_elsewhere() -> None:
    for sheet in STATIC.rglob("*.css"):
        text = sheet.read_text("utf-8")
        assert not re.search(r"url\(\s*['\"]?(https?:)?//|@import", text), sheet.name
        assert "sourceMappingURL" not in text, sheet.name
