"""Spreadsheets of units and people: which columns they may have, and what became of the rows.

Other modules read their own sheets with `open_sheet` and report in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from lianxin.kernel import sheets, words
from lianxin.kernel.problems import Problem
from lianxin.kernel.sheets import Row


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong in one row; `column` is empty when it is the row as a whole."""

    line: int
    column: str
    message: str


@dataclass(slots=True)
class Loaded:
    """What a load did. Good rows went in; the bad ones are listed."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: list[RowProblem] = field(default_factory=list)

    def count(self, what: str) -> None:
        """Count one row as "added", "changed" or "unchanged"."""
        setattr(self, what, getattr(self, what) + 1)

    def problem(self, row: Row, problem: Problem, columns: Mapping[str, str]) -> None:
        """Note a row's problem, each message at its column as the sheet calls it."""
        for name, messages in problem.messages.items():
            column = columns.get(name, "")
            self.problems += [RowProblem(row.line, column, message) for message in messages]


Columns = Mapping[str, Sequence[str]]
"""Our field names, each with the column names it may have in a sheet."""

UNIT_COLUMNS: Columns = {
    "name": ("单位名称", "名称", "單位名稱", "unit name", "name", "unit"),
    "parent": ("上级单位", "上級單位", "parent", "parent unit"),
    "kind": ("类型", "单位类型", "類型", "kind", "type"),
    "short_name": ("简称", "簡稱", "short name"),
    "phone": ("电话", "联系电话", "電話", "phone", "telephone"),
    "window": ("窗口单位", "是否窗口单位", "窗口單位", "window", "window unit"),
    "area": ("区划代码", "行政区划代码", "area", "area code"),
}
PEOPLE_COLUMNS: Columns = {
    "name": ("姓名", "name", "full name"),
    "username": ("用户名", "账号", "登录名", "用戶名", "username", "user name", "account"),
    "unit": ("单位", "单位名称", "所在单位", "單位", "unit"),
    "role": ("角色", "role", "roles"),
    "post": ("职务", "職務", "post", "title"),
    "phone": ("手机", "电话", "手機", "phone", "mobile"),
    "email": ("邮箱", "电子邮箱", "郵箱", "email", "e-mail"),
}


def _known(columns: Columns) -> list[str]:
    return [name for names in columns.values() for name in names]


def columns_in(row: Row, columns: Columns) -> dict[str, str]:
    """Our field names with the column of this sheet each is read from."""
    plain = {words.fold(name).replace(" ", "").replace("_", ""): name for name in row.values}
    found = {}
    for ours, names in columns.items():
        for name in names:
            if name.replace(" ", "") in plain:
                found[ours] = plain[name.replace(" ", "")]
                break
    return found


def fields_of(row: Row, columns: Mapping[str, str]) -> dict[str, str]:
    """A row's cells by our field names; columns the sheet lacks are left out."""
    return {ours: row.values.get(theirs, "") for ours, theirs in columns.items()}


def fault_of(row: Row) -> Problem | None:
    """What is wrong with the row itself, in the reader's language."""
    return Problem(message_of(row.fault, {})) if row.fault else None


def open_sheet(
    source: Path | str | bytes,
    name: str = "",
    sheet: str | None = None,
    columns: Columns | None = None,
) -> Iterator[Row]:
    """`kernel.sheets.read` with its problems told in the reader's language."""
    try:
        yield from sheets.read(source, name, sheet, known=_known(columns or {}))
    except sheets.SheetProblem as problem:
        raise Problem(message_of(problem.code, problem.params), "file") from problem


def message_of(code: str, params: Mapping[str, object]) -> str:
    """A message of `kernel.sheets`, translated; that module knows nothing of languages."""
    told = {
        "missing": _("The file %(name)s is not there or cannot be read."),
        "empty": _("The sheet is empty."),
        "too_many_rows": _("The sheet has more than %(most)s rows; bring it in parts."),
        "too_large": _("The file is larger than %(most)s MB."),
        "old_excel": _(
            "This is an old or password-protected Excel file. Save it as XLSX or CSV first."
        ),
        "not_a_sheet": _("This is not a spreadsheet. XLSX and CSV files can be read."),
        "broken_workbook": _("The XLSX file is damaged, or too large to be opened safely."),
        "external_links": _("The workbook refers to other files. Save a copy with values only."),
        "no_such_sheet": _("There is no sheet called %(sheet)s. There are: %(sheets)s."),
        "no_header": _("No row with column names was found in the first %(rows)s rows."),
        "too_many_columns": _("The sheet has more than %(most)s columns."),
        "twice": _("The column name %(name)s appears twice."),
        "unreadable": _(
            "Some characters of this row cannot be read. In which encoding was it saved?"
        ),
        "extra_cells": _("This row has more cells than there are column names."),
    }
    return told[code] % params
