from __future__ import annotations

import codecs
import io
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from lianxin.kernel import sheets
from lianxin.kernel.sheets import Row, SheetProblem, read

TEXT = "姓名,电话\n张三,138\n\n李四·买买提,\n"
ROWS = [Row(2, {"姓名": "张三", "电话": "138"}), Row(4, {"姓名": "李四·买买提", "电话": ""})]


def workbook(*rows: tuple[Any, ...], **more: tuple[tuple[Any, ...], ...]) -> bytes:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    for row in rows:
        first.append(row)
    for name, others in more.items():
        sheet = book.create_sheet(name)
        for row in others:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_every_encoding_people_save_in(encoding: str) -> None:
    assert list(read(TEXT.encode(encoding))) == ROWS
    assert list(read(TEXT.replace("\n", "\r\n").replace(",", "\t").encode(encoding))) == ROWS


def test_xlsx_with_a_title_above_numbers_and_dates(tmp_path: Path) -> None:
    data = workbook(
        ("清河县单位名册", None, None),
        (None, None, None),
        ("单位名称*", "电话（必填）", "日期"),
        ("住建局", 13800000000.0, date(2026, 1, 2)),
        (None, None, None),
        ("教育局", 1.5, datetime(2026, 1, 2, 3, 4)),  # noqa: DTZ001 - Excel has no time zones
        other=(("a", "b"), (1, True)),
    )
    path = tmp_path / "units.xlsx"
    path.write_bytes(data)
    assert list(read(path, known=["单位名称"])) == [
        Row(4, {"单位名称": "住建局", "电话": "13800000000", "日期": "2026-01-02"}),
        Row(6, {"单位名称": "教育局", "电话": "1.5", "日期": "2026-01-02 03:04:00"}),
    ]
    assert list(read(data, sheet="other")) == [Row(2, {"a": "1", "b": "1"})]
    with pytest.raises(SheetProblem, match="other"):
        list(read(data, sheet="没有"))


def test_spoilt_rows_are_marked_and_the_rest_stays() -> None:
    good = ("姓名,事\n" + "张三,路灯不亮，请修一修\n" * 30).encode()
    rows = list(read(good + b"\xff\xfe\xe8,x\n" + "李四,停水,多一格\n".encode()))
    assert [row.fault for row in rows[-3:]] == ["", "unreadable", "extra_cells"]
    assert "\ufffd" in rows[-2].values["姓名"]
    hostile = list(read('姓名,事\n\x00张\x07三,"a\nb"\n'.encode()))
    assert hostile == [Row(2, {"姓名": "张三", "事": "a\nb"})]


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as box:
        for name, data in files.items():
            box.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (codecs.BOM_UTF8 + b"\r\n\r\n", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_excel"),
        (b"\x89PNG\r\n\x1a\n1234", "not_a_sheet"),
        (zipped({"a.txt": b"x"}), "not_a_sheet"),
        (b"PK\x03\x04 cut off", "broken_workbook"),
        (zipped({"xl/workbook.xml": b"<x", "[Content_Types].xml": b"?"}), "broken_workbook"),
        (zipped({"xl/workbook.xml": bytes(90_000_000)}), "broken_workbook"),
        (
            zipped({"xl/workbook.xml": b"x", **{str(n): b"" for n in range(1001)}}),
            "broken_workbook",
        ),
        (zipped({"xl/workbook.xml": b"x", "xl/externalLinks/1.xml": b""}), "external_links"),
        (b"a,b,A\n1,2,3\n", "twice"),
        (",".join(f"c{n}" for n in range(501)).encode(), "too_many_columns"),
    ],
)
def test_files_that_are_of_no_use(data: bytes, code: str) -> None:
    with pytest.raises(SheetProblem) as caught:
        list(read(data))
    assert caught.value.code == code and code in sheets.MESSAGES


def test_a_header_that_is_not_there_and_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SheetProblem, match="column names"):
        list(read("甲,乙\n1,2\n".encode(), known=["姓名"]))
    with pytest.raises(SheetProblem, match=r"none\.csv"):
        list(read(tmp_path / "none.csv"))
    with pytest.raises(SheetProblem):
        list(read(tmp_path))
