"""The e-mails to staff: plain text, numbers and links, in the recipient's language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianxin.notices.sections import Line


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
        _("You can see all of it after signing in: %(link)s") % {"link": _absolute("/desk/")}
    )
    headers = {"Auto-Submitted": "auto-generated"}
    return EmailMessage(
        subject, "\n\n".join(parts) + "\n", to=[to], headers=headers, connection=connection
    )


def _line(line: Line) -> str:
    text = " ".join(str(line.text).split())
    return f"{text}\n{_absolute(line.link)}" if line.link else text


def _absolute(link: str) -> str:
    if not link.startswith("/"):
        return link
    site: str = getattr(settings, "SITE_URL", "")
    if not site:
        host = next((host for host in settings.ALLOWED_HOSTS if "*" not in host), "localhost")
        site = f"{'https' if settings.HTTPS else 'http'}://{host.lstrip('.')}"
    return site.rstrip("/") + link
