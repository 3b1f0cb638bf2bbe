"""The carriers of the relay: e-mail, and a bridge for numbers (隐私号 platforms work so).

Runs inside the vault: here the address is in the clear, and it goes nowhere but to the carrier.
"""

from __future__ import annotations

import hmac
import http.client
import json
import time
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils import translation
from django.utils.translation import gettext as _

from lianxin.kernel.failures import reason
from lianxin.vault.choices import Way

PATIENCE = 10.0
"""Seconds for the bridge to answer."""


def ways() -> tuple[Way, ...]:
    """The ways there are a carrier for. Without a mail server e-mails become files: no carrier."""
    mail = () if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend") else (Way.EMAIL,)
    return (*mail, Way.SMS, Way.CALL) if settings.RELAY_URL else mail


def carry(way: Way, *, to: str, text: str, line: str, ref: str, language: str) -> str:
    """Send it; the kind of failure when it did not go, never with the address in it."""
    try:
        if way == Way.EMAIL:
            return _mail(to, text, language)
        return _bridge({"kind": way.value, "to": to, "staff_line": line, "text": text, "ref": ref})
    except (OSError, ValueError, http.client.HTTPException) as error:
        return reason(error)


def _mail(to: str, text: str, language: str) -> str:
    with translation.override(language):
        subject = _("A message about what you raised")
        foot = _(
            "Nobody in the office sees your address. Answers to this e-mail are not read: open "
            "your concern with its number and your query code, and write there."
        )
    headers = {"Auto-Submitted": "auto-generated"}
    connection = get_connection(timeout=PATIENCE)
    body = f"{text}\n\n-- \n{foot}\n"
    EmailMessage(subject, body, to=[to], headers=headers, connection=connection).send()
    return ""


def _bridge(message: dict[str, str]) -> str:
    """One signed POST. What answers with a redirect is not followed: the number would go along."""
    url = urlsplit(settings.RELAY_URL)
    body = json.dumps(message, ensure_ascii=False).encode()
    stamp = str(int(time.time()))
    signature = hmac.digest(settings.RELAY_SECRET.encode(), f"{stamp}.".encode() + body, "sha256")
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = kind(url.hostname or "", url.port, timeout=PATIENCE)
    try:
        connection.request(
            "POST",
            url.path + (f"?{url.query}" if url.query else "") or "/",
            body,
            {
                "Content-Type": "application/json; charset=utf-8",
                "X-Lianxin-Timestamp": stamp,
                "X-Lianxin-Signature": signature.hex(),
            },
        )
        status = connection.getresponse().status
    finally:
        connection.close()
    return "" if 200 <= status < 300 else f"HTTP {status}"
