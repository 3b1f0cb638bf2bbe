"""Writes the spreadsheets that tests hand in."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import openpyxl


def write_csv(path: Path, rows: Sequence[Sequence[str]], encoding: str) -> Path:
    """A CSV file in some encoding; half surrogates are written as such."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding, "surrogatepass"))
    return path


def write_xlsx(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    """A workbook with one sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path
