"""`lianxin journal …`: the record of every act."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from lianxin.cli import progress, start

if TYPE_CHECKING:
    from lianxin.journal.verify import Fault, Verdict

BROKEN = 1


@click.group("journal", short_help="Look after the record of every act.")
def group() -> None:
    """The record of every act, which nobody can change unseen."""


@group.command("verify", short_help="Is the journal as it was written?")
def verify() -> None:
    """Check that no entry of the journal was changed, removed, inserted, moved or cut off.

    Reads the whole journal. Exit code 0: it is whole. 1: it is not; each line says where.
    2: the journal could not be read.
    """
    start.django()
    from lianxin.journal import queries
    from lianxin.journal.verify import verify as walk

    total, _ = queries.head()
    with progress.bar("Reading the journal") as report:
        verdict = walk(lambda done: report(done, max(done, total)))
    _say(verdict)
    sys.exit(0 if verdict else BROKEN)


def _say(verdict: Verdict) -> None:
    if verdict:
        click.echo(
            f"The journal is whole: {verdict.entries:,} entries, "
            f"{verdict.checkpoints:,} checkpoints agree."
        )
        if verdict.head:
            click.echo(f"Head of the chain: {verdict.head}")
        return
    click.echo("The journal is NOT as it was written:")
    for fault in verdict.faults:
        click.echo(f"  {_sentence(fault)}")


def _sentence(fault: Fault) -> str:
    last = fault.seq + fault.count - 1
    span = f"Entry {fault.seq}" if fault.count == 1 else f"Entries {fault.seq} to {last}"
    match fault.kind.value:
        case "changed":
            return f"{span}: changed after it was written."
        case "missing":
            return f"{span}: removed."
        case "inserted":
            return f"{span}: inserted later; not part of the chain."
        case "reordered":
            return f"{span}: not in the order in which they were written."
        case "cut":
            return f"{span}: cut off the end; a checkpoint remembers them."
        case _:
            return (
                f"Up to entry {fault.seq}: rewritten as a whole; "
                "the chain no longer agrees with the checkpoint written at the time."
            )
