"""The carriers of the relay: e-mail, a bridge for numbers (隐私号 platforms work so), and WeChat.

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

from lianxin.kernel import clock, signatures
from lianxin.kernel.failures import reason
from lianxin.ui.links import absolute
from lianxin.ui.posting import ABOVE, message_id
from lianxin.vault import templates, wechat
from lianxin.vault.choices import News, Way
from lianxin.vault.templates import Words

PATIENCE = 10.0
"""Seconds for the bridge to answer."""


def ways() -> tuple[Way, ...]:
    """The ways there are a carrier for. Without a mail server e-mails become files: no carrier."""
    mail = () if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend") else (Way.EMAIL,)
    wechat = (Way.WECHAT,) if settings.WECHAT_APP_ID else ()
    return (*mail, *((Way.SMS, Way.CALL) if settings.RELAY_URL else ()), *wechat)


@dataclass(frozen=True)
class Post:
    """What a carrier is given. ``text`` and ``subject`` (of an e-mail) in the person's language,
    ``line``: the telephone of staff, for a call; ``ref``: the record that allows it; ``write_to``:
    where an answer to an e-mail is taken in; ``number`` and ``news``: what a notice is about."""

    to: str
    text: str
    ref: str
    line: str = ""
    subject: str = ""
    foot: str = ""
    write_to: str = ""
    number: str = ""
    news: str = ""


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
    news: News,
    number: str,
    *,
    to: str,
    ref: str,
    write_to: str = "",
    turn: bool = False,
    words: Words | None = None,
) -> Post:
    """That there is news, in the language that is active: nothing of what was raised.

    Whoever holds the phone may read it, so it names the number and no matter or place, and no
    office that did not put its name into its ``words`` itself.
    """
    if turn:
        return Post(
            to,
            _("Turn %(number)s: the day was changed or called off. Look with its code: %(link)s")
            % {"number": number, "link": absolute("/turn/")},
            ref,
            subject=_("News about your turn %(number)s") % {"number": number},
            foot=_("You asked to be told. Nobody in the office sees your address."),
            number=number,
            news=str(news.label),
        )
    return Post(
        to,
        templates.fill(words or Words(templates.product(), ""), news, number),
        ref,
        subject=_("News about your number %(number)s") % {"number": number},
        foot=_(
            "You asked to be told. Nobody in the office sees your address. We never ask for your "
            "query code or for money. To stop this, open your number and choose “Tell me of news”."
        ),
        write_to=write_to,
        number=number,
        news=str(news.label),
    )


def carry(way: Way, post: Post) -> tuple[str, str]:
    """Send it; the kind of failure when it did not go, never with the address in it, and by which
    name the carrier tells later what became of it, if it does."""
    try:
        if way == Way.EMAIL:
            return _mail(post), ""
        if way == Way.WECHAT:
            return _wechat(post)
        message = {
            "kind": way.value,
            "to": post.to,
            "staff_line": post.line,
            "text": post.text,
            "ref": post.ref,
        }
        # Under our own name for it the bridge tells later that a text message did not arrive.
        return _bridge(message), post.ref if way == Way.SMS else ""
    except (OSError, ValueError, http.client.HTTPException) as error:
        return reason(error), ""


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


def _wechat(post: Post) -> tuple[str, str]:
    """A message of the account; to whom it may not write freely any more, a template message."""
    failure = wechat.say(post.to, post.text)
    template, fields = settings.WECHAT_TEMPLATE
    if failure not in wechat.NOT_FREELY or not template:
        return failure, ""
    told = {
        "number": post.number,
        "news": post.news,
        "time": f"{clock.now().astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}",
        "place": settings.LIANXIN_PLACE,
    }
    data = {field: told[what] for field, what in fields.items()}
    return wechat.fill(post.to, template, data, link=absolute("/track/"), ref=post.ref)


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
