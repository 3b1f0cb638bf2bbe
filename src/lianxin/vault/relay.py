"""The carriers of the relay: e-mail, and a bridge for numbers (隐私号 platforms work so).

Runs inside the vault: here the address is in the clear, and it goes nowhere but to the carrier.
"""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext as _

from lianxin.kernel import signatures
from lianxin.kernel.failures import reason
from lianxin.ui.links import absolute
from lianxin.ui.posting import ABOVE, message_id
from lianxin.vault.choices import News, Way

PATIENCE = 10.0
"""Seconds for the bridge to answer."""


def ways() -> tuple[Way, ...]:
    """The ways there are a carrier for. Without a mail server e-mails become files: no carrier."""
    mail = () if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend") else (Way.EMAIL,)
    return (*mail, Way.SMS, Way.CALL) if settings.RELAY_URL else mail


@dataclass(frozen=True)
class Post:
    """What a carrier is given. ``text`` and ``subject`` (of an e-mail) in the person's language,
    ``line``: the telephone of staff, for a call; ``ref``: the record that allows it; ``write_to``:
    where an answer to an e-mail is taken in."""

    to: str
    text: str
    ref: str
    line: str = ""
    subject: str = ""
    foot: str = ""
    write_to: str = ""


def letter(text: str, *, to: str, ref: str, line: str = "", write_to: str = "") -> Post:
    """What staff wrote, in the language that is active."""
    foot = (
        _(
            "Nobody in the office sees your address. You can answer this e-mail: your words are "
            "added to your matter."
        )
        if write_to
        else _(
            "Nobody in the office sees your address. Answers to this e-mail are not read: open "
            "your concern with its number and your query code, and write there."
        )
    )
    subject = _("A message about what you raised")
    return Post(to, text, ref, line, subject=subject, foot=foot, write_to=write_to)


def notice(
    news: News, number: str, *, to: str, ref: str, write_to: str = "", link: str = "/track/"
) -> Post:
    """That there is news, in the language that is active: nothing of what was raised.

    Whoever holds the phone may read it, so it names the number and no matter, office or place.
    """
    texts = {
        News.ASKED: _(
            "No. %(number)s: you are asked something. Look with your query code: %(link)s"
        ),
        News.ANSWERED: _(
            "No. %(number)s: there is an answer for you. Look with your query code: %(link)s"
        ),
        News.NEWS: _("No. %(number)s: something has happened. Look with your query code: %(link)s"),
    }
    return Post(
        to,
        texts[news] % {"number": number, "link": absolute(link)},
        ref,
        subject=_("News about your number %(number)s") % {"number": number},
        foot=_(
            "You asked to be told. Nobody in the office sees your address. We never ask for your "
            "query code or for money. To stop this, open your number and choose “Tell me of news”."
        ),
        write_to=write_to,
    )


def carry(way: Way, post: Post) -> str:
    """Send it; the kind of failure when it did not go, never with the address in it."""
    try:
        if way == Way.EMAIL:
            return _mail(post)
        return _bridge(
            {
                "kind": way.value,
                "to": post.to,
                "staff_line": post.line,
                "text": post.text,
                "ref": post.ref,
            }
        )
    except (OSError, ValueError, http.client.HTTPException) as error:
        return reason(error)


def _mail(post: Post) -> str:
    headers = {"Auto-Submitted": "auto-generated"}
    if post.write_to:
        headers["Message-ID"] = message_id(post.write_to)
    EmailMessage(
        post.subject,
        f"{ABOVE}\n\n{post.text}\n\n-- \n{post.foot}\n"
        if post.write_to
        else f"{post.text}\n\n-- \n{post.foot}\n",
        # Answers and returned mails find their matter by this address.
        from_email=post.write_to or None,
        to=[post.to],
        headers=headers,
        connection=get_connection(timeout=PATIENCE),
    ).send()
    return ""


def _bridge(message: dict[str, str]) -> str:
    """One signed POST. What answers with a redirect is not followed: the number would go along."""
    url = urlsplit(settings.RELAY_URL)
    body = json.dumps(message, ensure_ascii=False).encode()
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = kind(url.hostname or "", url.port, timeout=PATIENCE)
    try:
        connection.request(
            "POST",
            url.path + (f"?{url.query}" if url.query else "") or "/",
            body,
            {
                "Content-Type": "application/json; charset=utf-8",
                **signatures.headers(body, settings.RELAY_SECRET),
            },
        )
        status = connection.getresponse().status
    finally:
        connection.close()
    return "" if 200 <= status < 300 else f"HTTP {status}"
