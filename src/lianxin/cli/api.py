"""`lianxin api key …`: the tokens with which programs may call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lianxin.cli import errors, start

if TYPE_CHECKING:
    from datetime import datetime

    from lianxin.intake.models import ApiClient

KEEP = "Keep it: it is not shown again. Whoever has it acts in this name."


@click.group("api", short_help="Let programs file and act (API).")
def group() -> None:
    """Programs that call the API; docs/how/use-the-api.md."""


@group.group("key", short_help="Tokens of programs.")
def key() -> None:
    """The tokens with which programs call. A resident's own acts need none, only the query code."""


@key.command("add", short_help="Make a token for a program.")
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, required=True, metavar="SCOPE",
              help="file, desk:read, desk:act or desk:register; once for each.")  # fmt: skip
@click.option("--user", "username", default="", metavar="NAME",
              help="Whose token it is at the desk: the name to sign in with.")  # fmt: skip
@click.option("--until", "ends_on", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD",
              help="Its last day; without it, until it is revoked.")  # fmt: skip
def add(name: str, scopes: tuple[str, ...], username: str, ends_on: datetime | None) -> None:
    """Make a token and show it, this once. NAME is what staff see on the cases it files."""
    start.django()
    from lianxin.access import SYSTEM
    from lianxin.intake.channels.api import actions
    from lianxin.kernel.problems import Problem
    from lianxin.people import queries as people

    try:
        user = people.user_called(username) if username else None
        client, made = actions.make_token(
            name, scopes, user_id=user.pk if user else None, by=SYSTEM,
            ends_on=ends_on.date() if ends_on else None,
        )  # fmt: skip
    except Problem as problem:
        raise errors.stop(str(problem)) from None
    click.echo(f"{client.pk}  {client.name}")
    click.echo(made)
    click.echo(KEEP, err=True)


@key.command("list", short_help="List the programs that may call.")
def list_() -> None:
    """List the programs that ever got a token, with the number to revoke it by."""
    start.django()
    from lianxin.intake.channels.api import queries

    for client in queries.clients():
        ended = client.revoked_at
        until = f"revoked {_there(ended):%Y-%m-%d}" if ended else client.scopes
        until += f", until {client.ends_on}" if client.ends_on and not ended else ""
        whose = f" ({client.user.username})" if client.user else ""
        since = f"{_there(client.made_at):%Y-%m-%d}"
        click.echo(f"{client.pk}  {client.name}{whose}  since {since}, {until}")


@key.command("renew", short_help="Give a program a new token.")
@click.argument("number", type=int)
@click.option("--until", "ends_on", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD",
              help="Its last day; without it, the one it had.")  # fmt: skip
def renew(number: int, ends_on: datetime | None) -> None:
    """Make a new token for the program with this NUMBER and show it; the old one opens nothing."""
    start.django()
    from lianxin.access import SYSTEM
    from lianxin.intake.channels.api import actions
    from lianxin.kernel.problems import Problem

    try:
        known = _client(number)
        last = ends_on.date() if ends_on else known.ends_on
        made = actions.renew_token(known, ends_on=last, by=SYSTEM)
    except Problem as problem:
        raise errors.stop(str(problem)) from None
    click.echo(made)
    click.echo(KEEP, err=True)


@key.command("revoke", short_help="Revoke a token.")
@click.argument("number", type=int)
def revoke(number: int) -> None:
    """Revoke the token of the program with this NUMBER. What it did stays."""
    start.django()
    from lianxin.access import SYSTEM
    from lianxin.intake.channels.api import actions

    known = _client(number)
    actions.revoke_token(known, by=SYSTEM)
    click.echo(f"{known.name} can call no more.")


@group.group("hook", short_help="Where programs are told that something moved.")
def hook() -> None:
    """Webhooks: a program is told at its own address that there is news, and nothing of it."""


@hook.command("set", short_help="Tell a program at an address.")
@click.argument("number", type=int)
@click.argument("address")
def set_(number: int, address: str) -> None:
    """Tell the program with this NUMBER at this https ADDRESS, and show the secret, this once."""
    start.django()
    from lianxin.access import SYSTEM
    from lianxin.intake.channels.api import hooks
    from lianxin.kernel.problems import Problem

    try:
        secret = hooks.set_hook(_client(number), address, by=SYSTEM)
    except Problem as problem:
        raise errors.stop(str(problem)) from None
    click.echo(secret)
    click.echo(
        "Keep it: it is not shown again. The program checks the signature with it.", err=True
    )


@hook.command("drop", short_help="Tell a program nothing more.")
@click.argument("number", type=int)
def drop(number: int) -> None:
    """Tell the program with this NUMBER nothing more. What it was told stays in `hook log`."""
    start.django()
    from lianxin.access import SYSTEM
    from lianxin.intake.channels.api import hooks

    hooks.end_hook(_client(number), by=SYSTEM)


@hook.command("log", short_help="What a program was told.")
@click.argument("number", type=int)
def log(number: int) -> None:
    """What the program with this NUMBER was told in the last 30 days, the newest first."""
    start.django()
    from lianxin.intake.channels.api import queries

    for row in queries.deliveries(_client(number)):
        became = "taken" if row.done_at else "waits" if row.due_at else "given up"
        click.echo(
            f"{_there(row.at):%Y-%m-%d %H:%M}  {row.number}  {row.kind}  {became}, "
            f"{row.attempts} tries, status {row.status or 'none'}"
        )


def _there(moment: datetime) -> datetime:
    from lianxin.kernel import clock

    return moment.astimezone(clock.SHANGHAI)


def _client(number: int) -> ApiClient:
    from lianxin.intake.channels.api import queries

    known = next((client for client in queries.clients() if client.pk == number), None)
    if known is None:
        raise errors.stop("There is no program with this number; see `lianxin api key list`.")
    return known
