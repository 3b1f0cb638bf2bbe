"""`lianxin mail …`: e-mails that people write to us."""

from __future__ import annotations

import sys

import click

from lianxin.cli import errors, start

TRY_AGAIN, UNREADABLE = 75, 65
"""What a mail server understands (sysexits.h): EX_TEMPFAIL, EX_DATAERR."""


@click.group("mail", short_help="Take in e-mails.")
def group() -> None:
    """E-mails that people write to us; docs/how/take-in-e-mail.md."""


@group.command("deliver", short_help="Take in one e-mail from a mail server.")
def deliver() -> None:
    """Take in the e-mail on standard input, as a mail server hands it over.

    In Postfix: `lianxin unix - n n - 4 pipe user=lianxin argv=/opt/lianxin/.venv/bin/lianxin mail
    deliver`. Handed over again it changes nothing.

    \b
    Exit codes: 0 taken in, 65 it is no e-mail, 75 not now: hand it over again.
    """
    raw = sys.stdin.buffer.read()
    try:
        _ready()
        from lianxin.intake.channels.email import receiving
        from lianxin.intake.channels.email.answers import TryAgain
        from lianxin.intake.channels.email.reading import Unreadable
    except (Exception, SystemExit):
        # Whatever is wrong with this place, the mail is not lost: its server keeps it.
        click.echo("Not ready to take in an e-mail; see `lianxin check`.", err=True)
        sys.exit(TRY_AGAIN)
    try:
        taken = receiving.receive(raw)
    except Unreadable:
        click.echo("This cannot be read as an e-mail. Please use our form.", err=True)
        sys.exit(UNREADABLE)
    except TryAgain:
        click.echo("It is taken in; the answer to it cannot be sent now.", err=True)
        sys.exit(TRY_AGAIN)
    except Exception as error:
        # Its message may quote the mail.
        click.echo(f"Not now ({type(error).__name__}).", err=True)
        sys.exit(TRY_AGAIN)
    click.echo(str(taken.outcome))


@group.command("fetch", short_help="Take in what lies in the mailbox now.")
def fetch() -> None:
    """Take in what lies in the mailbox LIANXIN_IMAP_URL; the worker does so every minute."""
    _ready()
    from django.conf import settings

    from lianxin.intake.channels.email import receiving

    if not settings.IMAP_URL:
        raise errors.stop("Set LIANXIN_IMAP_URL to the mailbox, imaps://user:password@host/INBOX.")
    try:
        found = receiving.fetch()
    except receiving.MailboxAway as away:
        raise errors.stop(f"The mailbox cannot be read ({away}).") from None
    click.echo(", ".join(f"{count} {what}" for what, count in sorted(found.items())) or "nothing")


def _ready() -> None:
    start.django()
    from lianxin.intake.channels.email import queries

    if not queries.is_open():
        raise errors.stop(
            "Set LIANXIN_MAIL_ADDRESS to the address people write to, and LIANXIN_EMAIL_URL to the "
            "mail server for the answers."
        )
    if start.unapplied():
        raise errors.stop(errors.NOT_SET_UP)
