"""`lianxin migrate`: make the database, or bring it up to this version."""

from __future__ import annotations

import click

from lianxin.cli import start


@click.command("migrate", short_help="Make the database, or bring it up to date.")
def command() -> None:
    """Make the database, or bring an older one up to this version.

    Safe to run again: when there is nothing to do, nothing is done.
    """
    start.django()
    done = bring_up_to_date()
    click.echo(
        f"The database is up to date ({done} steps taken)." if done else "Already up to date."
    )


def bring_up_to_date() -> int:
    """Apply what is missing, make the keys, load what comes with the product; steps taken."""
    from django.core.management import call_command

    from lianxin.access import SYSTEM
    from lianxin.config import app_role
    from lianxin.deadlines import actions as deadlines
    from lianxin.journal import signing
    from lianxin.rights import actions as rights
    from lianxin.sorting import actions as sorting
    from lianxin.vault import keys

    waiting = len(start.unapplied())
    if waiting:
        call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    keys.ensure()
    signing.ensure()
    if waiting:
        app_role.renew()
    loaded = len(deadlines.load_presets()) + bool(sorting.load_defaults(by=SYSTEM))
    return waiting + loaded + rights.load_defaults(by=SYSTEM)
