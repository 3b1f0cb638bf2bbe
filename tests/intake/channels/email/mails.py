"""Mails as people, machines and attackers write them."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import make_msgid
from types import MappingProxyType

TO = "lianxin@town.example"
ADDRESS = "wang.guilan@example.org"
WORDS = "东关大街12号楼的水管漏水三天了，没有人来修。"


def mail(
    text: str = WORDS,
    *,
    sender: str = f"王桂兰 <{ADDRESS}>",
    to: str = TO,
    subject: str = "水管漏水",
    files: tuple[tuple[str, bytes, str], ...] = (),
    html: str = "",
    headers: Mapping[str, str] = MappingProxyType({}),
) -> EmailMessage:
    """A mail of a person; `files` are name, content and media type."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"] = make_msgid(domain="example.org")
    for name, value in headers.items():
        message[name] = value
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    for name, content, kind in files:
        main, _slash, sub = kind.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message


def bounce(of: EmailMessage, to: str) -> bytes:
    """A report that a mail could not be delivered (RFC 3464)."""
    lines = [
        "From: Mail Delivery System <MAILER-DAEMON@example.org>", f"To: {to}",
        "Return-Path: <>", "Subject: Undelivered Mail Returned to Sender",
        "Auto-Submitted: auto-replied", "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"', "",
        "--b", "Content-Type: text/plain", "", "no such mailbox", "",
        "--b", "Content-Type: message/delivery-status", "",
        "Reporting-MTA: dns; example.org", "", f"Final-Recipient: rfc822; {of['To']}",
        "Action: failed", "Status: 5.1.1", "",
        "--b", "Content-Type: text/rfc822-headers", "",
        f"Message-ID: {of['Message-ID']}", f"Subject: {of['Subject']}", "", "--b--", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode()
