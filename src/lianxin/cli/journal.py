"""`lianxin journal …`: the record of every act."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from lianxin.cli import errors, progress, start

if TYPE_CHECKING:
    from lianxin.journal.verify import Fault, Verdict

BROKEN = 1
DISAGREES = {
    "no_such_entry": "No entry of the journal agrees with this proof.",
    "gone": "The journal tells of this concern, but the concern is gone.",
    "changed": "The journal tells of this concern, but its words are not those that were filed.",
}


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
    verdict = _walked()
    _say(verdict)
    sys.exit(0 if verdict else BROKEN)


@group.command("prove", short_help="Does a receipt's proof of filing agree with the journal?")
@click.argument("proof")
def prove(proof: str) -> None:
    """Hold the PROOF of a receipt against the journal, and the journal against itself.

    Exit code 0: the concern stands there, with the words that were filed, and the journal is
    whole. 1: it does not. 2: this is no proof, or the journal could not be read.
    """
    start.django()
    from django.utils.timezone import localtime

    from lianxin.intake import proofs
    from lianxin.kernel.ids import format_number

    finding, concern = proofs.check(proof)
    if finding == proofs.Finding.UNREADABLE:
        raise errors.stop("This is no proof of filing. It looks like 123-ab12-cd34-ef56-7890.")
    if finding == proofs.Finding.AGREES and concern is not None:
        click.echo(
            f"The concern {format_number(concern.number)}, filed at "
            f"{localtime(concern.filed_at):%Y-%m-%d %H:%M}, stands in the journal, with the words "
            "that were filed."
        )
    else:
        click.echo(DISAGREES[finding])
    verdict = _walked()
    _say(verdict)
    sys.exit(0 if verdict and finding == proofs.Finding.AGREES else BROKEN)


def _walked() -> Verdict:
    from lianxin.journal import queries
    from lianxin.journal.verify import verify as walk

    total, _ = queries.head()
    with progress.bar("Reading the journal") as report:
        return walk(lambda done: report(done, max(done, total)))


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
