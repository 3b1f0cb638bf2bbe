"""`lianxin open311 key …`: the keys with which other systems may file."""

from __future__ import annotations

import click

from lianxin.cli import errors, start


@click.group("open311", short_help="Let other systems file (Open311).")
def group() -> None:
    """Other systems that file for residents; docs/how/open311.md."""


@group.group("key", short_help="Keys of other systems.")
def key() -> None:
    """The keys with which other systems may file. Reading what is public needs none."""


@key.command("add", short_help="Make a key for another system.")
@click.argument("name")
def add(name: str) -> None:
    """Make a key for another system and show it, this once. NAME is what staff see on its cases."""
    start.django()
    from lianxin.access import SYSTEM
    from lianxin.intake.channels.open311 import actions
    from lianxin.kernel.problems import Problem

    try:
        client, made = actions.make_key(name, by=SYSTEM)
    except Problem as problem:
        raise errors.stop(str(problem)) from None
    click.echo(f"{client.pk}  {client.name}")
    click.echo(made)
    click.echo("Keep it: it is not shown again. Whoever has it files in this name.", err=True)


@key.command("list", short_help="List the systems that may file.")
def list_() -> None:
    """List the systems that ever got a key, with the number to revoke it by."""
    start.django()
    from lianxin.intake.channels.open311 import queries

    for client in queries.clients():
        until = f"revoked {client.revoked_at:%Y-%m-%d}" if client.revoked_at else "may file"
        click.echo(f"{client.pk}  {client.name}  since {client.made_at:%Y-%m-%d}, {until}")


@key.command("revoke", short_help="Revoke a key.")
@click.argument("number", type=int)
def revoke(number: int) -> None:
    """Revoke the key of the system with this NUMBER. What it has filed stays."""
    start.django()
    from lianxin.access import SYSTEM
    from lianxin.intake.channels.open311 import actions, queries

    known = next((client for client in queries.clients() if client.pk == number), None)
    if known is None:
        raise errors.stop("There is no system with this number; see `lianxin open311 key list`.")
    actions.revoke_key(known, by=SYSTEM)
    click.echo(f"{known.name} can file no more.")
