"""`lianxin database …`: what PostgreSQL lets the product do."""

from __future__ import annotations

from urllib.parse import quote

import click

from lianxin.cli import start


@click.group("database", short_help="Look after the database's own rights.")
def group() -> None:
    """The database's own rights."""


@group.command("role", short_help="Make the role that the product should use.")
@click.argument("name")
@click.option("--new-password", is_flag=True, help="Give an existing role a new password.")
def role(name: str, new_password: bool) -> None:
    """Make the PostgreSQL role NAME, or bring its rights up to date.

    The role owns nothing: it can add to the journal and read it, never change it, take its
    triggers off or change what a resident said. Run this once as the owner; use the role's
    address for `lianxin serve` and `lianxin worker`, and the owner's for `lianxin migrate`, which
    renews the rights. The password is shown once.
    """
    start.django()
    from django.db import connection

    from lianxin.config import app_role

    password = app_role.make(name, new_password=new_password)
    if password is None:
        click.echo(f"The rights of {name} are up to date; its password is as it was.")
        return
    known = connection.settings_dict
    host = known["HOST"] or "localhost"
    port = f":{known['PORT']}" if known["PORT"] else ""
    click.echo("Set this for `lianxin serve` and `lianxin worker`; it is shown only now:")
    user = quote(name, safe="")
    click.echo(f"LIANXIN_DATABASE_URL=postgresql://{user}:{password}@{host}{port}/{known['NAME']}")
