"""The dispatch catalogue from a spreadsheet: good lines go in, bad ones are told, twice is once."""

from __future__ import annotations

from pathlib import Path

import pytest

from lianxin.access import SYSTEM
from lianxin.journal.models import Entry
from lianxin.kernel.problems import Problem
from lianxin.people.sheets import Loaded, open_sheet
from lianxin.sorting import actions, importing, queries
from tests.cast import Cast
from tests.sheets import write_csv, write_xlsx

pytestmark = pytest.mark.django_db
HEADER = ["类别", "区域", "单位", "协办", "责任领导", "依据", "起"]
GOOD = ["roads.lights", "城关镇", "住建局", "教育局、供水公司", "周建国", "职责清单", "2026-01-01"]


@pytest.fixture(autouse=True)
def _tree(cast: Cast) -> None:
    actions.load_defaults(by=SYSTEM)


def load(file: Path) -> Loaded:
    rows = open_sheet(file, file.name, None, importing.COLUMNS)
    return importing.load_catalogue(rows, by=SYSTEM)


def test_a_line_goes_in_and_the_same_again_changes_nothing(cast: Cast, tmp_path: Path) -> None:
    file = write_xlsx(tmp_path / "c.xlsx", [HEADER, GOOD])
    assert (load(file).added, load(file).unchanged) == (1, 1)
    lights = queries.category("roads.lights")
    line = queries.catalogue_for(lights, cast.east_area.pk)
    assert line is not None and line.unit == cast.housing and line.leader == cast.leader
    assert set(line.co_units.all()) == {cast.education, cast.water}
    assert Entry.objects.filter(event="sorting.catalogue_changed").count() == 1
    other = [*GOOD[:5], "新依据", GOOD[6]]
    assert load(write_csv(tmp_path / "c.csv", [HEADER, other], "gb18030")).changed == 1


def test_without_a_day_the_line_in_force_is_kept(cast: Cast, tmp_path: Path) -> None:
    named = queries.category("roads.lights")
    assert named is not None
    for name in ("roads.lights", named.name):
        load(write_csv(tmp_path / "c.csv", [HEADER[:3], [name, "", "住建局"]], "utf-8"))
    assert named.catalogue.count() == 1


def test_bad_lines_are_told_by_column(cast: Cast, tmp_path: Path) -> None:
    bad = [
        ["没有这类", *GOOD[1:]],
        [GOOD[0], "没有这里", *GOOD[2:]],
        [*GOOD[:2], "没有单位", *GOOD[3:]],
        [*GOOD[:3], "没有协办", *GOOD[4:]],
        [*GOOD[:4], "王五", *GOOD[5:]],
        [*GOOD[:6], "某天"],
        [*GOOD[:5], "长" * 201, GOOD[6]],
    ]
    loaded = load(write_csv(tmp_path / "c.csv", [HEADER, *bad, GOOD], "utf-8"))
    assert loaded.added == 1
    told = [(problem.line, problem.column) for problem in loaded.problems]
    assert told == [
        (2, "类别"), (3, "区域"), (4, "单位"), (5, "协办"), (6, "责任领导"), (7, "起"), (8, "依据"),
    ]  # fmt: skip


def test_a_sheet_without_the_needed_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Problem):
        load(write_csv(tmp_path / "c.csv", [["区域", "依据"], ["城关镇", "x"]], "utf-8"))
