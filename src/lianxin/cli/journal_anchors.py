"""`lianxin journal key`, `anchors`, `receive`, `lift`: the journal's witnesses outside."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lianxin.cli import errors, start

if TYPE_CHECKING:
    from lianxin.journal.anchors.sending import State


@click.command("key", short_help="The public key that checkpoints are signed with.")
def key() -> None:
    """Print the public keys of the journal, for whoever wants to check checkpoints themselves."""
    start.django()
    from lianxin.journal import signing

    current = signing.key_id(signing.private_key().public_key())
    for name, public in signing.public_keys().items():
        click.echo(f"# {name}{' (signs now)' if name == current else ''}")
        click.echo(signing.pem(public), nl=False)


@click.command("anchors", short_help="Where checkpoints are kept, and what waits.")
@click.option("--retry", is_flag=True, help="Try again what was given up.")
def anchors(retry: bool) -> None:
    """Show each place where checkpoints are kept: how many, what waits, what was given up and why.

    Exit code 1 when something was given up or waits for more than an hour.
    """
    start.django()
    from lianxin.journal.anchors import sending

    if retry:
        click.echo(f"{sending.revive()} checkpoints are tried again.")
    states = sending.states()
    for state in states:
        click.echo(_shown(state))
    sys.exit(1 if any(state.troubled for state in states) else 0)


def _shown(state: State) -> str:
    words = [f"{state.name}  {state.where}", f"{state.kept:,} kept"]
    if state.newest:
        words.append(f"the newest at entry {state.newest}")
    if state.waiting:
        words.append(f"{state.waiting:,} waiting")
    if state.dead:
        words.append(f"{state.dead:,} given up")
    if state.last_error:
        words.append(state.last_error)
    return "; ".join(words)


@click.command("receive", short_help="Keep the checkpoints of another unit.")
@click.option("--file", "path", required=True, type=click.Path(path_type=Path), help="Kept here.")
@click.option(
    "--key",
    "keys",
    required=True,
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A public key to accept (what `lianxin journal key` printed). May be repeated.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8700, show_default=True, type=click.IntRange(1, 65535))
def receive(path: Path, keys: tuple[Path, ...], host: str, port: int) -> None:
    """Keep what another unit's journal sends (its LIANXIN_ANCHOR_URL), and nothing else.

    Takes checkpoints that are signed by one of the keys and contradict nothing kept before; adds
    each to the file, durably. Needs no database. Put a proxy that speaks TLS in front.
    """
    start.django()
    from lianxin.journal.anchors import receiving

    try:
        witness = receiving.Witness(path, [one.read_bytes() for one in keys])
    except ValueError as error:
        raise errors.stop(f"{error}.") from error
    click.echo(f"Keeping checkpoints in {path}, at http://{host}:{port}/ (Ctrl-C stops it).")
    receiving.serve(witness, host, port)


@click.command("lift", short_help="Let staff work again after an alarm.")
@click.argument("reason")
def lift(reason: str) -> None:
    """Lift the alarm that a journal which is not whole has raised, for a REASON.

    This is the way for an installation that has no auditor; where there is one, it is done on the
    page of the journal. It is recorded, and the finding stays a finding.
    """
    start.django()
    from lianxin.journal import alarm

    alarm.lift(reason=reason, by="operator")
    click.echo("The alarm is lifted. Staff can work again.")


COMMANDS = (key, anchors, receive, lift)
