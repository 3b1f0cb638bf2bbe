"""`lianxin retention`: what would go, and when."""

from __future__ import annotations

from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING

import click

from lianxin.cli import start

if TYPE_CHECKING:
    from lianxin.rights.choices import Data
    from lianxin.rights.models import Edition

WORDS = {
    "contact": "Contact details (removed by the worker)",
    "files": "Files (removed by the worker)",
    "words": "Words and files of the record (for the archive to decide on)",
}


@click.command("retention", short_help="List what would be removed, and when.")
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]),
    help="What is over by the end of this day (default: today).",
)  # fmt: skip
@click.option("--most", default=50, show_default=True, help="Lines to show of each kind.")
@click.option(
    "--scrub", is_flag=True,
    help="Instead: let the database let go of the bytes of what was erased, now. "
    "On PostgreSQL nobody can file meanwhile: choose a quiet hour.",
)  # fmt: skip
def command(until: datetime | None, most: int, scrub: bool) -> None:
    """List the data whose time is over by a day, and what holds it. Nothing is changed.

    The worker removes contact details and files by itself once their day has passed, and writes
    each removal into the journal. Words it does not touch.
    """
    start.django()
    from datetime import timedelta

    from lianxin.kernel import clock
    from lianxin.rights import queries
    from lianxin.rights.choices import Data, Text
    from lianxin.vault import scrubbing

    if scrub:
        scrubbing.scrub(whole=True)
        click.echo("The bytes of what was erased are gone from the database's tables.")
        return
    day = until.date() if until else clock.today()
    rules = queries.in_force(Text.RETENTION)
    click.echo(f"By {day}, under edition {rules.number} of the retention rules:")
    for what in Data:
        _tell(what, rules, day + timedelta(days=1), most)


def _tell(what: Data, rules: Edition, on: date, most: int) -> None:
    from lianxin.kernel.ids import format_number
    from lianxin.rights import queries

    click.echo(f"\n{WORDS[what]}:")
    shown = 0
    for case, kept in islice(queries.due(what, rules, on), most + 1):
        if shown == most:
            click.echo("  … and more (--most shows more)")
            return
        shown += 1
        number = format_number(case.concern.number)
        held = kept.held.value if kept.held else ""
        if kept.until is None:
            click.echo(f"  {number}  stays: {held}")
        else:
            why = "; ".join(
                filter(None, [f"{kept.days} days", kept.source, held and f"now {held}"])
            )
            click.echo(f"  {number}  after {kept.until}  ({why})")
    if not shown:
        click.echo("  nothing")
