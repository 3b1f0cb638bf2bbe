"""`lianxin backup …` and `lianxin restore`: one archive that only an offline key opens."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from lianxin.cli import migrate, progress, start
from lianxin.cli.errors import CANNOT, NO, stop

KEYS_STAY = (
    "The keys are NOT in it: keep a copy of the folder of keys ({keys}) somewhere else. Without "
    "them no sealed name can be opened and no query code works after a restore."
)
ARCHIVE = click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
IDENTITY = click.option(
    "--identity", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The key file that opens the archive.",
)  # fmt: skip
SIGNER = click.option(
    "--signer", default="",
    help="The signer you wrote down, where the key of this installation is another one.",
)  # fmt: skip
DAYS = re.compile(r"([1-9][0-9]{0,3})d\Z")
LONGEST_KEPT = 90


class Backup(click.Group):
    """A group whose first word may also be a place to write to: `lianxin backup DEST`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Send what names no other command to the one that makes a backup."""
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args.insert(0, "make")
        return super().parse_args(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        return make if cmd_name == "make" else super().get_command(ctx, cmd_name)


@contextmanager
def known_errors() -> Iterator[None]:
    """What can go wrong, as a sentence and an exit code."""
    from lianxin.backup.archive import CannotOpen, Unfit
    from lianxin.backup.look import Failed
    from lianxin.backup.making import Taken
    from lianxin.backup.restoring import InTheWay
    from lianxin.backup.snapshot import CannotRun

    try:
        yield
    except (Unfit, InTheWay, Taken) as error:
        raise stop(str(error), NO) from error
    except (CannotOpen, CannotRun, Failed) as error:
        raise stop(str(error), CANNOT) from error


@click.group("backup", cls=Backup, short_help="Make one sealed archive of everything; check one.")
def group() -> None:
    """Make one signed and encrypted archive of everything but the keys.

    \b
    lianxin backup DEST              a folder (named by time) or a file that does not exist
    lianxin backup --keep 90d DIR    and remove those that are older
    lianxin backup key FILE          make the key that opens archives; keep it elsewhere
    lianxin backup verify ARCHIVE    is it whole, and does it hold what it says

    The database goes on working meanwhile. LIANXIN_BACKUP_RECIPIENT names the key.
    """


@click.command("make")
@click.argument("dest", type=click.Path(path_type=Path))
@click.option("--keep", metavar="DAYS", help="Keep archives so long, for example 90d.")
def make(dest: Path, keep: str | None) -> None:
    """Make one archive at DEST: a folder, or a file that does not exist yet.

    With --keep DEST is a folder, and archives in it that are older than so many days are removed,
    after the new one has been read back and found whole.
    """
    days = _days(keep)
    start.django()
    from django.conf import settings

    from lianxin.backup import making

    if start.unapplied():
        raise stop("The database has not been set up for this version yet. Run: lianxin migrate")
    if days and not dest.is_dir():
        raise stop(f"With --keep, {dest} must be a folder that exists.", NO)
    if not dest.is_dir() and not dest.absolute().parent.is_dir():
        raise stop(f"There is no folder {dest.absolute().parent}.", NO)
    target = making.named_by_time(dest) if dest.is_dir() else dest
    with known_errors():
        try:
            made = making.make(target.absolute(), bars=progress.bar)
        except OSError as error:
            raise stop(
                f"The backup could not be written ({error.strerror or error}). The unfinished "
                "archive was removed; older ones are as they were."
            ) from error
    seq, digest = made.facts.head
    click.echo(f"{made.path}: {made.checked.size:,} bytes, read back and found whole.")
    click.echo(
        f"{sum(made.facts.counts.values()):,} rows, {made.files:,} files; "
        f"the journal's head is entry {seq} {digest}"
    )
    click.echo(f"Signed by {made.checked.signer}")
    click.echo(KEYS_STAY.format(keys=settings.KEYS))
    if days:
        for path in making.forget_older(dest.absolute(), days=days, newest=made.path):
            click.echo(f"Removed {path.name}, older than {days} days.")
        if days > LONGEST_KEPT:
            click.echo(
                f"What residents had erased stays in archives for {days} days; "
                f"{LONGEST_KEPT} at most is advised."
            )


def _days(text: str | None) -> int:
    if text is None:
        return 0
    found = DAYS.match(text)
    if not found:
        raise stop(f"--keep {text!r} cannot be read: write a number of days, for example 90d.", NO)
    return int(found[1])


@group.command("key")
@click.argument("file", type=click.Path(path_type=Path))
def key(file: Path) -> None:
    """Make the key that opens archives, in FILE, and say what to set.

    Make it on a machine that is not the server, or move FILE away from the server at once.
    """
    start.django()
    from lianxin.backup import archive, keys
    from lianxin.vault.keys import KeysUnusable

    try:
        public = keys.new_identity(file)
    except FileExistsError as error:
        raise stop(f"{file} exists already and is not written over.", NO) from error
    click.echo(f"{file} opens every backup made for it. Keep it off the server, in two places.")
    click.echo(f"On the server set: LIANXIN_BACKUP_RECIPIENT={public}")
    try:
        click.echo(f"Archives of this installation are signed by: "
                   f"{archive.signer_of(keys.signing())}")  # fmt: skip
    except KeysUnusable:
        click.echo("The server's own `lianxin backup` tells who signs; write that down too.")


@group.command("verify")
@ARCHIVE
@IDENTITY
@SIGNER
def verify(archive: Path, identity: Path | None, signer: str) -> None:
    """Check an archive without restoring it.

    Without --identity: every byte against the signature. With it also: the list of files, the
    database itself, its counts, and the journal's chain up to the head the archive names. Exit
    code 0: all of it agrees. 1: it does not. 2: it could not be checked.
    """
    start.django()
    from django.conf import settings

    from lianxin.backup import archive as archives
    from lianxin.backup import reading

    with known_errors():
        with progress.bar("Checking the signature") as report:
            checked = archives.check(archive, report)
        reading.signed_by(checked, trusted=signer)
        click.echo(f"Whole, {checked.size:,} bytes, signed by {checked.signer}.")
        if identity is None:
            click.echo(
                "Only signature and digest were checked. With the key (--identity FILE) the "
                "content can be read and checked as well."
            )
            return
        with reading.workplace(Path(settings.DATA)) as folder:
            opened = archives.identity(identity)
            unpacked = reading.unpack(archive, opened, folder, progress.bar, keep=False)
            findings = reading.inspect(unpacked, folder, progress.bar)
    _tell(findings)
    sys.exit(NO if findings.wrong else 0)


@click.command("restore", short_help="Put an archive in the place of the data.")
@ARCHIVE
@IDENTITY
@SIGNER
@click.option("--replace", is_flag=True, help="Put data that is there aside, and keep it.")
def restore(archive: Path, identity: Path | None, signer: str, replace: bool) -> None:
    """Restore an ARCHIVE into LIANXIN_DATABASE_URL and LIANXIN_DATA; needs its --identity.

    Put the folder of keys back first. Everything is checked before it takes its place: signature,
    every file, every table's rows, the journal's chain. Data that is there already is left alone
    unless --replace is given, and then kept aside.
    """
    if identity is None:
        raise stop("Name the key file that opens the archive: --identity FILE")
    start.django()
    from django.conf import settings

    from lianxin.backup import archive as archives
    from lianxin.backup import reading, restoring

    with known_errors():
        opened = archives.identity(identity)
        restoring.target_free(replace=replace)
        with progress.bar("Checking the signature") as report:
            checked = archives.check(archive, report)
        reading.signed_by(checked, trusted=signer)
        with reading.workplace(Path(settings.DATA)) as folder:
            unpacked = reading.unpack(
                archive, opened, folder, progress.bar, keep=True, accept=restoring.fits
            )
            done = restoring.put_in_place(unpacked, folder, progress.bar)
    _tell(done.findings)
    for what in done.aside:
        click.echo(f"Kept aside: {what}. Remove it when you are sure.")
    if done.keys_missing:
        raise stop(
            f"The data is in place, but its keys are not ({', '.join(done.keys_missing)} in "
            f"{settings.KEYS}). Put the folder of keys back from its own copy, then run: "
            "lianxin migrate",
            NO,
        )
    migrate.bring_up_to_date()
    click.echo("Restored. Start it again: lianxin serve")


def _tell(findings: object) -> None:
    from lianxin.backup.reading import Findings

    assert isinstance(findings, Findings)
    facts = findings.facts
    click.echo(
        f"Made {facts.made_at} by version {facts.program} on {facts.engine} {facts.server}: "
        f"{sum(facts.counts.values()):,} rows in {len(facts.counts)} tables, "
        f"{findings.files:,} files."
    )
    if findings.spare:
        click.echo(f"{findings.spare:,} files belong to no row (forms that were never sent).")
    if not findings.wrong:
        seq, digest = findings.head
        click.echo(f"All of it agrees. The journal is whole up to entry {seq} {digest}")
        return
    click.echo("It is NOT what it says:")
    for line in findings.wrong:
        click.echo(f"  {line}")
