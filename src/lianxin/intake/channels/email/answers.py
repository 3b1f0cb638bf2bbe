"""What the sender of a mail is told at once: number and code, or what was wrong with it."""

from __future__ import annotations

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from lianxin.intake.channels.email.actions import Taken, language_of
from lianxin.intake.channels.email.models import Outcome
from lianxin.intake.channels.email.queries import address_of
from lianxin.kernel.ids import format_code, format_number
from lianxin.ui.links import absolute
from lianxin.ui.posting import ABOVE, message_id


class TryAgain(Exception):  # noqa: N818 - what its sender shall do
    """The mail server does not take the answer now; the same mail may be delivered again."""


def answer(taken: Taken) -> bool:
    """Tell the sender, if a person sent it; whether a mail went. Raises TryAgain.

    Never an answer to a machine, and none to what was added: two that answer each other would
    never end (RFC 3834).
    """
    with translation.override(language_of(taken.mail)):
        if taken.outcome == Outcome.FILED and taken.receipt is not None:
            return _send(taken, _receipt(taken), address_of(taken.receipt.concern.pk))
        if taken.outcome == Outcome.EMPTY and not taken.again:
            return _send(taken, _("Your e-mail has no words. Please write what is the matter."), "")
        if taken.outcome == Outcome.ADDED and taken.left_out:
            return _send(taken, _left_out(taken), "")
    return False


def _receipt(taken: Taken) -> str:
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
    if taken.left_out:
        lines.append(_left_out(taken))
    return "\n".join(lines)


def _left_out(taken: Taken) -> str:
    head = _("These files could not be taken; please send them again in another form:")
    return "\n".join([head, *(f"- {line}" for line in taken.left_out)])


def _send(taken: Taken, text: str, address: str) -> bool:
    mail = taken.mail
    headers = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
    if mail.message_id.isascii() and mail.message_id:
        headers |= {"In-Reply-To": mail.message_id, "References": mail.message_id}
    if address:
        headers["Message-ID"] = message_id(address)
    subject = _("We have received your e-mail") if taken.receipt else _("About your e-mail")
    body = f"{ABOVE}\n\n{text}\n" if address else f"{text}\n"
    sent = EmailMessage(
        subject,
        body,
        from_email=address or settings.MAIL_ADDRESS,
        to=[mail.sender],
        headers=headers,
    )
    try:
        sent.send()
    except smtplib.SMTPRecipientsRefused as refused:
        if all(status >= 500 for status, _said in refused.recipients.values()):
            return False
        raise TryAgain from None
    except (OSError, ValueError):
        raise TryAgain from None
    return True
