"""Which concern a mail belongs to, and from where one writes about a concern."""

from __future__ import annotations

import base64
import secrets

from django.conf import settings

from lianxin.intake.channels.email.models import Mail, MailThread, Outcome
from lianxin.intake.models import Concern
from lianxin.vault.choices import Way
from lianxin.vault.queries import ways_of_notice


def concern_of(token: str) -> Concern | None:
    """The concern with this token; None for one that nobody has, or of which nothing is left."""
    if not token:
        return None
    return Concern.objects.filter(mail_thread__token=token).first()


def is_known(digest: str) -> bool:
    """Whether this mail came before, from a person or as one of ours that came back."""
    told = (Outcome.FILED, Outcome.ADDED, Outcome.BOUNCED)
    return Mail.objects.filter(digest=digest, outcome__in=told).exists()


def waits_for_answer(digest: str) -> int | None:
    """How many of its files were left out, when its sender was not told yet; else None."""
    rows = Mail.objects.filter(digest=digest, answered_at=None)
    return rows.values_list("left_out", flat=True).first()


def is_open() -> bool:
    """Whether mails are taken in here: there is an address, and a mail server for the answers."""
    return bool(settings.MAIL_ADDRESS) and Way.EMAIL in ways_of_notice()


def address_of(concern_id: int) -> str:
    """Where mails about this concern come from and answers go; empty when there is none."""
    local, _at, domain = settings.MAIL_ADDRESS.partition("@")
    if not domain:
        return ""
    token = MailThread.objects.filter(concern=concern_id).values_list("token", flat=True).first()
    return f"{local}+{token}@{domain}" if token else ""


def new_token() -> str:
    """80 bits that nobody guesses, as an address can carry them."""
    return base64.b32encode(secrets.token_bytes(10)).decode().lower()
