"""Rows of a spreadsheet somebody hands in, XLSX or CSV, in whatever encoding; and CSV written."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from lianxin.kernel import words
from lianxin.kernel.problems import Problem

MOST_BYTES: Final = 100_000_000
MOST_ENTRIES: Final = 1_000
MOST_UNPACKED: Final = 200_000_000
MOST_RATIO: Final = 200
HEADER_WITHIN: Final = 15
MOST_COLUMNS: Final = 500
MOST_SECONDS: Final = 120

MESSAGES: Final[dict[str, str]] = {
    "missing": "The file %(name)s is not there or cannot be read.",
    "empty": "The sheet is empty.",
    "too_large": "The file is larger than %(most)s MB.",
    "old_excel": "This is an old or password-protected Excel file. Save it as XLSX or CSV first.",
    "not_a_sheet": "This is not a spreadsheet. XLSX and CSV files can be read.",
    "broken_workbook": "The XLSX file is damaged, or too large to be opened safely.",
    "external_links": "The workbook refers to other files. Save a copy with values only.",
    "no_such_sheet": "There is no sheet called %(sheet)s. There are: %(sheets)s.",
    "no_header": "No row with column names was found in the first %(rows)s rows.",
    "too_many_columns": "The sheet has more than %(most)s columns.",
    "twice": "The column name %(name)s appears twice.",
    "unreadable": "Some characters of this row cannot be read. In which encoding was it saved?",
    "extra_cells": "This row has more cells than there are column names.",
}
"""Every message by its code, in English; see `SheetProblem.code` for telling it otherwise."""

_LOST = re.compile("[\udc80-\udcff]")
_BEYOND_ASCII = bytes(range(128, 256))
_RUN = re.compile(r"[\t\r\n\0]|[\s\0\ufeff\u200b]*[=+\-@＝＋－＠]")
"""How a cell begins that a spreadsheet program runs as a formula, or reads as two cells (OWASP)."""

# Cells of a whole letter or article are no reason to give up on a file.
csv.field_size_limit(MOST_BYTES)


class SheetProblem(Problem):
    """The file as a whole cannot be used. `code` and `params` are there for translation."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(MESSAGES[code] % params)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it begins in the file (from 1), and its cells by column name, cleaned.

    `fault` is empty, or the code of what is wrong with the row itself: "unreadable", "extra_cells".
    `cut` are the columns before which the row ends; their cells read as empty.
    """

    line: int
    values: dict[str, str]
    fault: str = ""
    cut: frozenset[str] = frozenset()


def read(
    source: Path | str | bytes,
    name: str = "",
    sheet: str | None = None,
    known: Collection[str] = (),
) -> Iterator[Row]:
    """The rows below the header, empty ones left out.

    `known` are the column names the reader hopes for: they help find the header under a title.
    Raises SheetProblem, at the latest when the first row is asked for, if the file is of no use.
    """
    data = source if isinstance(source, bytes) else _bytes(Path(source), name)
    if len(data) > MOST_BYTES:
        raise SheetProblem("too_large", most=MOST_BYTES // 1_000_000)
    if not data.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise SheetProblem("empty")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise SheetProblem("old_excel")
    if data.startswith(b"PK\x03\x04"):
        return _rows(_xlsx(data, sheet), known)
    if data.startswith(
        (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"\x1f\x8b", b"Rar!")
    ):
        raise SheetProblem("not_a_sheet")
    return _rows(_csv(data), known)


def _bytes(path: Path, name: str) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise SheetProblem("too_large", most=MOST_BYTES // 1_000_000)
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise SheetProblem("missing", name=name or path.name) from error


Cells = Iterable[tuple[int, list[str]]]


def _rows(cells: Cells, known: Collection[str]) -> Iterator[Row]:
    wanted = {_plain(name) for name in known}
    seen: list[tuple[int, list[str]]] = []
    rows = iter(cells)
    for line, row in rows:
        if any(cell.strip() for cell in row):
            seen.append((line, row))
        if len(seen) >= HEADER_WITHIN or (wanted and wanted <= {_plain(cell) for cell in row}):
            break
    at = _header_at([row for _line, row in seen], wanted)
    header = [_header(cell) for cell in seen[at][1]]
    while header and not header[-1]:
        header.pop()
    _check_header(header)
    for line, row in seen[at + 1 :]:
        yield _row(line, row, header)
    for line, row in rows:
        if any(cell.strip() for cell in row):
            yield _row(line, row, header)


def _header_at(rows: list[list[str]], wanted: set[str]) -> int:
    if not rows:
        raise SheetProblem("empty")
    if wanted:
        hits = [len(wanted & {_plain(cell) for cell in row}) for row in rows]
        if max(hits) > 0:
            return hits.index(max(hits))
        raise SheetProblem("no_header", rows=HEADER_WITHIN)
    for at, row in enumerate(rows):
        if sum(1 for cell in row if cell.strip()) > 1:
            return at
    return 0


def _check_header(header: list[str]) -> None:
    if len(header) > MOST_COLUMNS:
        raise SheetProblem("too_many_columns", most=MOST_COLUMNS)
    names: set[str] = set()
    for name in header:
        if name and _plain(name) in names:
            raise SheetProblem("twice", name=name)
        names.add(_plain(name))


def _header(cell: str) -> str:
    """A column name without the marks people put on it: `姓名*`, `姓名（必填）`."""
    name = words.clean(cell.replace("\n", ""))
    return re.sub(r"\s*([*＊]|[（(](必填|选填|required|optional)[)）])+\s*$", "", name).lstrip(
        "*＊ "
    )


def _plain(name: str) -> str:
    return re.sub(r"[\s_]+", "", words.fold(_header(name)))


def _row(line: int, row: list[str], header: list[str]) -> Row:
    fault = ""
    if any(_LOST.search(cell) for cell in row):
        fault = "unreadable"
    elif any(cell.strip() for cell in row[len(header) :]):
        fault = "extra_cells"
    cells = [words.clean(cell) for cell in row[: len(header)]]
    cut = frozenset(filter(None, header[len(cells) :]))
    cells += [""] * (len(header) - len(cells))
    values = {name: cell for name, cell in zip(header, cells, strict=True) if name}
    return Row(line, values, fault, cut)


def _csv(data: bytes) -> Cells:
    text = _decode(data)
    first = text.lstrip().partition("\n")[0][:10_000]
    delimiter = max(",\t;，", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = 1
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise SheetProblem("not_a_sheet") from error


def _decode(data: bytes) -> str:
    """UTF-8, UTF-16 or GB18030. Bytes that fit none become half surrogates, for `_row` to find."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace").replace("\ufffd", "\udcff")
    sample = data[:4096]
    nulls = sample.count(0)
    if nulls > len(sample) // 5:
        order = "utf-16-le" if sample[1::2].count(0) > nulls // 2 else "utf-16-be"
        return data.decode(order, "replace").replace("\ufffd", "\udcff")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("utf-8-sig", "surrogateescape")
    bad = len(_LOST.findall(text))
    beyond_ascii = len(data) - len(data.translate(None, _BEYOND_ASCII))
    if bad * 20 < beyond_ascii:  # one spoilt row in a UTF-8 file, not another encoding
        return text
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace").replace("\ufffd", "\udcff")


def _xlsx(data: bytes, sheet: str | None) -> Cells:
    _look_inside(data)
    with _kept(data) as path:
        program = Path(__file__).with_name("sheet_cells.py")
        command = [sys.executable, "-I", str(program), str(path), sheet or ""]
        try:
            done = subprocess.run(
                command, capture_output=True, timeout=MOST_SECONDS, check=False, encoding="utf-8"
            )
        except (subprocess.TimeoutExpired, OSError, ValueError) as error:
            raise SheetProblem("broken_workbook") from error
    lines = done.stdout.splitlines()
    last = json.loads(lines[-1]) if lines and done.returncode == 0 else {}
    if isinstance(last, dict) and last.get("error") == "no_such_sheet":
        names = "、".join(last.get("sheets", ()))
        raise SheetProblem("no_such_sheet", sheet=words.clean(sheet or ""), sheets=names)
    if last != {"done": True}:
        raise SheetProblem("broken_workbook")
    for text in lines[:-1]:
        line, cells = json.loads(text)
        yield line, cells


def _look_inside(data: bytes) -> None:
    """What the ZIP directory says, before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as box:
            entries = box.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise SheetProblem("broken_workbook") from error
    names = {entry.filename for entry in entries}
    if not any(name.startswith("xl/workbook") for name in names):
        raise SheetProblem("not_a_sheet")
    if any(name.startswith("xl/externalLinks/") for name in names):
        raise SheetProblem("external_links")
    unpacked = sum(entry.file_size for entry in entries)
    if (
        len(entries) > MOST_ENTRIES
        or unpacked > MOST_UNPACKED
        or unpacked > MOST_RATIO * max(len(data), 1)
    ):
        raise SheetProblem("broken_workbook")


@contextmanager
def _kept(data: bytes) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="lianxin-sheet-") as folder:
        path = Path(folder) / "sheet.xlsx"
        path.write_bytes(data)
        yield path


def inert(cell: str) -> str:
    """The cell as a spreadsheet program shows it and does not run it: with an apostrophe before."""
    return f"'{cell}" if _RUN.match(cell) else cell


def writer(out: TextIO) -> Callable[[Sequence[str]], object]:
    """What writes one row of a CSV file; no cell of it is run by a spreadsheet program."""
    table = csv.writer(out)
    return lambda row: table.writerow([inert(cell) for cell in row])
