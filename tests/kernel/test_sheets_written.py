"""CSV files the product writes: whatever stands in a cell, a spreadsheet program only shows it."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import lianxin
from lianxin.cli import import_concerns
from lianxin.kernel import sheets
from lianxin.people.sheets import RowProblem

BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
SOURCE = Path(lianxin.__file__).parent


@pytest.mark.parametrize("first", BEGINS)
def test_what_begins_like_a_formula_is_quoted(first: str) -> None:
    for cell in (first, f"{first}cmd|' /C calc'!A0", f"{first}1+1"):
        assert sheets.inert(cell) == f"'{cell}"
    assert sheets.inert(f" {first}1") != f" {first}1" or not first.strip(" \t\r\n\0")
    for cell in (f"路灯{first}", f"1{first}2", f"'{first}"):
        assert sheets.inert(cell) == cell


def test_other_cells_stay_as_they_are() -> None:
    for cell in ("", "路灯坏了", "12", "“=1”", " 空格", "'"):
        assert sheets.inert(cell) == cell


CELLS = st.text(max_size=40) | st.builds(str.__add__, st.sampled_from(BEGINS), st.text(max_size=9))


@given(st.lists(st.tuples(CELLS, CELLS), max_size=5))
@example([("=1+1", '",=1+1'), ("a\r\n=1", ",\n@x")])
def test_no_list_of_faults_holds_a_cell_that_runs(faults: list[tuple[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "faults.csv"
        rows = [RowProblem(n, column, message) for n, (column, message) in enumerate(faults)]
        import_concerns._write(path, rows)
        with path.open(encoding="utf-8-sig", newline="") as lines:
            read = list(csv.reader(lines))
    assert [len(row) for row in read] == [3] * (len(faults) + 1)
    for row, fault in zip(read[1:], faults, strict=True):
        assert not any(cell.startswith(BEGINS) for cell in row)
        assert [cell.removeprefix("'") for cell in row[1:]] == [
            cell.removeprefix("'") for cell in fault
        ]


def test_half_a_character_does_not_stop_the_list(tmp_path: Path) -> None:
    import_concerns._write(tmp_path / "x.csv", [RowProblem(1, "=\udc80", "\ud800")])
    assert "'=?" in (tmp_path / "x.csv").read_text("utf-8-sig")


def test_no_other_room_writes_a_spreadsheet() -> None:
    writes = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if any(w in path.read_text("utf-8") for w in ("csv.writer", "DictWriter", "Workbook("))
    }
    assert writes == {"kernel/sheets.py"}
