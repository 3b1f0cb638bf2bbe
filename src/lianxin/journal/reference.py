"""The events as a page of documentation, made from the code."""

from __future__ import annotations

import inspect
from itertools import groupby

from lianxin.journal import events

HEAD = """# Events

Every act writes one entry to the journal, under one of these names. Made from the code by
`lianxin.journal.reference.markdown()`; change the docstrings, not this page.
"""


def markdown() -> str:
    """The whole page; ends in one newline. Events declared outside this package are left out."""
    parts = [HEAD]
    own = [event for event in events.all_events() if event.__module__.startswith("lianxin.")]
    for module, group in groupby(own, lambda event: event.name.partition(".")[0]):
        parts.append(f"\n## {module}\n")
        parts += [_section(event) for event in group]
    return "".join(parts)


def _section(event: type[events.Event]) -> str:
    text = inspect.cleandoc(event.__doc__ or "")
    lines = [f"\n### `{event.name}`\n\n{text}\n"]
    rows = list(events.field_types(event))
    if rows:
        lines.append("\n| field | type |\n|---|---|\n")
        lines += [f"| `{name}` | `{kind.replace('|', chr(92) + '|')}` |\n" for name, kind in rows]
    return "".join(lines)
