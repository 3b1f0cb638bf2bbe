"""What a mail says: who sent it, to which thread, its own words, its files, and whether it is one
of a machine (RFC 3834, RFC 3464).

Nothing here trusts a mail: what cannot be decoded is replaced, what is nested too deep is refused.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parseaddr
from html.parser import HTMLParser

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from lianxin.kernel import words
from lianxin.ui.posting import ABOVE

MOST_BYTES = 40 * 1024 * 1024
MOST_PARTS = 200
LOGO = 12 * 1024
"""A picture in the text smaller than this is an ornament of somebody's signature."""
TOKEN = "[a-z2-7]{16}"
QUOTES = re.compile(
    r"^(?:>|-{3,}\s*(?:original message|原始邮件|转发邮件|forwarded message)"
    r"|on .{4,120} wrote:\s*$|在.{4,120}(?:写道|寫道)[:：]\s*$|.{4,80}于.{4,60}写道[:：]\s*$"
    r"|_{10,}\s*$)",
    re.IGNORECASE,
)
CHARSETS = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "unicode": "utf-8"}
"""What mails call themselves, and what reads all that is meant by it."""


class Unreadable(Exception):  # noqa: N818 - what it says about the mail
    """It is no mail, too large, or built to do harm."""


@dataclass(frozen=True)
class Enclosed:
    """A file of a mail as it came."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Arrived:
    """A mail, read. ``text``: its own words without what it quotes of ours."""

    sender: str
    name: str
    subject: str
    text: str
    files: tuple[Enclosed, ...]
    token: str
    message_id: str
    automatic: bool
    bounce: bool
    digest: str


def read(raw: bytes) -> Arrived:
    """Read a mail. Raises Unreadable."""
    if len(raw) > MOST_BYTES:
        raise Unreadable("too large")
    try:
        message = message_from_bytes(raw)
        parts = list(_parts(message))
        return _arrived(message, parts)
    except (RecursionError, LookupError, ValueError, TypeError, AttributeError) as error:
        # email's parser raises these for what no mail is; the mail is kept aside, not lost.
        raise Unreadable(type(error).__name__) from None


def _arrived(message: Message, parts: list[Message]) -> Arrived:
    name, sender = parseaddr(_header(message, "From"))
    sender, subject = sender.strip().lower(), _header(message, "Subject")
    bounce = message.get_content_type() == "multipart/report" or _from_a_mail_server(sender)
    text = _text(parts)
    token = _token(message, raw=_original(parts) if bounce else "")
    own = _own_words(text) if token or ABOVE in text else text.strip()
    message_id = _header(message, "Message-ID")[:200]
    same = "\n".join([message_id or _header(message, "Date"), subject, text])
    return Arrived(
        sender=sender if _is_address(sender) else "",
        name=words.clean(name).strip()[:40],
        subject=words.clean(subject).strip()[:120],
        text=words.clean(own).strip(),
        files=tuple(_files(parts)),
        token=token,
        message_id=message_id,
        automatic=_automatic(message),
        bounce=bounce,
        digest=hashlib.sha256(same.encode("utf-8", "replace")).hexdigest(),
    )


def _parts(message: Message, depth: int = 0) -> Iterator[Message]:
    """Every part that is no container, the outer ones first; not what lies in a forwarded mail."""
    if depth > 20:
        raise Unreadable("nested too deep")
    if message.get_content_type() == "message/rfc822" and depth:
        yield message
        return
    if not message.is_multipart():
        yield message
        return
    for count, part in enumerate(message.get_payload()):
        if count >= MOST_PARTS:
            raise Unreadable("too many parts")
        if isinstance(part, Message):
            yield from _parts(part, depth + 1)


def _header(message: Message, name: str) -> str:
    """A header in plain characters, on one line."""
    found = []
    try:
        for part, charset in decode_header(str(message.get(name, ""))[:4_000]):
            found.append(_decoded(part, charset) if isinstance(part, bytes) else part)
    except (HeaderParseError, ValueError):
        return ""
    return " ".join("".join(found).split())


def _decoded(content: bytes, charset: str | None) -> str:
    label = (charset or "utf-8").strip("'\" ").lower()
    for known in (CHARSETS.get(label, label), "utf-8", "gb18030"):
        try:
            return content.decode(known)
        except (LookupError, ValueError):
            continue
    return content.decode("utf-8", "replace")


def _body(part: Message) -> str:
    content = part.get_payload(decode=True)
    return _decoded(content, part.get_content_charset()) if isinstance(content, bytes) else ""


def _text(parts: list[Message]) -> str:
    """The plain text; of a mail that has none, what its HTML says."""
    shown = [part for part in parts if part.get_content_disposition() != "attachment"]
    plain = [_body(part) for part in shown if part.get_content_type() == "text/plain"]
    if any(text.strip() for text in plain):
        return "\n".join(plain)
    return "\n".join(_plain(_body(p)) for p in shown if p.get_content_type() == "text/html")


class _Plain(HTMLParser):
    BREAKS = frozenset(("br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "blockquote"))
    SILENT = frozenset(("script", "style", "head", "title"))

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in self.SILENT
        if tag in self.BREAKS:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in self.SILENT and self.silent > 0
        if tag in self.BREAKS:
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.said.append(re.sub(r"\s+", " ", data))


def _plain(page: str) -> str:
    reader = _Plain()
    reader.feed(page[:2_000_000])
    reader.close()
    text = html.unescape("".join(reader.said)).replace("\xa0", " ")
    return re.sub(r"\n\s*\n+", "\n\n", text)


def _own_words(text: str) -> str:
    """What was written, without what is quoted below it or between."""
    text = text.partition(ABOVE)[0]
    kept: list[str] = []
    for line in text.splitlines():
        if QUOTES.match(line.strip()):
            if line.lstrip().startswith(">"):
                continue
            break
        kept.append(line)
    return "\n".join(kept).strip()


def _files(parts: list[Message]) -> Iterator[Enclosed]:
    for part in parts:
        kind, disposition = part.get_content_type(), part.get_content_disposition()
        if kind == "message/rfc822":
            yield Enclosed("message.eml", b"")
            continue
        if disposition != "attachment" and kind in ("text/plain", "text/html"):
            continue
        if kind in ("message/delivery-status", "text/rfc822-headers", "text/calendar"):
            continue
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes) or not content:
            continue
        if disposition != "attachment" and kind.startswith("image/") and len(content) < LOGO:
            continue
        yield Enclosed(words.clean(_header_name(part))[:80], content)


def _header_name(part: Message) -> str:
    name = part.get_filename() or ""
    try:
        found = [
            _decoded(piece, charset) if isinstance(piece, bytes) else piece
            for piece, charset in decode_header(str(name)[:400])
        ]
    except (HeaderParseError, ValueError):
        return ""
    return " ".join("".join(found).split())


def _token(message: Message, *, raw: str) -> str:
    """The token of the thread, from the address it came to or from what it answers."""
    local, _at, domain = settings.MAIL_ADDRESS.partition("@")
    if not domain:
        return ""
    to = [_header(message, name) for name in ("Delivered-To", "X-Original-To", "To", "Cc")]
    for _name, address in getaddresses(to):
        there = re.fullmatch(
            rf"{re.escape(local)}\+({TOKEN})@{re.escape(domain)}", address.strip().lower()
        )
        if there:
            return there[1]
    before = " ".join([_header(message, "In-Reply-To"), _header(message, "References"), raw])
    found = re.search(rf"lianxin\.({TOKEN})\.", before.lower())
    return found[1] if found else ""


def _original(parts: list[Message]) -> str:
    """The headers of the mail that came back, as the report quotes them."""
    quoted = ("message/rfc822", "text/rfc822-headers", "message/delivery-status")
    return "\n".join(str(part)[:20_000] for part in parts if part.get_content_type() in quoted)


def _automatic(message: Message) -> bool:
    said = _header(message, "Auto-Submitted").lower()
    bulk = _header(message, "Precedence").lower() in ("bulk", "junk", "list", "auto_reply")
    answers = ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress", "List-Id")
    returned = message.get("Return-Path")
    nobody = returned is not None and str(returned).strip() == "<>"
    return said not in ("", "no") or bulk or nobody or any(message.get(name) for name in answers)


def _from_a_mail_server(sender: str) -> bool:
    return sender.partition("@")[0] in ("mailer-daemon", "postmaster")


def _is_address(sender: str) -> bool:
    try:
        validate_email(sender)
    except ValidationError:
        return False
    return len(sender) <= 120
