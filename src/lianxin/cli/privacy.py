"""`lianxin privacy …`: the privacy notice and the retention rules, edition by edition."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from lianxin.cli import start


@click.group("privacy", short_help="Publish the privacy notice and how long data is kept.")
def group() -> None:
    """The privacy notice and how long data is kept. Every edition stays for ever."""


@group.command("publish", short_help="Publish an edition from a file.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--from", "valid_from", type=click.DateTime(["%Y-%m-%d"]), required=True,
    help="First day it is in force: tomorrow at the earliest.",
)  # fmt: skip
def publish(file: Path, valid_from: datetime) -> None:
    """Publish an edition of the privacy notice or of the retention rules from a YAML FILE.

    Take what comes with the product as a pattern: `lianxin privacy show notice --file`. Put in
    the name of your office, an address and a telephone, and the person in charge.
    Exit codes: 0 published, 1 the file or the day is wrong.
    """
    start.django()
    from lianxin.access import SYSTEM
    from lianxin.cli.errors import NO, stop
    from lianxin.rights import actions, editions

    try:
        text = file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise stop(f"{file} is no UTF-8 text.", NO) from None
    kind, content = editions.parse(text)
    row = actions.publish(kind, content, valid_from=valid_from.date(), by=SYSTEM)
    click.echo(f"Edition {row.number} of the {kind} is published, from {row.valid_from} on.")


@group.command("show", short_help="Show the editions, or the one in force.")
@click.argument("text", type=click.Choice(["notice", "retention"]))
@click.option("--file", "as_file", is_flag=True, help="The one in force, as a file to change.")
def show(text: str, as_file: bool) -> None:
    """List the editions of the NOTICE or of the RETENTION rules with their first days."""
    start.django()
    import yaml

    from lianxin.rights import queries

    now = queries.in_force(text)
    if as_file:
        content = {"text": text, **now.content}
        click.echo(yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=10_000))
        return
    for row in queries.every_edition(text):
        mark = "  in force" if row.number == now.number else ""
        click.echo(f"Edition {row.number}, from {row.valid_from}{mark}")
    if not now.number:
        click.echo("Nothing is published yet: what comes with the product counts.")


@group.command("erase", short_help="Erase the contact details of a matter, for a person.")
@click.argument("number")
def erase(number: str) -> None:
    """Erase name, telephone and address of the matter with this receipt NUMBER, for good.

    For somebody who has no query code and has shown at the counter who they are. The proof is for
    them to take away; `lianxin journal prove` checks it. Exit codes: 0 erased, 1 there is no such
    matter, or nothing to erase.
    """
    start.django()
    from lianxin.access import SYSTEM
    from lianxin.cli.errors import NO, stop
    from lianxin.intake import actions, queries
    from lianxin.kernel.ids import parse_number

    concern = queries.concern_numbered(parse_number(number) or "")
    if concern is None:
        raise stop(f"There is no matter with the number {number}.", NO)
    proof = actions.erase_contact(concern, why="asked", by=SYSTEM)
    if proof is None:
        raise stop("There is no name, no telephone number and no address there.", NO)
    click.echo(f"Erased. Proof of deletion: {proof}")
