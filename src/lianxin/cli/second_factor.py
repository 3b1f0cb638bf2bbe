"""`lianxin second-factor …`: when nobody is left who could reset it on a page."""

from __future__ import annotations

import click

from lianxin.cli import errors, start


@click.group("second-factor", short_help="When somebody lost telephone and recovery codes.")
def group() -> None:
    """The second step of staff at signing in. The security administrator's page does the same."""


@group.command("reset", short_help="Let somebody set up a new second step.")
@click.argument("username")
@click.option("--reason", required=True, help="Why; it stands in the record.")
def reset(username: str, reason: str) -> None:
    """Take away the second step of USERNAME: the next sign-in with the password sets up a new one.

    For the only security administrator of a place, who cannot reset their own. It is on the record,
    as done by the system, and the person is told.
    """
    start.django()
    from lianxin.access import SYSTEM
    from lianxin.kernel.problems import Problem
    from lianxin.people import actions, queries

    try:
        person = queries.user_called(username)
        actions.reset_second_factor(user=person, reason=reason, by=SYSTEM)
    except Problem as problem:
        raise errors.stop(str(problem), errors.NO) from problem
    click.echo(f"{person.username} sets up a new second step at the next sign-in.")
