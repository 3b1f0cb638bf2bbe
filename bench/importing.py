"""Taking over messages from a file: `lianxin import concerns`, cases opened and journal written."""

from __future__ import annotations

import csv
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench import places, words
from bench.table import Row, say

WANTED = 500
STREAM = places.ROOT.parent / "shared" / "data" / "messages" / "stream.csv"
"""Real messages, where they are at hand: ../shared/data/README.md."""


def measure(*, quick: bool) -> list[Row]:
    """Messages a second of the whole command, start-up included, on durable SQLite."""
    rows = [] if quick or not STREAM.exists() else [_one("real", STREAM)]
    with tempfile.TemporaryDirectory(prefix="lianxin-bench-") as folder:
        made = Path(folder) / "made.csv"
        _write(made, 500 if quick else 20_000)
        return [*rows, _one("made-up", made)]


def _one(name: str, path: Path) -> Row:
    with places.place("sqlite") as place:
        place.migrate()
        started = time.perf_counter()
        # 1: some rows were refused and listed, as the real file has it.
        place.run("import", "concerns", str(path), fine=(0, 1))
        seconds = time.perf_counter() - started
        count = place.inside(_cases)
    row = Row(
        "import",
        f"Import of {count:,} {name} messages, SQLite",
        f"**{count / seconds:,.0f}/s** ({seconds:.1f} s for the whole command)",
        f"≥ {WANTED}/s",
        count / seconds >= WANTED,
    )
    say(f"{row.what}: {row.measured}")
    return row


def _cases() -> int:
    """How many cases there are; every message must have become one."""
    from lianxin.cases.models import Case
    from lianxin.intake.models import Concern

    cases, concerns = Case.objects.count(), Concern.objects.count()
    if cases != concerns:
        raise RuntimeError(f"{concerns} concerns but {cases} cases")
    return cases


def _write(path: Path, count: int) -> None:
    """A file as such systems export it."""
    first = datetime.now(UTC) - timedelta(days=300)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["留言编号", "留言主题", "留言时间", "留言详情"])
        for number, text in enumerate(words.texts(count)):
            at = first + timedelta(minutes=number * 20)
            table.writerow([number, text[:20], f"{at:%Y/%m/%d %H:%M:%S}", f"{text}第{number}次"])
