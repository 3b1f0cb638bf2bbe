"""What a mail says: who sent it, to which thread, its own words, its files, and whether it is one
of a machine (RFC 3834, RFC 3464).

Nothing here trusts a mail: what cannot be decoded is replaced, what is nested too deep is refused.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import Header, decode_header
from email.message import Message
from email.utils import parseaddr
from html.parser import HTMLParser

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from lianxin.kernel import words
from lianxin.ui.posting import ABOVE

MOST_BYTES = 40 * 1024 * 1024
MOST_PARTS = 200
DEEPEST = 20
LOGO = 12 * 1024
"""A picture in the text smaller than this is an ornament of somebody's signature."""
TOKEN = "[a-z2-7]{16}"
QUOTES = re.compile(
    r"^(?:>|-{3,}\s*(?:original message|原始邮件|转发邮件|forwarded message)"
    r"|on .{4,120} wrote:\s*$|在.{4,120}(?:写道|寫道)[:：]\s*$|.{4,80}于.{4,60}写道[:：]\s*$"
    r"|(?:发件人|寄件者|寄件人|from)\s*[:：]|_{10,}\s*$)",
    re.IGNORECASE,
)
CHARSETS = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "unicode": "utf-8"}
"""What mails call themselves, and what reads all that is meant by it."""


NO_MAIL = (LookupError, ValueError, TypeError, AttributeError, AssertionError)
"""What the parsers of mails and of HTML raise for what is neither."""


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
    except (*NO_MAIL, RecursionError) as error:
        raise Unreadable(type(error).__name__) from None


def _arrived(message: Message, parts: list[Message]) -> Arrived:
    # Read before it is decoded: what stands in a name is no address.
    name, sender = parseaddr(_undecoded(message.get("From", ""))[:2_000])
    sender, subject = sender.strip().lower(), _header(message, "Subject")
    report = message.get_content_type() == "multipart/report"
    bounce = report and _has_failed(parts)
    automatic = report or _automatic(message) or _from_a_mail_server(sender)
    if not _is_address(sender) and not automatic:
        raise Unreadable("nobody to answer")
    text = _text(message)
    token = _token(message, raw=_original(parts) if bounce else "")
    own = _own_words(text, sender) if token or ABOVE in text else text
    enclosed = tuple(_files(parts))
    message_id = _header(message, "Message-ID")[:200]
    return Arrived(
        sender=sender,
        name=words.clean(_plain_header(name)).strip()[:40],
        subject=words.clean(subject).strip()[:120],
        text=words.clean(own).strip(),
        files=enclosed,
        token=token,
        message_id=message_id,
        automatic=automatic,
        bounce=bounce,
        digest=_digest(sender, subject, text, message_id or _header(message, "Date"), enclosed),
    )


def _digest(sender: str, subject: str, text: str, named: str, enclosed: Sequence[Enclosed]) -> str:
    """The same for a mail that is delivered again, and for no other."""
    found = hashlib.sha256()
    for part in (sender, subject, text, named):
        found.update(part.encode("utf-8", "replace") + b"\0")
    for file in enclosed:
        found.update(hashlib.sha256(file.content).digest())
    return found.hexdigest()


def _parts(message: Message) -> Iterator[Message]:
    """Every part that is no container, the outer ones first; not what lies in a forwarded mail."""
    count = 0
    todo = [(message, 0)]
    while todo:
        part, depth = todo.pop()
        count += 1
        if count > MOST_PARTS or depth > DEEPEST:
            raise Unreadable("too many parts")
        if _is_box(part, depth):
            boxed = [one for one in part.get_payload() if isinstance(one, Message)]
            todo += [(one, depth + 1) for one in reversed(boxed)]
        else:
            yield part


def _is_box(part: Message, depth: int) -> bool:
    # A forwarded mail and the report of a mail server are read by nobody but themselves.
    return part.is_multipart() and not (depth and part.get_content_maintype() == "message")


def _header(message: Message, name: str) -> str:
    """A header in plain characters, on one line."""
    return _plain_header(_undecoded(message.get(name, ""))[:4_000])


def _undecoded(value: object) -> str:
    """A header as it stands; bytes that nobody encoded are read as what they most likely are."""
    if not isinstance(value, Header):
        return str(value)
    return "".join(
        part if isinstance(part, str) else _decoded(part, charset)
        for part, charset in decode_header(value)
    )


def _plain_header(text: str) -> str:
    found = []
    try:
        for part, charset in decode_header(text):
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


def _text(part: Message, depth: int = 0) -> str:
    """What a mail says: of two forms of the same the plain one, of HTML what one would read."""
    if _is_box(part, depth):
        boxed = [one for one in part.get_payload() if isinstance(one, Message)]
        if part.get_content_type() == "multipart/alternative":
            plain = [one for one in boxed if one.get_content_type() == "text/plain"]
            forms = [_text(one, depth + 1) for one in [*plain, *boxed]]
            return next((form for form in forms if form.strip()), "")
        return "\n".join(filter(None, (_text(one, depth + 1) for one in boxed)))
    if part.get_content_disposition() == "attachment":
        return ""
    if part.get_content_type() == "text/plain":
        return _body(part)
    return _plain(_body(part)) if part.get_content_type() == "text/html" else ""


class _Plain(HTMLParser):
    BREAKS = frozenset(("br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "blockquote"))
    SILENT = frozenset(("script", "style", "head", "title"))

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self.silent = 0 if tag == "body" else self.silent + (tag in self.SILENT)
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


def _own_words(text: str, sender: str) -> str:
    """What was written, without what it quotes; if nothing is left, all of it without the marks.

    Nobody's address stays in it: whoever deals with the matter may read these words and not know
    who wrote them.
    """
    kept: list[str] = []
    for line in text.partition(ABOVE)[0].splitlines():
        if line.lstrip().startswith(">"):
            continue
        if QUOTES.match(line.strip()) or _names_us(line):
            break
        kept.append(line)
    own = "\n".join(kept).strip()
    if not own:
        unquoted = [line for line in text.splitlines() if not line.lstrip().startswith(">")]
        own = "\n".join(unquoted or text.splitlines())
    return _without_addresses(own, sender)


def _names_us(line: str) -> bool:
    return bool(settings.MAIL_ADDRESS) and bool(re.search(_ours(), line, re.IGNORECASE))


def _ours() -> str:
    local, _at, domain = settings.MAIL_ADDRESS.partition("@")
    return rf"\b{re.escape(local)}(?:\+({TOKEN}))?@{re.escape(domain)}\b"


def _without_addresses(text: str, sender: str) -> str:
    if settings.MAIL_ADDRESS:
        text = re.sub(_ours(), "…", text, flags=re.IGNORECASE)
    return re.sub(re.escape(sender), "…", text, flags=re.IGNORECASE) if sender else text


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
        yield Enclosed(
            words.clean(_plain_header(str(part.get_filename() or "")[:400]))[:80], content
        )


def _token(message: Message, *, raw: str) -> str:
    """The token of the thread, from the address it came to or from what it answers."""
    if not settings.MAIL_ADDRESS:
        return ""
    to = " ".join(_header(message, n) for n in ("Delivered-To", "X-Original-To", "To", "Cc"))
    for there in re.finditer(_ours(), to.lower()):
        if there[1]:
            return there[1]
    before = " ".join([_header(message, "In-Reply-To"), _header(message, "References"), raw])
    found = re.search(rf"lianxin\.({TOKEN})\.", before.lower())
    return found[1] if found else ""


def _original(parts: list[Message]) -> str:
    """The headers of the mail that came back, as the report quotes them."""
    quoted = ("message/rfc822", "text/rfc822-headers", "message/delivery-status")
    return "\n".join(str(part)[:20_000] for part in parts if part.get_content_type() in quoted)


def _has_failed(parts: list[Message]) -> bool:
    """Whether a report says that a mail will not arrive: not that it is late, or was read."""
    told = [str(part) for part in parts if part.get_content_type() == "message/delivery-status"]
    return any(re.search(r"^action:\s*failed", text, re.I | re.M) for text in told)


def _automatic(message: Message) -> bool:
    said = _header(message, "Auto-Submitted").lower()
    bulk = _header(message, "Precedence").lower() in ("bulk", "junk", "list", "auto_reply")
    returned = message.get("Return-Path")
    nobody = returned is not None and str(returned).strip() == "<>"
    machines = ("X-Autoreply", "X-Autorespond", "List-Id")
    return said not in ("", "no") or bulk or nobody or any(message.get(name) for name in machines)


def _from_a_mail_server(sender: str) -> bool:
    return sender.partition("@")[0] in ("mailer-daemon", "postmaster")


def _is_address(sender: str) -> bool:
    try:
        validate_email(sender)
    except ValidationError:
        return False
    return len(sender) <= 120
