"""`lianxin journal …`: the record of every act."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lianxin.cli import errors, journal_anchors, progress, start

if TYPE_CHECKING:
    from lianxin.journal.marks import Place
    from lianxin.journal.verify import Fault, Verdict

BROKEN = 1
DISAGREES = {
    "no_such_entry": "No entry of the journal agrees with this proof.",
    "gone": "The journal tells of this concern, but the concern is gone.",
    "changed": "The journal tells of this concern, but its words are not those that were filed.",
    "left": "The journal tells that contact details were erased, but some of them are still there.",
}


@click.group("journal", short_help="Look after the record of every act.")
def group() -> None:
    """The record of every act, which nobody can change unseen."""


for command in journal_anchors.COMMANDS:
    group.add_command(command)


@group.command("verify", short_help="Is the journal as it was written?")
@click.option(
    "--anchors",
    "outside",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A copy of an anchor file, brought from where it is kept. May be given several times.",
)
def verify(outside: tuple[Path, ...]) -> None:
    """Check that no entry of the journal was changed, removed, inserted, moved or cut off.

    Reads the whole journal and holds it against everything that remembers it: the signed
    checkpoints in the database and in the anchor file, time stamps, and copies from outside.

    Exit code 0: it is whole. 1: it is not; each line says where. 2: the journal could not be read.
    """
    start.django()
    verdict = _walked(outside)
    _say(verdict)
    sys.exit(0 if verdict else BROKEN)


@group.command("prove", short_help="Does a receipt's proof of filing agree with the journal?")
@click.argument("proof")
def prove(proof: str) -> None:
    """Hold the PROOF of a receipt against the journal, and the journal against itself.

    A proof of deletion is held against the vault as well. Exit code 0: the concern stands there
    with the words that were filed, or its contact is gone, and the journal is whole. 1: it does
    not. 2: this is no proof, or the journal could not be read.
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
    elif finding == proofs.Finding.SEALED and concern is not None:
        click.echo(
            f"The concern {format_number(concern.number)} stands in the journal. Its words are "
            "sealed: they are compared when the receiver opens them."
        )
    elif finding == proofs.Finding.ERASED and concern is not None:
        click.echo(
            f"The contact details of the concern {format_number(concern.number)} were erased; "
            "nothing that was sealed before is left."
        )
    else:
        click.echo(DISAGREES[finding])
    verdict = _walked(())
    _say(verdict)
    good = (proofs.Finding.AGREES, proofs.Finding.SEALED, proofs.Finding.ERASED)
    sys.exit(0 if verdict and finding in good else BROKEN)


def _walked(outside: Sequence[Path]) -> Verdict:
    from lianxin.journal import queries
    from lianxin.journal.verify import verify as walk

    total, _ = queries.head()
    with progress.bar("Reading the journal") as report:
        return walk(lambda done: report(done, max(done, total)), outside)


def _say(verdict: Verdict) -> None:
    if verdict:
        click.echo(
            f"The journal is whole: {verdict.entries:,} entries, "
            f"{verdict.checkpoints:,} checkpoints agree."
        )
        if verdict.head:
            click.echo(f"Head of the chain: {verdict.head}")
    else:
        click.echo("The journal is NOT as it was written:")
        for fault in verdict.faults:
            click.echo(f"  {_sentence(fault)}")
    click.echo("What it was held against:")
    for place in verdict.places:
        click.echo(f"  {_remembers(place)}")
    if not verdict.signatures:
        click.echo("  Signatures: not looked at, LIANXIN_KEYS holds no public key of the journal.")
    click.echo(f"  {_stamps(verdict)}")
    if not verdict:
        _say_lifted(verdict)


def _say_lifted(verdict: Verdict) -> None:
    from django.utils.timezone import localtime

    from lianxin.journal import alarm

    entry = alarm.last_lifted()
    found = entry.event_object() if entry else None
    if entry and isinstance(found, alarm.Lifted) and found.finding == verdict.finding:
        click.echo(
            f"This is known: the alarm was lifted by {entry.actor} at "
            f"{localtime(entry.at):%Y-%m-%d %H:%M}: {found.reason}"
        )


def _remembers(place: Place) -> str:
    span = f"{place.count:,} checkpoints"
    if place.count:
        span += f", the newest at entry {place.newest} of {place.newest_at}"
    match place.kind:
        case "database":
            return f"The database's own, signed: {span}. Whoever owns the database can remove them."
        case "file":
            return f"The anchor file {place.where}, signed: {span}."
        case "webhook" if place.where:
            return (
                f"Acknowledged by {place.where}: {span}. That alone proves nothing here: ask for "
                "a copy of what it keeps and give it with --anchors."
            )
        case "webhook":
            return "Another unit (LIANXIN_ANCHOR_URL): none."
        case _:
            others = f" ({place.foreign:,} of other journals passed over)" if place.foreign else ""
            return f"From outside, {place.where}, signed: {span}{others}."


def _stamps(verdict: Verdict) -> str:
    from django.conf import settings

    if settings.TSA_ROOTS is None:
        return "Time stamps: not looked at, LIANXIN_TSA_ROOTS names no root certificate."
    return f"Time stamps of an authority: {verdict.stamps:,} over the chain as it is now."


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
        case "forged":
            return f"{fault.count} checkpoints, the first at {fault.seq}: not signed by our key."
        case "stamp":
            return f"Entry {fault.seq}: its time stamp is not over this journal."
        case "anchor_cut":
            return (
                f"{fault.count} checkpoints, the first at entry {fault.seq}, are gone from the "
                "anchor file."
            )
        case "not_ours":
            return "A file given with --anchors holds no checkpoint of this journal."
        case _:
            return (
                f"Up to entry {fault.seq}: rewritten as a whole; the chain no longer agrees with "
                f"{fault.count} checkpoints written at the time."
            )
