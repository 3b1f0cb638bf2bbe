"""`lianxin serve`: the pages and the worker behind them, together."""

from __future__ import annotations

import errno
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from lianxin.cli import errors, start

RESTART_AFTER = 2.0
JOURNAL_DIFFERS = (
    "The journal is not as it was written: staff can only read. Run: lianxin journal verify"
)


@click.command("serve", short_help="Serve the pages and the worker behind them.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port."
)
@click.option(
    "--workers",
    default=2,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Processes that answer pages; about one for each processor core.",
)
@click.option("--no-worker", is_flag=True, help="Pages only; run `lianxin worker` elsewhere.")
def command(host: str, port: int, workers: int, no_worker: bool) -> None:
    """Serve the product: web pages, and the worker behind them.

    Stop it with Ctrl-C. In production put a proxy that speaks TLS in front, set LIANXIN_HTTPS=1
    and LIANXIN_ALLOWED_HOSTS, and check the result with `lianxin check`.
    """
    start.django()
    run(host, port, workers, with_worker=not no_worker)


def run(
    host: str,
    port: int,
    workers: int,
    *,
    with_worker: bool,
    ready: Callable[[], None] | None = None,
) -> None:
    """Serve until told to stop. `ready` is called when the address answers connections."""
    free_or_stop(host, port)
    prepare()
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    if ready is None:
        click.echo(f"Lianxin 连心 is at {address(host, port)} (Ctrl-C stops it).")
    server = Server(
        "lianxin.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        # One request at a time in a process keeps SQLite's slowest answers short.
        blocking_threads=1,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_level=LogLevels.warning,
    )
    if ready is not None:
        server.on_startup(ready)
    with _worker() if with_worker else _nothing():
        server.serve()


def prepare() -> None:
    """Refuse to start on a database or settings that would lose or show what they must not."""
    from django.core.checks import Error, run_checks
    from django.db import connections

    from lianxin.config import checks, static
    from lianxin.journal import alarm

    if start.unapplied():
        raise errors.stop(errors.NOT_SET_UP)
    wrong = [found for found in run_checks() + checks.durable() if isinstance(found, Error)]
    if wrong:
        raise errors.stop("\n".join(found.msg for found in wrong))
    if not alarm.glance():
        # Residents must be heard in any case; staff can only read until the auditor has looked.
        click.echo(JOURNAL_DIFFERS, err=True)
    static.collect_when_stale()
    connections.close_all()


def address(host: str, port: int) -> str:
    """What to type into a browser."""
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def free_or_stop(host: str, port: int) -> None:
    """Say plainly that a port is taken, before anything else is started."""
    try:
        family, _, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise errors.stop(
                f"Port {port} on {host} is taken by another program. Choose one with --port."
            ) from error
        raise errors.stop(f"Cannot listen on {host}:{port}: {error.strerror or error}.") from error


@contextmanager
def _nothing() -> Iterator[None]:
    yield


@contextmanager
def _worker() -> Iterator[None]:
    """A worker process that is started again when it falls over, and ends with us."""
    import os

    stopping = threading.Event()
    child: list[subprocess.Popen[bytes]] = []
    words = [sys.executable, "-m", "lianxin", "worker", "--parent", str(os.getpid())]

    def keep() -> None:
        while not stopping.is_set():
            process = subprocess.Popen(words, start_new_session=True)
            child[:] = [process]
            process.wait()
            if not stopping.wait(RESTART_AFTER):
                click.echo("The worker ended and is started again.", err=True)

    keeper = threading.Thread(target=keep, daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stopping.set()
        for process in child:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
        keeper.join(timeout=2)
