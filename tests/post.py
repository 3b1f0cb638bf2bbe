"""A real mail server on this machine that keeps what arrives; the fixture is `post`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from socket import socket

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django import Settings


class Postman:
    """Keeps what arrives; refuses the addresses it is told to.

    ``greeted`` counts connections; ``each``: after so many mails one is told that it is enough.
    """

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.refused: set[str] = set()
        self.greeted = 0
        self.each = 0

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, host: str, said: list[str]
    ) -> list[str]:
        self.greeted += 1
        session.host_name = host
        session.brought = 0  # type: ignore[attr-defined]
        return said

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        session.brought += 1  # type: ignore[attr-defined]
        if self.each and session.brought > self.each:  # type: ignore[attr-defined]
            return "421 enough for one connection"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.received.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@contextmanager
def listening() -> Iterator[tuple[Postman, int]]:
    """A postman and the port of this machine at which they stand."""
    postman = Postman()
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(postman, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield postman, port
    finally:
        server.stop()


@contextmanager
def delivering(settings: Settings) -> Iterator[Postman]:
    """The product's mail goes to this postman."""
    with listening() as (postman, port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_TIMEOUT = 5
        settings.SITE_URL = "https://lianxin.example"
        yield postman
