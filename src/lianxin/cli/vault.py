"""`lianxin vault …`: the process and the keys that names and numbers rest on."""

from __future__ import annotations

import os
import pwd
import resource
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lianxin.cli import errors, start

if TYPE_CHECKING:
    from lianxin.vault.server import Server

KEEP_DAYS = 35


@click.group("vault", short_help="Look after sealed names and numbers.")
def group() -> None:
    """The vault of names, numbers and addresses."""


@group.command("serve", short_help="Run the vault process.")
def serve() -> None:
    """Run the process that alone reads the private keys, at LIANXIN_VAULT_SOCKET.

    Run it under a user of its own; the users of the web processes and of the worker stand in
    LIANXIN_VAULT_CLIENTS. docs/vault.md shows how. Stop it with Ctrl-C.
    """
    start.django()
    from django.conf import settings

    from lianxin.vault import server
    from lianxin.vault.private import PrivateKeys

    if not settings.VAULT_SOCKET:
        raise errors.stop("Set LIANXIN_VAULT_SOCKET to where the vault shall listen.")
    if not hasattr(socket, "SO_PEERCRED"):
        raise errors.stop("The vault process needs Linux: only there the kernel says who asks.")
    if settings.RELAY_URL and not settings.RELAY_SECRET:
        raise errors.stop("LIANXIN_RELAY_URL is set: set LIANXIN_RELAY_SECRET too.")
    if start.unapplied():
        raise errors.stop(errors.NOT_SET_UP)
    become_the_vault()
    PrivateKeys().prepare()

    def ready(running: Server) -> None:
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: threading.Thread(target=running.shutdown).start())
        click.echo(f"The vault listens at {settings.VAULT_SOCKET}.")
        sys.stdout.flush()

    server.run(Path(settings.VAULT_SOCKET), _uids(settings.VAULT_CLIENTS), ready)


@group.command("rotate", short_help="New keys; what is sealed is sealed anew.")
@click.option(
    "--keep-days", default=KEEP_DAYS, show_default=True, type=click.IntRange(0, 3_650),
    help="How long the old private keys stay: a backup that is not older still opens.",
)  # fmt: skip
def rotate(keep_days: int) -> None:
    """Make new keys and seal everything to them. Run it as the user of the vault process.

    May be stopped at any moment: run it again and it goes on. An old private key is destroyed
    when its days are over and nothing needs it, by the vault itself.
    """
    start.django()
    from lianxin.vault import chores

    if start.unapplied():
        raise errors.stop(errors.NOT_SET_UP)
    become_the_vault()
    done = chores.rotate(keep_days)
    click.echo(
        f"New keys for {done.months} months, {done.entries:,} entries sealed anew. "
        f"{done.kept} old keys are kept, {keep_days} days for those retired now."
    )
    if done.damaged:
        raise errors.stop(
            f"{done.damaged} entries cannot be opened and stay as they are; so do their keys.",
            errors.NO,
        )


def become_the_vault() -> None:
    """This process reads private keys; what it holds must not end up in a core file."""
    from lianxin.vault import private

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    private.become_the_vault()


def _uids(names: list[str]) -> frozenset[int]:
    try:
        found = {int(n) if n.isdecimal() else pwd.getpwnam(n).pw_uid for n in names}
    except KeyError as error:
        raise errors.stop(f"LIANXIN_VAULT_CLIENTS: {error}.") from error
    return frozenset(found or {os.getuid()})
