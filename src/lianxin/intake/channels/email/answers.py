"""What the sender of a mail is told at once: number and code, or what was wrong with it."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianxin.intake.channels.email import queries
from lianxin.intake.channels.email.actions import MOST_WORDS, Taken, answered, language_of
from lianxin.intake.channels.email.models import Outcome
from lianxin.kernel.ids import format_code, format_number
from lianxin.ui.links import absolute
from lianxin.ui.posting import ABOVE, message_id


class TryAgain(Exception):  # noqa: N818 - what its sender shall do
    """The mail server does not take the answer now; the same mail may be delivered again."""


@contextmanager
def one_line() -> Iterator[BaseEmailBackend]:
    """One connection for many answers: to greet the mail server costs more than a mail."""
    line = get_connection()
    try:
        yield line
    finally:
        with suppress(OSError):
            line.close()


def answer(taken: Taken, *, line: BaseEmailBackend | None = None) -> bool:
    """Tell the sender, if a person sent it and was not told yet; whether a mail went.

    ``line``: the connection it goes by, opened and opened anew as needed; else one of its own.
    Raises TryAgain. Never an answer to a machine, and none to what was added unless a file of it
    was not taken: two that answer each other would never end (RFC 3834).
    """
    left_out = queries.waits_for_answer(taken.mail.digest)
    if left_out is None:
        return False
    with (
        translation.override(language_of(taken.mail)),
        nullcontext(line) if line else one_line() as by,
    ):
        text = _text(taken, left_out)
        sent = bool(text) and _send(taken, text, by)
    answered(taken)
    return sent


def _text(taken: Taken, left_out: int) -> str:
    match taken.outcome:
        case Outcome.FILED:
            return _receipt(taken, left_out)
        case Outcome.ADDED if left_out:
            return _left_out(taken, left_out)
        case Outcome.EMPTY:
            return _("Your e-mail has no words. Please write what is the matter.")
        case Outcome.TOO_LONG:
            return _("Your e-mail is longer than %(most)d characters. Please send it in parts.") % {
                "most": MOST_WORDS
            }
    return ""


def _receipt(taken: Taken, left_out: int) -> str:
    assert taken.receipt is not None
    concern = taken.receipt.concern
    lines = [
        _("We have received what you wrote. Nobody can change your words."),
        _("Receipt number: %(number)s") % {"number": format_number(concern.number)},
    ]
    if taken.receipt.code:
        lines.append(_("Query code: %(code)s") % {"code": format_code(taken.receipt.code)})
        lines.append(
            _("With the code you see how it stands, and judge the result: %(link)s")
            % {"link": absolute("/track/")}
        )
        lines.append(_("Whoever has the code can see your matter. Keep it to yourself."))
    lines.append(_("Only the intake desk can see your address, and each look at it is recorded."))
    lines.append(_("To add something, answer this e-mail."))
    if left_out:
        lines.append(_left_out(taken, left_out))
    return "\n".join(lines)


def _left_out(taken: Taken, count: int) -> str:
    if not taken.left_out:
        return ngettext(
            "%(count)d file could not be taken. Photos, PDF, recordings and films can.",
            "%(count)d files could not be taken. Photos, PDF, recordings and films can.",
            count,
        ) % {"count": count}
    head = _("These files could not be taken; please send them again in another form:")
    return "\n".join([head, *(f"- {line}" for line in taken.left_out)])


def _send(taken: Taken, text: str, line: BaseEmailBackend) -> bool:
    mail = taken.mail
    address = queries.address_of(taken.concern.pk) if taken.concern else ""
    headers = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
    if mail.message_id.isascii() and mail.message_id:
        headers |= {"In-Reply-To": mail.message_id, "References": mail.message_id}
    if address:
        headers["Message-ID"] = message_id(address)
    sent = EmailMessage(
        _("We have received your e-mail") if taken.concern else _("About your e-mail"),
        f"{ABOVE}\n\n{text}\n" if address else f"{text}\n",
        from_email=address or settings.MAIL_ADDRESS,
        to=[mail.sender],
        headers=headers,
    )
    try:
        fresh = bool(line.open())
        try:
            line.send_messages([sent])
        except OSError as error:
            # Mail servers end a connection that was idle or has brought enough: once on a new one.
            if fresh or _for_ever(error):
                raise
            with suppress(OSError):
                line.close()
            line.open()
            line.send_messages([sent])
    except (OSError, ValueError) as error:
        if _for_ever(error):
            return False
        with suppress(OSError):
            line.close()
        raise TryAgain from None
    return True


def _for_ever(error: Exception) -> bool:
    """Whether trying again would change nothing: a status of 5xx, or no address at all."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(status >= 500 for status, _said in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code >= 500 and not isinstance(error, smtplib.SMTPAuthenticationError)
    return isinstance(error, ValueError)
