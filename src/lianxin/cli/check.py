"""`lianxin check`: is this installation fit to be trusted with residents' words?"""

from __future__ import annotations

import sys

import click

from lianxin.cli import start


@click.command("check", short_help="Check this installation.")
def command() -> None:
    """Check this installation: settings, database, keys, disk, unfinished work.

    Exit code 0 when nothing is wrong (warnings may be shown), 1 when something must be mended.
    """
    start.django()
    from django.core.checks import Error

    from lianxin.config import checks

    wrong = warned = 0
    for title, findings in checks.inspect():
        errors_ = [found for found in findings if isinstance(found, Error)]
        mark = "WRONG" if errors_ else "note " if findings else "ok   "
        click.echo(f"{mark}  {title}")
        for found in findings:
            click.echo(f"         {found.msg}")
            if found.hint:
                click.echo(f"         → {found.hint}")
        wrong += len(errors_)
        warned += len(findings) - len(errors_)
    click.echo(f"{wrong} to mend, {warned} to look at." if wrong or warned else "All is well.")
    sys.exit(1 if wrong else 0)
