"""`lianxin worker`: the work behind the pages."""

from __future__ import annotations

import logging
import os
import signal
import threading

import click

from lianxin.cli import start

SHORTEST, LONGEST, AFTER_ERROR = 0.3, 1.0, 10.0
"""Seconds between two looks while there is nothing to do; after an error."""

log = logging.getLogger("lianxin.worker")


@click.command("worker", short_help="Do the work behind the pages, on its own.")
@click.option("--parent", type=int, hidden=True, help="End when this process is gone.")
def command(parent: int | None) -> None:
    """Do the work behind the pages: open cases, watch the clocks, send the notices.

    `lianxin serve` starts one by itself. Run this on its own to put it on another machine;
    several may run together.
    """
    start.django()
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    run(stop, parent)


def run(stop: threading.Event, parent: int | None = None) -> None:
    """Deliver and do chores until `stop`, or until the parent process is gone."""
    from django.db import close_old_connections

    from lianxin.journal import outbox, periodic
    from lianxin.kernel import clock

    wait = SHORTEST
    while not stop.is_set() and (parent is None or os.getppid() == parent):
        try:
            close_old_connections()
            busy = outbox.drain() + len(periodic.run_due(clock.now()))
            wait = SHORTEST if busy else min(LONGEST, wait * 1.3)
        except Exception as error:
            # The worker outlives a database that is away for a while.
            log.error("The worker could not go on: %s", type(error).__name__)
            busy, wait = 0, AFTER_ERROR
        if not busy:
            stop.wait(wait)
            wait = min(wait, LONGEST)
