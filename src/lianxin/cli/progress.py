"""One progress bar for every command that takes long; silent when nobody is watching."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

Report = Callable[[int, int], None]
"""Called with how much is done and how much there is."""


@contextmanager
def bar(label: str) -> Iterator[Report]:
    """`with bar("Reading") as report: report(done, total)`; drawn on stderr."""
    drawn: list[click._termui_impl.ProgressBar[int]] = []

    def report(done: int, total: int) -> None:
        if not drawn:
            progress = click.progressbar(
                length=max(total, 1), label=label, file=sys.stderr, show_pos=True
            )
            drawn.append(progress.__enter__())
        drawn[0].length = max(total, 1)
        drawn[0].update(done - drawn[0].pos)

    try:
        yield report
    finally:
        if drawn:
            drawn[0].__exit__(None, None, None)
