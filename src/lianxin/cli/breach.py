"""`lianxin breach report`: who opened what in a span of time, and the report to fill in."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lianxin.cli import start

if TYPE_CHECKING:
    from lianxin.rights.breach import Breach

MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"])
MOST = 2_000
FIELDS = {
    "name": "姓名",
    "phone": "电话",
    "address": "地址",
    "proxy_name": "代办人姓名",
    "proxy_phone": "代办人电话",
    "email": "电子邮箱",
    "original": "文件原件",
}
LAW = Path(__file__).parent / "data" / "breach.md"


@click.group("breach", short_help="When personal data may have got out.")
def group() -> None:
    """When personal data may have got out, been changed or been lost."""


@group.command("report", short_help="What the journal knows, as a report to fill in.")
@click.option("--since", type=MOMENT, required=True, help="From this moment on (Shanghai time).")
@click.option("--until", type=MOMENT, required=True, help="Up to this moment, not included.")
@click.option("--case", "numbers", multiple=True, help="Only this receipt number; may be repeated.")
@click.option(
    "--out", type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write it to this file, readable by you alone, instead of to the screen.",
)  # fmt: skip
def report(since: datetime, until: datetime, numbers: tuple[str, ...], out: Path | None) -> None:
    """Write the report that the law asks for when personal data may have got out (PIPL art. 57).

    The journal fills in who opened which contact details of which matters, and who took copies
    with a query code. The rest is for you to write; the deadlines stand on top. It holds no
    contact details; the reasons are the words of those who opened them.
    Exit codes: 0 written, 1 a time or a number is wrong.
    """
    start.django()
    from lianxin.cli.errors import NO, stop
    from lianxin.kernel.clock import SHANGHAI
    from lianxin.kernel.ids import parse_number
    from lianxin.rights import breach

    if until <= since:
        raise stop("The end must lie after the beginning.", NO)
    wanted = {typed: parse_number(typed) for typed in numbers}
    if bad := [typed for typed, number in wanted.items() if number is None]:
        raise stop(f"This is no receipt number: {', '.join(bad)}.", NO)
    found = breach.look(
        since.replace(tzinfo=SHANGHAI),
        until.replace(tzinfo=SHANGHAI),
        {number for number in wanted.values() if number},
    )
    text = _written(found)
    if out is None:
        click.echo(text)
        return
    out.touch(mode=0o600)
    out.write_text(text, "utf-8")
    click.echo(f"Written to {out}: {len(found.openings)} openings, {len(found.numbers)} matters.")


def _written(found: Breach) -> str:
    """The report in Chinese, for the office that has to send it."""
    from lianxin.kernel import clock

    now = clock.now()
    facts = {
        "made": _moment(now),
        "four": _moment(now + timedelta(hours=4)),
        "thirty": f"{(now + timedelta(days=30)).astimezone(clock.SHANGHAI):%Y-%m-%d}",
        "since": _moment(found.since),
        "until": _moment(found.until),
        "openings": str(len(found.openings)),
        "matters": str(len(found.numbers)),
        "copies": str(len(found.copies)),
        "people": _table(["谁", "打开次数", "涉及件数"], found.by_person),
        "fields": _table(
            ["信息种类", "涉及件数"], [(FIELDS.get(name, name), n) for name, n in found.by_field]
        ),
        "list": _table(
            ["时间", "日志序号", "谁", "受理编号", "内容", "登记的理由"],
            [
                (_moment(row.at), row.entry, row.who, row.number, FIELDS.get(row.what, row.what),
                 row.purpose)
                for row in found.openings[:MOST]
            ],
        ),
        "taken": _table(
            ["时间", "日志序号", "受理编号", "格式"],
            [(_moment(row.at), row.entry, row.number, row.what) for row in found.copies[:MOST]],
        ),
        "affected": "、".join(found.numbers[:MOST]) or "（没有）",
    }  # fmt: skip
    text = LAW.read_text("utf-8")
    for name, value in facts.items():
        text = text.replace("{" + name + "}", value)
    if max(len(found.openings), len(found.copies)) > MOST:
        text += f"\n（每份清单最多列出 {MOST} 行，其余没有列出，请缩短时间段。）\n"
    return text


def _moment(moment: datetime) -> str:
    from lianxin.kernel.clock import SHANGHAI

    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _table(head: list[str], rows: object) -> str:
    lines = [
        "| " + " | ".join(_cell(cell) for cell in row) + " |"
        for row in rows  # type: ignore[attr-defined]
    ]
    if not lines:
        return "（没有）"
    return "\n".join(["| " + " | ".join(head) + " |", "|" + "---|" * len(head), *lines])


def _cell(value: object) -> str:
    """A reason is somebody's own words: a bar or a line break in it must not end the cell."""
    return " ".join(str(value).replace("|", "／").split())
