"""`lianxin import concerns`: messages that people wrote elsewhere become concerns and cases."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lianxin.cli import start
from lianxin.cli.errors import CANNOT, NO, stop
from lianxin.cli.import_people import FILE, MOST_SHOWN, SHEET, tell
from lianxin.cli.progress import bar

if TYPE_CHECKING:
    from lianxin.intake.importing import Imported, Plan
    from lianxin.kernel.sheets import Row
    from lianxin.people.sheets import RowProblem

INTERRUPTED = 130


@click.command("concerns")
@FILE
@SHEET
@click.option(
    "--column", "chosen", multiple=True, metavar="FIELD=COLUMN",
    help="Where a field stands when its column has another name; may be repeated. "
    "Fields: words, title, received, id, wish, place, name, phone.",
)  # fmt: skip
@click.option("--source", help="Name of the source (default: the file's name without its ending).")
@click.option(
    "--identity", type=click.Choice(["confidential", "named"]), default="confidential",
    show_default=True, help="Who may see name and phone, when those columns are taken over: "
    "the intake desk alone, or the office that handles the case too.",
)  # fmt: skip
@click.option(
    "--problems", type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write the rows that stayed out, with the reasons, to this CSV file.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Only look: check every row, change nothing.")
def concerns(
    file: Path,
    sheet: str | None,
    chosen: tuple[str, ...],
    source: str | None,
    identity: str,
    problems: Path | None,
    dry_run: bool,
) -> None:
    """Take over messages from a CSV (UTF-8, GB18030) or XLSX file as concerns, and open cases.

    Columns are known by their names, in Chinese or English: 留言编号 id, 留言主题 title,
    留言时间 received, 留言详情 words, 地点 place, 期望 wish; other names are given with --column,
    for example --column words=诉求正文. Only the words are needed.

    A column 留言用户 is never taken over, nor can it be asked for: nothing about a person is
    linked across concerns. Name and phone are taken over only with --column, and sealed.

    The same file again adds nothing: rows are known by source and id, without an id by what they
    say. Bad rows are listed by line with the reason while the rest go in. Ctrl-C leaves whole
    batches; run the command again to go on.

    \b
    Exit codes: 0 every row is in, 1 some rows were refused, 2 it could not run.
    """
    start.django()
    from lianxin.access import SYSTEM
    from lianxin.intake import importing

    rows, how = _read(file, sheet, _pairs(chosen), source or file.stem, identity)
    done = importing.Imported()
    try:
        with bar("Taking over") as report:

            def after(count: int) -> None:
                if not dry_run:
                    _open_cases()
                report(count, len(rows))

            importing.take_over(rows, how, by=SYSTEM, after=after, only_look=dry_run, into=done)
    except KeyboardInterrupt:
        _tell(done, problems, dry_run)
        click.echo("Stopped. What is in stays in; run the same command again to go on.", err=True)
        raise SystemExit(INTERRUPTED) from None
    _tell(done, problems, dry_run)
    if done.problems:
        raise stop(f"{done.refused} rows stayed out.", NO)


@click.command("catalogue")
@FILE
@SHEET
def catalogue(file: Path, sheet: str | None) -> None:
    """Add or change lines of the dispatch catalogue from a CSV or XLSX file.

    Columns, in Chinese or English: 类别 category, 区域 area, 单位 unit, 协办 co-units, 责任领导
    leader, 依据 basis, 起 valid from. Category and unit are needed; without an area a line holds
    everywhere, without a date from today. Several co-units stand with 、 between them. The same
    file again changes nothing. Good rows go in; the others are listed.
    """
    start.django()
    from lianxin.access import SYSTEM
    from lianxin.people import sheets
    from lianxin.sorting import importing

    rows = sheets.open_sheet(file, file.name, sheet, importing.COLUMNS)
    tell(importing.load_catalogue(rows, by=SYSTEM))


def _pairs(chosen: Sequence[str]) -> dict[str, str]:
    pairs = {}
    for text in chosen:
        ours, equals, theirs = text.partition("=")
        if not equals or not ours.strip() or not theirs.strip():
            raise stop(f"--column {text}: write FIELD=COLUMN, for example words=留言详情.")
        pairs[ours.strip()] = theirs.strip()
    return pairs


def _read(
    file: Path, sheet: str | None, chosen: dict[str, str], source: str, identity: str
) -> tuple[list[Row], Plan]:
    """All rows, and how to read them; a file of no use ends the command."""
    from lianxin.intake import importing
    from lianxin.kernel.problems import Problem
    from lianxin.people import sheets

    if len(source) > 40:
        raise stop("The name of the source is longer than 40 characters; give one with --source.")
    known = {ours: tuple(names) for ours, names in importing.COLUMNS.items()}
    known |= {f"{ours}*": (theirs,) for ours, theirs in chosen.items()}
    try:
        rows = list(sheets.open_sheet(file, file.name, sheet, known))
        if not rows:
            raise Problem(sheets.message_of("empty", {}))
        how = importing.plan(rows[0], source=source, chosen=chosen, identity=identity)
    except Problem as problem:
        told = [text for texts in problem.messages.values() for text in texts]
        if "words" in problem.messages:
            told.append("Say so with --column words=…")
        raise stop("; ".join(told)) from problem
    return rows, how


def _open_cases() -> None:
    from lianxin.journal import outbox

    while outbox.drain(handlers=["cases.open"]):
        pass


def _tell(done: Imported, problems: Path | None, dry_run: bool) -> None:
    would = "would be " if dry_run else ""
    click.echo(f"{done.added} {would}added, {done.already} already there, {done.refused} refused.")
    for problem in islice(done.problems, MOST_SHOWN):
        click.echo(_line(problem), err=True)
    more = len(done.problems) - MOST_SHOWN
    if more > 0:
        click.echo(f"… and {more} more.", err=True)
    if problems is not None:
        try:
            _write(problems, done.problems)
        except OSError as error:
            raise stop(f"{problems}: {error.strerror}", CANNOT) from error


def _line(problem: RowProblem) -> str:
    column = f", {problem.column}" if problem.column else ""
    return f"line {problem.line}{column}: {problem.message}"


def _write(path: Path, problems: Sequence[RowProblem]) -> None:
    """The list for a spreadsheet: with a byte order mark, or Excel takes it for another code."""
    from lianxin.kernel import sheets

    with path.open("w", encoding="utf-8-sig", errors="replace", newline="") as out:
        write = sheets.writer(out)
        write(["line", "column", "reason"])
        for problem in problems:
            write([str(problem.line), problem.column, problem.message])
