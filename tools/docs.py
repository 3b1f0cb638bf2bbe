"""Write the pages of docs/ that are made from the code, or say which of them are stale.

python tools/docs.py            write them
python tools/docs.py --check    write nothing; exit 1 when one is not what the code says
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

DOCS = Path(__file__).resolve().parent.parent / "docs"
MADE = "Made from the code by `tools/docs.py`; change the code, not this page."
# Open to every state, or taken by the system long after: they would hide the rest of the drawing.
NOT_DRAWN = {"withdraw", "rule_on_withdrawal", "archive"}


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A table in Markdown; a bar in a cell cannot end it."""
    names = list(head)
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    lines += ["| " + " | ".join(str(c).replace("|", "\\|") for c in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def chinese(label: Any) -> str:
    """A label in Simplified Chinese."""
    from django.utils import translation

    with translation.override("zh-hans"):
        return str(label)


def named(values: Iterable[str]) -> str:
    """Identifiers in a cell."""
    return ", ".join(f"`{value}`" for value in dict.fromkeys(values))


def states() -> str:
    """docs/states.md: the states, the moves and a drawing, from `lianxin.cases.states`."""
    from lianxin.cases.states import ENDED, MOVES, UNREACHABLE, State

    def kind(state: State) -> str:
        if state in UNREACHABLE:
            return "declared, not yet reachable"
        return "ended" if state in ENDED else "open"

    def to(move: Any) -> str:
        targets = sorted({str(t) for t in {move.target, *move.returns} if t})
        stays = [] if move.target else ["stays"]
        return " or ".join([*stays, *([named(targets)] if targets else [])])

    listed = table(
        ("state", "中文", "English", "kind"),
        ((f"`{s.value}`", chinese(s.label), s.label, kind(s)) for s in State),
    )
    head = (
        "move", "rule", "中文", "English", "from", "to", "side", "roles", "stops", "starts",
        "reason", "told",
    )  # fmt: skip
    rows = (
        (
            f"`{m.name}`", ", ".join(m.codes), chinese(m.label), m.label, _sources(m), to(m),
            m.side.value, named(m.roles), named(m.stops) if len(m.stops) < 12 else "all",
            named(m.starts), "yes" if m.reason else "", "yes" if m.told else "",
        )
        for m in MOVES.values()
    )  # fmt: skip
    moves = table(head, rows)
    return f"""# States and moves of a case

{MADE}

Every change of state is one row of the table of moves. `lianxin.cases.actions.move` is the only
writer: it asks the policy, compares and sets, moves the clocks and writes the journal in one
transaction. `tests/cases/test_every_move.py` tries every pair of a state and a move.

## States

{listed}
Extension 延期 and supervision 督办 lie over a state and are not states.

## Moves

*Side* says from where a role must look at the case: `desk` covers the desk that sorts it, `lead`
the unit that handles it, `independent` covers that unit without belonging to it, `reviewer` is the
reviewing body, `resident` holds the query code, `system` is the worker. *Stops* and *starts* are
the clocks every such move touches; an action may add others, such as `handling` where the preset
lets it begin at dispatch. A move that *stays* asks for something or lies over the state. A move
whose result is a decision lists the further states it may lead to.

{moves}
## Drawing

`withdraw` and `archive` are left out: the first leads from every open state, before a review, to
`withdrawn` (a unit's case only after somebody outside the unit has asked the person), the second
from every end to `archived`.

```mermaid
stateDiagram-v2
{_edges()}
```
"""


def _sources(move: Any) -> str:
    from lianxin.cases.states import ENDED, OPEN

    for words, all_of in (("every open state", OPEN), ("every end", ENDED)):
        missing = sorted(str(state) for state in all_of - move.sources)
        if move.sources <= all_of and len(missing) <= 3:
            return words + (f" but {named(missing)}" if missing else "")
    return named(sorted(str(state) for state in move.sources))


def _edges() -> str:
    from lianxin.cases.states import MOVES, State

    edges: dict[tuple[str, str], list[str]] = {}
    for move in MOVES.values():
        for source in sorted(move.sources):
            for target in sorted(move.lands(State(source)) - {source}):
                if move.name not in NOT_DRAWN:
                    edges.setdefault((str(source), str(target)), []).append(move.name)
    lines = ["    [*] --> submitted", "    [*] --> registered: preset registers by itself"]
    lines += [f"    {a} --> {b}: {', '.join(names)}" for (a, b), names in edges.items()]
    return "\n".join(lines)


def limits() -> str:
    """docs/limits.md: every limit of every preset with where it comes from."""
    from lianxin.deadlines.policies import parse, presets
    from lianxin.pages.wording import BASIS

    bases = table(
        ("basis", "中文", "English"),
        ((f"`{name}`", chinese(label), label) for name, label in BASIS.items()),
    )
    top = f"""# Limits

{MADE}

A preset 时限方案 is data: a file in `src/lianxin/deadlines/presets/`, loaded as a version with a
first day. A case keeps the version it was opened under. `LIANXIN_POLICY` names the preset of new
cases; a dispatcher may choose another for one case when sorting it. Staff read the same table at
`/desk/limits/`.

Each number says where it comes from:

{bases}
Units: `s` second, `min` minute, `h` hour, `wh` working hour (9–12 and 14–18), `wd` working day,
`d` calendar day. Day one is not counted; a last day (`d`) that is no working day moves to the next
one.
"""
    parts = [top]
    for preset in presets():
        rules = parse(preset.data, code=preset.code)
        parts.append(f"\n## {rules.titles['zh-hans']} `{preset.code}`\n\n{rules.titles['en']}. ")
        parts.append(f"In force from {preset.valid_from.isoformat()}. ")
        if rules.handling_starts:
            parts.append(f"The handling limit starts at {rules.handling_starts}. ")
        parts.append(f"{preset.note}\n\n" if preset.note else "\n\n")
        parts.append(table(("rule", "value", "basis", "source", "note"), _lines(rules)))
    return "".join(parts)


def _lines(rules: Any) -> Iterable[tuple[str, str, str, str, str]]:
    values: dict[str, str] = {
        name: f"{span.value} {span.unit.value}" for name, span in rules.spans.items()
    }
    values |= {name: "yes" if flag else "no" for name, flag in rules.flags.items()}
    values |= {name: f"{number:g}" for name, number in rules.numbers.items()}
    values |= rules.texts
    for name, value in sorted(values.items()):
        basis = rules.bases.get(name) or rules.bases.get(name.partition(".")[0])
        kind, source, note = (basis.kind, basis.source, basis.note) if basis else ("", "", "")
        yield f"`{name}`", value, kind, source, note


def events() -> str:
    """docs/events.md: every event of the journal."""
    from lianxin.journal import reference

    return reference.markdown()


PAGES = {"states.md": states, "events.md": events, "limits.md": limits}


def stale() -> list[str]:
    """Names of the pages that are not what the code says now. Django must be loaded."""
    from django.utils import translation

    with translation.override("en"):
        return [
            name
            for name, make in PAGES.items()
            if not (DOCS / name).exists() or (DOCS / name).read_text("utf-8") != make()
        ]


def main() -> int:
    """0 when every page is what the code says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    wanted = parser.parse_args()
    with TemporaryDirectory() as data:
        os.environ |= {"DJANGO_SETTINGS_MODULE": "lianxin.config.settings", "LIANXIN_DATA": data}
        import django
        from django.utils import translation

        django.setup()
        names = stale()
        if not wanted.check:
            with translation.override("en"):
                for name in names:
                    (DOCS / name).write_text(PAGES[name](), "utf-8")
    for name in names:
        print(f"docs/{name}: " + ("stale" if wanted.check else "written"))
    return 1 if names and wanted.check else 0


if __name__ == "__main__":
    sys.exit(main())
