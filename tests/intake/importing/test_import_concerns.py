"""Messages from a spreadsheet become concerns and cases; bad rows are told, the rest go in."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from lianxin.cases.models import Case
from lianxin.cli import main
from lianxin.deadlines.actions import load_presets
from lianxin.intake.models import Concern
from lianxin.journal.verify import verify
from lianxin.vault.models import Entry
from tests.sheets import write_csv, write_xlsx

pytestmark = pytest.mark.django_db
HEADER = ["留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "反对数"]
ROWS = [
    ["1", "A0001", "路灯", "2019/2/28 11:25:05", "东关大街的路灯坏了三天。", "0"],
    ["2", "A0001", "停水", "2019-03-01 08:00", "小区又停水了，没有通知。", "1"],
    ["3", "A0002", "井盖", "2019年3月2日", "校门口的井盖翘起来了。", "0"],
]
REAL = Path(__file__).parents[4] / "shared/data/messages/stream.csv"


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture(autouse=True)
def _limits(db: None) -> None:
    """A test that really commits may have run before in this process, and emptied the tables."""
    load_presets()


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `lianxin import concerns …` in this process."""

    def command(*words: object) -> Done:
        with pytest.raises(SystemExit) as end:
            main(["import", "concerns", *map(str, words)])
        told = capsys.readouterr()
        assert isinstance(end.value.code, int)
        return Done(end.value.code, told.out, told.err)

    return command


def every(name: str) -> list[object]:
    """One column of all concerns, in the order they were filed."""
    return list(Concern.objects.order_by("pk").values_list(name, flat=True))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "xlsx"])
def test_every_format_and_twice_adds_once(run: Run, tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "messages.csv"
    if encoding == "xlsx":
        file = write_xlsx(tmp_path / "messages.xlsx", [HEADER, *ROWS])
    else:
        write_csv(file, [HEADER, *ROWS], encoding)
    assert run(file) == Done(0, "3 added, 0 already there, 0 refused.\n", "Taking over\n")
    assert run(file).out == "0 added, 3 already there, 0 refused.\n"
    assert every("words") == [row[4] for row in ROWS]
    assert every("channel") == ["sheet"] * 3
    assert list(Case.objects.values_list("state", flat=True)) == ["registered"] * 3
    kept = "".join(str(row) for row in Concern.objects.values())
    assert "A0001" not in kept, "who wrote it is never taken over"


def test_bad_rows_are_listed_by_line_and_the_rest_go_in(run: Run, tmp_path: Path) -> None:
    file = write_csv(
        tmp_path / "m.csv",
        [
            HEADER,
            ROWS[0],
            ["2", "A", "空", "2019-03-01", "", "0"],
            ["3", "A", "长", "2019-03-01", "长" * 10_001, "0"],
            ["4", "A", "何日", "不记得了", "日期不对。", "0"],
            ["5", "A", "将来", "2999-01-01", "日期在将来。", "0"],
            ["6", "A", "短"],
            ["7", "A", "多", "2019-03-01", "格子太多。", "0", "x"],
            ["1", "A", "同号", "2019-03-01", "同一个编号，另一件事。", "0"],
            ["8", "A", "<script>", "2019-03-01", "<b>\x00也收</b>", "0"],
            ["9", "A", "坏", "2019-03-01", "读不出\udc80来", "0"],
        ],
        "utf-8",
    )
    report = tmp_path / "problems.csv"
    done = run(file, "--problems", str(report))
    assert done.code == 1
    assert done.out == "2 added, 0 already there, 8 refused.\n"
    with report.open(encoding="utf-8-sig", newline="") as lines:
        told = {int(row["line"]): row for row in csv.DictReader(lines)}
    assert sorted(told) == [3, 4, 5, 6, 7, 8, 9, 11]
    assert [told[line]["column"] for line in (3, 4, 5, 6, 9)] == [
        "留言详情", "留言详情", "留言时间", "留言时间", "留言编号",
    ]  # fmt: skip
    assert all(f"line {line}" in done.err for line in told)
    assert "Traceback" not in done.err


def test_columns_by_flag_and_sealed_contacts(run: Run, tmp_path: Path) -> None:
    file = write_csv(
        tmp_path / "m.csv",
        [
            ["谁", "手机", "说了什么", "几号"],
            ["王小明", "13900001234", "楼道灯不亮。", "43524.475"],
        ],
        "utf-8",
    )
    flags = [
        word
        for pair in ("words=说了什么", "received=几号", "name=谁", "phone=手机")
        for word in ("--column", pair)
    ]
    done = run(file, *flags, "--source", "12345")
    assert (done.code, done.out) == (0, "1 added, 0 already there, 0 refused.\n")
    assert every("identity") == ["confidential"]
    assert str(every("received_at")[0]).startswith("2019-02-28 03:24")
    assert sorted(Entry.objects.values_list("field", flat=True)) == ["name", "phone"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--column", "words=没有这一列"], "没有这一列"),
        (["--column", "name=留言用户"], "留言用户"),
        (["--column", "colour=留言主题"], "colour"),
        (["--column", "words"], "FIELD=COLUMN"),
    ],
)
def test_columns_that_cannot_be_read_stop_it(
    run: Run, tmp_path: Path, words: list[str], said: str
) -> None:
    file = write_csv(tmp_path / "m.csv", [HEADER, *ROWS], "utf-8")
    done = run(file, *words)
    assert done.code == 2
    assert said in done.err
    assert every("id") == []


def test_files_of_no_use_stop_it(run: Run, tmp_path: Path) -> None:
    for content in (b"", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04 not a workbook", b"a,b\n1,2\n"):
        file = tmp_path / "m.csv"
        file.write_bytes(content)
        done = run(file)
        assert done.code == 2, done.out
        assert "Traceback" not in done.err


def test_a_dry_run_changes_nothing(run: Run, tmp_path: Path) -> None:
    file = write_csv(tmp_path / "m.csv", [HEADER, *ROWS], "utf-8")
    done = run(file, "--dry-run")
    assert done.out == "3 would be added, 0 already there, 0 refused.\n"
    assert every("id") == []


def test_the_real_messages_go_in_once(run: Run) -> None:
    if not REAL.exists():
        pytest.skip("../shared/data/messages/stream.csv is not here: real messages not tried")
    assert run(REAL).code == 0
    again = run(REAL)
    assert again.out == "0 added, 4300 already there, 0 refused.\n"
    assert Case.objects.count() == 4300
    assert verify()
