"""The e-mails to staff: plain text, numbers and links, in the recipient's language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianxin.notices.sections import Line
from lianxin.ui.links import absolute


def digest(
    lines: Sequence[Line], *, day: date, to: str, language: str, connection: BaseEmailBackend
) -> EmailMessage:
    """The daily e-mail."""
    with translation.override(language):
        count = len(lines)
        title = ngettext("%(count)d thing for you", "%(count)d things for you", count) % {
            "count": count
        }
        subject = _("Lianxin: %(title)s, %(day)s") % {
            "title": title,
            "day": formats.date_format(day, "MONTH_DAY_FORMAT"),
        }
        return _message(subject, lines, to, connection)


def urgent(
    lines: Sequence[Line], *, to: str, language: str, connection: BaseEmailBackend
) -> EmailMessage:
    """What cannot wait for the digest."""
    with translation.override(language):
        return _message(_("Lianxin: please look at this today"), lines, to, connection)


def _message(
    subject: str, lines: Sequence[Line], to: str, connection: BaseEmailBackend
) -> EmailMessage:
    parts = [_line(line) for line in lines]
    parts.append(
        _("You can see all of it after signing in: %(link)s") % {"link": absolute("/desk/")}
    )
    headers = {"Auto-Submitted": "auto-generated"}
    return EmailMessage(
        subject, "\n\n".join(parts) + "\n", to=[to], headers=headers, connection=connection
    )


def _line(line: Line) -> str:
    text = " ".join(str(line.text).split())
    return f"{text}\n{absolute(line.link)}" if line.link else text
