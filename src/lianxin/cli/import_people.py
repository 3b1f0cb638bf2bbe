"""`lianxin import units|people|divisions`: the tree, the people in it, and the places around it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lianxin.cli import start
from lianxin.cli.errors import NO, stop
from lianxin.cli.progress import bar

if TYPE_CHECKING:
    from lianxin.people.sheets import Loaded

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
SHEET = click.option("--sheet", help="Name of the sheet in an XLSX file (default: the first).")
MOST_SHOWN = 100


@click.command("units")
@FILE
@SHEET
def units(file: Path, sheet: str | None) -> None:
    """Add or change units from a CSV or XLSX file.

    Columns, in Chinese or English: 单位名称 name, 上级单位 parent, 类型 kind, 简称 short name,
    电话 phone, 窗口单位 window, 区划代码 area code. Only the name is needed; a unit without a
    parent is a root. The same file again changes nothing. Good rows go in; the others are listed.
    """
    start.django()
    from lianxin.access import SYSTEM
    from lianxin.people import actions, sheets

    rows = sheets.open_sheet(file, file.name, sheet, sheets.UNIT_COLUMNS)
    tell(actions.load_units(rows, by=SYSTEM))


@click.command("people")
@FILE
@SHEET
@click.option(
    "--passwords", type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the first passwords of new people (default: beside FILE). "
    "A file that exists is never written over.",
)  # fmt: skip
def people(file: Path, sheet: str | None, passwords: Path | None) -> None:
    """Add or change people and their roles from a CSV or XLSX file.

    Columns, in Chinese or English: 姓名 name, 用户名 username, 单位 unit, 角色 role, 职务 post,
    手机 phone, 邮箱 email. One row a person and unit; several roles stand with 、 between them.
    A file never brings passwords: new people get a random one, written once to the passwords
    file, and are asked for their own when they first sign in.
    """
    start.django()
    from lianxin.access import SYSTEM
    from lianxin.kernel.sheets import writer
    from lianxin.people import actions, sheets

    target = passwords or file.with_name(f"{file.stem}-passwords.csv")
    if target.exists():
        raise stop(f"{target} exists already. Move it away, or name another with --passwords.", NO)
    rows = sheets.open_sheet(file, file.name, sheet, sheets.PEOPLE_COLUMNS)
    # Opened before the first password is made: one that cannot be handed over must not exist.
    with open(target, "x", encoding="utf-8-sig", newline="", opener=_private) as out:
        write = writer(out)
        write(("username", "first_password"))
        empty = out.tell()

        def hand_over(pair: tuple[str, str]) -> None:
            write(pair)
            out.flush()

        try:
            loaded = actions.load_people(rows, by=SYSTEM, hand_over=hand_over)
        finally:
            if out.tell() == empty:
                target.unlink()
    if target.exists():
        click.echo(f"First passwords of new people: {target}. Hand them over, then delete it.")
    tell(loaded)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


@click.command("divisions")
@click.option("--province", help="Two digits, for example 31 for Shanghai (default: all).")
def divisions(province: str | None) -> None:
    """Bring in China's administrative divisions down to street level (they come with Lianxin).

    The same again changes nothing. 44,703 places; with --province only those of one.
    """
    start.django()
    from lianxin.access import SYSTEM
    from lianxin.people import actions

    with bar("Divisions") as report:
        loaded = actions.load_divisions(province=province, by=SYSTEM, progress=report)
    tell(loaded)


def tell(loaded: Loaded) -> None:
    """Counts on stdout, problems on stderr; exit code 1 when a row stayed out."""
    click.echo(f"{loaded.added} added, {loaded.changed} changed, {loaded.unchanged} as before.")
    for problem in loaded.problems[:MOST_SHOWN]:
        column = f", {problem.column}" if problem.column else ""
        click.echo(f"line {problem.line}{column}: {problem.message}", err=True)
    more = len(loaded.problems) - MOST_SHOWN
    if more > 0:
        click.echo(f"… and {more} more.", err=True)
    if loaded.problems:
        lines = len({problem.line for problem in loaded.problems})
        raise stop(f"{lines} rows stayed out. Mend them and run the same command again.", NO)
