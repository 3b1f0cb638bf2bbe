"""The page docs/evidence/README.md, made from the files beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HEAD = """\
# Evidence

What the long campaigns of the trust programme found. Each line is made from the file it leads to,
which keeps the seed, the day, the versions and every count. `make campaign` runs them all again,
`make campaign PARTS="crash_storm"` one of them; the short forms run in every `make test`, under
`tests/trust/`. A *known-bad build* is the product with one fault put in on purpose: a campaign that
does not find the fault has proved nothing, and counts as not passed.
[Decision 0016](../decisions/0016-evidence.md) says why some of this is shown on models, and what
they cannot see.

| campaign | passed | counted | lost | known-bad builds caught |
|---|---|---|---|---|
"""


def records(folder: Path) -> list[dict[str, Any]]:
    """Every file of evidence, in the order of the goals."""
    found = [json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")]
    return sorted(found, key=lambda record: (_goal(record), record["campaign"]))


def _goal(record: dict[str, Any]) -> int:
    number = re.search(r"\bP(\d+)\b", record["goal"])
    return int(number[1]) if number else 99


def page(folder: Path) -> str:
    """The overview as it should stand."""
    found = records(folder)
    lines = "".join(_row(record) for record in found)
    return HEAD + lines + "".join(_part(record) for record in found)


def verdict(record: dict[str, Any]) -> str:
    """One sentence on how a campaign ended."""
    caught = sum(1 for word in record["twins"].values() if word == "caught")
    ended = "Passed" if record["passed"] else "Not passed"
    return f"{ended}; {caught} of {len(record['twins'])} known-bad builds caught."


def _row(record: dict[str, Any]) -> str:
    name = record["campaign"]
    # What a known-bad build loses is what it is there for.
    ours = [pair for pair in leaves(record["counts"]) if not pair[0].startswith("known-bad")]
    counted = [(words, n) for words, n in ours if isinstance(n, int) and n]
    largest = sorted(counted, key=lambda pair: -pair[1])[:2]
    lost = [n for words, n in ours if "lost" in words.split(", ")[-1]]
    caught = sum(1 for word in record["twins"].values() if word == "caught")
    cells = [
        f"[{name.replace('_', ' ')}]({name}.json)",
        "yes" if record["passed"] else "**no**",
        "; ".join(f"{n:,} {_measure(words)}" for words, n in largest),
        f"{sum(map(int, lost)):,}" if lost else "–",
        f"{caught} of {len(record['twins'])}",
    ]
    return "| " + " | ".join(cells) + " |\n"


def _part(record: dict[str, Any]) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in record["versions"].items())
    share = "" if record["scale"] == 1 else f" Only {record['scale']:g} of the full counts."
    lines = [
        f"\n## {record['campaign'].replace('_', ' ').capitalize()}\n",
        f"{record['goal']}\n",
        f"{verdict(record)}{share} {record['day']}, {record['seconds']:,} seconds, seed "
        f"{record['seed']}; {versions}.\n",
        "| counted | |\n|---|---|",
        *(f"| {words} | {_shown(n)} |" for words, n in leaves(record["counts"])),
        *(f"| known-bad: {twin} | {word} |" for twin, word in record["twins"].items()),
    ]
    return "\n".join(lines) + "\n"


def _measure(words: str) -> str:
    """What was counted, and in brackets where."""
    where, _comma, what = words.rpartition(", ")
    return f"{what} ({where})" if where else what


def leaves(counts: Any, above: str = "") -> Iterator[tuple[str, Any]]:
    """Every single value with the words that lead to it; lists are told by their length."""
    if isinstance(counts, dict):
        for name, inner in counts.items():
            words = str(name).replace("_", " ")
            yield from leaves(inner, f"{above}, {words}" if above else words)
    else:
        yield above, len(counts) if isinstance(counts, list) else counts


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int | float) else str(value).replace("|", "\\|")
