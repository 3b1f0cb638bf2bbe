"""How a failure to send is named where it is kept."""

from __future__ import annotations

import smtplib


def reason(error: Exception) -> str:
    """Kind of failure and the server's code; not its words, which quote the address."""
    code = getattr(error, "smtp_code", "")
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next((answer[0] for answer in error.recipients.values()), "")
    return f"{type(error).__name__} {code}".strip()[:100]
