"""A small program of its own: reads one XLSX from a path and writes its rows as JSON lines.

Run in a separate process with limits on memory and time, because a hostile file can make any
reader of spreadsheets swallow both. It imports nothing of ours.
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime, time, timedelta

MEMORY = 1_000_000_000
SECONDS = 60


def _limit() -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def text(cell: object) -> str:
    """A cell as a person sees it, near enough: no `.0` behind whole numbers, ISO dates."""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)


def main(path: str, wanted: str) -> None:
    """Writes `{"sheets": [...]}`, then `[line, [cells]]` for every row; or `{"error": code}`."""
    _limit()
    from python_calamine import CalamineError, CalamineWorkbook

    out = sys.stdout
    try:
        book = CalamineWorkbook.from_path(path)
        names = book.sheet_names
        if not names or (wanted and wanted not in names):
            out.write(json.dumps({"error": "no_such_sheet", "sheets": names}) + "\n")
            return
        sheet = book.get_sheet_by_name(wanted or names[0])
        rows = sheet.to_python(skip_empty_area=False)
        for line, row in enumerate(rows, start=1):
            if any(cell != "" for cell in row):
                out.write(json.dumps([line, [text(cell) for cell in row]]) + "\n")
        out.write(json.dumps({"done": True}) + "\n")
    except (CalamineError, MemoryError, ValueError, OverflowError, OSError):
        out.write(json.dumps({"error": "broken_workbook"}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "")
