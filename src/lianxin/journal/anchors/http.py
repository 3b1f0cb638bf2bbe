"""One POST to another machine: no redirects, a bounded answer, an end in any case."""

from __future__ import annotations

import http.client
import socket
import threading
from contextlib import suppress
from urllib.parse import SplitResult, urlsplit

PATIENCE, AT_MOST = 5.0, 15.0
"""Seconds without a byte; seconds altogether."""
LARGEST = 64_000
FINE = (200, 201, 202)


class NotKept(OSError):  # noqa: N818 - reads as what happened
    """The other side did not say that it keeps it; the message is the reason, with no body."""


def post(url: str, body: bytes, *, content: str) -> bytes:
    """Send it; the answer's body. Raises NotKept, OSError or ValueError."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=PATIENCE)
    late = threading.Event()
    try:
        connection.connect()
        watch = threading.Timer(AT_MOST, _cut, (connection.sock, late))
        watch.daemon = True
        watch.start()
        try:
            found = _answer(connection, parts, body, content)
        finally:
            watch.cancel()
    except http.client.HTTPException as error:
        raise NotKept(f"not HTTP: {type(error).__name__}") from error
    finally:
        connection.close()
    if late.is_set():
        raise NotKept(f"took more than {AT_MOST:g} seconds")
    return found


def _answer(
    connection: http.client.HTTPConnection, parts: SplitResult, body: bytes, content: str
) -> bytes:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.request("POST", target, body, {"Content-Type": content, "Connection": "close"})
    answer = connection.getresponse()
    if answer.status not in FINE:
        raise NotKept(f"answered {answer.status}")
    found = answer.read(LARGEST + 1)
    if len(found) > LARGEST:
        raise NotKept(f"answered more than {LARGEST} bytes")
    return found


def _cut(connected: socket.socket, late: threading.Event) -> None:
    # A read that waits for a drop every few seconds ends only when the socket does, and then looks
    # like one that came to its end.
    late.set()
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)
