"""Measure speed and memory, and write the tables of docs/performance.md.

python -m bench.run                    everything
python -m bench.run filing startup     these parts
python -m bench.run --quick            small sizes, nothing written: does it still work?
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from bench import (
    backup,
    filing,
    importing,
    journal,
    mailbox,
    open311,
    peer,
    startup,
    table,
    tracking,
    worklist,
)
from bench.table import Row, say

PARTS: dict[str, Callable[..., list[Row]]] = {
    "filing": filing.measure,
    "worklist": worklist.measure,
    "tracking": tracking.measure,
    "import": importing.measure,
    "mailbox": mailbox.measure,
    "open311": open311.measure,
    "peer": peer.measure,
    "startup": startup.measure,
    "memory": startup.measure_memory,
    "journal": journal.measure,
    "backup": backup.measure,
}


def main() -> int:
    """0 when everything wanted was reached."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.run",
        description="Measure speed and memory, and write the tables of docs/performance.md.",
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--quick", action="store_true", help="small sizes; nothing is written")
    wanted = parser.parse_args()
    if unknown := set(wanted.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    rows = []
    for part in wanted.parts or PARTS:
        say(f"── {part}")
        found = PARTS[part](quick=wanted.quick)
        if not wanted.quick:
            table.write(part, found, f"make bench PARTS={part}")
        rows += found
    missed = [row for row in rows if row.holds is False]
    for row in missed:
        print(f"Not reached: {row.what}: {row.measured}; wanted {row.wanted}", file=sys.stderr)
    return 1 if missed and not wanted.quick else 0


if __name__ == "__main__":
    sys.exit(main())
