"""The two ways mails come: fetched from a mailbox (IMAP, RFC 9051), and handed over by the mail
server one by one."""

from __future__ import annotations

import imaplib
import logging
import ssl
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError

from lianxin.intake.channels.email.actions import Taken, take_in
from lianxin.intake.channels.email.answers import TryAgain, answer, one_line
from lianxin.intake.channels.email.models import Outcome
from lianxin.intake.channels.email.reading import MOST_BYTES, Unreadable, read
from lianxin.journal.outbox import where

ASIDE = "Lianxin-aside"
"""Folder for what could not be read: a person looks at it."""
PATIENCE = 30.0
LONGEST = 1_200.0
"""Seconds of one round; the rest comes with the next."""

log = logging.getLogger(__name__)


class MailboxAway(Exception):  # noqa: N818 - reads as what happened
    """The mailbox cannot be reached, or it refuses the name and password."""


def receive(raw: bytes, *, line: BaseEmailBackend | None = None) -> Taken:
    """Take in one mail and answer it, over ``line`` where there is one.

    Raises Unreadable, and TryAgain when it was taken in and its answer has to wait: delivered
    again it is the same concern, and the same receipt.
    """
    taken = take_in(read(raw))
    answer(taken, line=line)
    return taken


def fetch(seconds: float = LONGEST) -> Counter[str]:
    """Take in what lies in the mailbox, the oldest first; how many of each outcome.

    A mail is removed when it is filed. What cannot be read and what a machine wrote goes into the
    folder `ASIDE`, what has to wait stays. Raises MailboxAway, and whatever the database raises.
    """
    found: Counter[str] = Counter()
    until = time.monotonic() + seconds
    with _mailbox() as box, one_line() as line:
        for uid in _said(box.uid("SEARCH", "UNDELETED"))[0].split():
            if time.monotonic() > until:
                break
            found[_one(box, uid.decode(), line)] += 1
    return found


def _one(box: imaplib.IMAP4, uid: str, line: BaseEmailBackend) -> str:
    raw = _raw(box, uid)
    try:
        outcome = str(receive(raw, line=line).outcome)
    except TryAgain:
        return "later"
    except (DatabaseError, OSError):
        raise
    except Exception as error:
        # One mail must not hold up those behind it; its own words stay out of the log.
        if not isinstance(error, Unreadable):
            log.warning("a mail was put aside: %s", where(error))
        outcome = "aside"
    if outcome in ("aside", Outcome.AUTOMATIC):
        box.create(ASIDE)
        _said(box.uid("COPY", uid, ASIDE))
    # At once, each: a connection that breaks must not bring back what was filed and answered.
    _said(box.uid("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)"))
    _said(box.expunge())
    return outcome


def _raw(box: imaplib.IMAP4, uid: str) -> bytes:
    """The mail, or as much of it as shows that it is too large."""
    answered = _said(box.uid("FETCH", uid, f"(BODY.PEEK[]<0.{MOST_BYTES + 1}>)"))
    return next((bytes(part[1]) for part in answered if isinstance(part, tuple)), b"")


def _said(answered: tuple[str, list[Any]]) -> list[Any]:
    status, data = answered
    if status != "OK":
        raise MailboxAway(status)
    return data


@contextmanager
def _mailbox() -> Iterator[imaplib.IMAP4]:
    url = urlsplit(settings.IMAP_URL)
    safe = ssl.create_default_context()
    host, folder = url.hostname or "", unquote(url.path.strip("/")) or "INBOX"
    try:
        if url.scheme == "imaps":
            box: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                host, url.port or 993, ssl_context=safe, timeout=PATIENCE
            )
        else:
            box = imaplib.IMAP4(host, url.port or 143, timeout=PATIENCE)
            if host not in ("127.0.0.1", "localhost", "::1"):
                box.starttls(safe)
    except (OSError, imaplib.IMAP4.error) as error:
        raise MailboxAway(type(error).__name__) from None
    try:
        box.login(unquote(url.username or ""), unquote(url.password or ""))
        _said(box.select(f'"{folder}"'))
        yield box
    except (OSError, imaplib.IMAP4.error) as error:
        raise MailboxAway(type(error).__name__) from None
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            box.logout()
