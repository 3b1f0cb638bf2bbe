"""Lines of the table in docs/performance.md."""

from __future__ import annotations

import os
import platform
import re
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "performance.md"


@dataclass(frozen=True)
class Row:
    """One measurement: where, what, how much, what was wanted, whether it held."""

    part: str
    what: str
    measured: str
    wanted: str = ""
    holds: bool | None = None

    def __str__(self) -> str:
        verdict = {None: "", True: "yes", False: "**no**"}[self.holds]
        return f"| {self.what} | {self.measured} | {self.wanted} | {verdict} |"


def say(text: str) -> None:
    """One line of progress."""
    print(f"{datetime.now(UTC):%H:%M:%S} {text}", flush=True)


def machine() -> str:
    """The facts without which the figures mean nothing."""
    processor = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = int(Path("/proc/meminfo").read_text().split()[1]) / 1024**2
    system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    return (
        f"{os.cpu_count()} processors ({processor[1] if processor else platform.machine()}), "
        f"{memory:.0f} GiB, {system}, Python {platform.python_version()}"
    )


def write(part: str, rows: list[Row], command: str, document: Path = DOCUMENT) -> None:
    """Replace the table of one part, between its markers."""
    begin, end = f"<!-- {part}: begin -->", f"<!-- {part}: end -->"
    lines = [
        begin,
        "",
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC · `{command}` · {machine()}",
        "",
        "| What | Measured | Wanted | Holds |",
        "| --- | --- | --- | --- |",
        *map(str, rows),
        "",
        end,
    ]
    text = document.read_text(encoding="utf-8")
    found = re.search(f"{re.escape(begin)}.*{re.escape(end)}", text, re.DOTALL)
    if found is None:
        sys.exit(f"{document} has no place for {part}: put {begin} and {end} in it")
    text = text[: found.start()] + "\n".join(lines) + text[found.end() :]
    document.write_text(text, encoding="utf-8")
