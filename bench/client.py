"""A closed-loop HTTP client that costs far less than the servers it measures.

Each virtual user is one kept-alive connection that sends its next request when the answer to the
last has come. One thread, ready-made bytes, no parsing beyond status and length.
"""

from __future__ import annotations

import re
import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
LAST_CHUNK = b"0\r\n\r\n"
COOKIE = re.compile(rb"\r\nset-cookie: *([^=\s]+)=([^;\r]*)", re.IGNORECASE)
TIMEOUT = 30.0
Request = Callable[[], bytes]


@dataclass
class Answer:
    """One answer, as bytes; a body in chunks still has the marks between them."""

    status: int
    head: bytes
    body: bytes

    def cookies(self) -> str:
        """What it set, as a Cookie header."""
        return "; ".join(f"{n.decode()}={v.decode()}" for n, v in COOKIE.findall(self.head))


@dataclass
class Load:
    """What one run of `load` saw: seconds a request, and answers that were not wanted."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    wrong: int = 0
    first_wrong: str = ""

    @property
    def per_second(self) -> float:
        return len(self.times) / self.seconds if self.seconds else 0.0

    def milliseconds(self, share: float) -> float:
        """The percentile, e.g. 0.99, in ms."""
        return percentile(self.times, share) * 1000


def percentile(times: list[float], share: float) -> float:
    """The value below which this share of the times lies."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def get(path: str, *, port: int, cookies: str = "", close: bool = False, token: str = "") -> bytes:
    """A GET request as bytes; a token goes along as Django REST framework asks for it."""
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
    head += f"Authorization: Token {token}\r\n" if token else ""
    head += f"Cookie: {cookies}\r\n" if cookies else ""
    return (head + ("Connection: close\r\n" if close else "") + "\r\n").encode()


def post(path: str, fields: dict[str, str], *, port: int, cookies: str, token: str = "") -> bytes:
    """A form as bytes; with a token as above."""
    body = urlencode(fields).encode()
    known = f"Authorization: Token {token}\r\n" if token else ""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookies}\r\n{known}"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def upload(
    path: str, fields: dict[str, str], file: tuple[str, bytes], *, port: int, cookies: str
) -> bytes:
    """A form with one JPEG, named by its field, as bytes."""
    edge = "lianxin-edge-of-a-part"
    name, content = file
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        for field, value in fields.items()
    ]
    parts.append(
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="a.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    body = "".join(parts).encode() + content + f"\r\n--{edge}--\r\n".encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookies}\r\n"
        f"Content-Type: multipart/form-data; boundary={edge}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def ask(request: bytes, *, port: int) -> Answer:
    """Send one request on a connection of its own."""
    with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT) as line:
        line.sendall(request)
        buffer = b""
        while (answer := _parse(buffer)) is None:
            part = line.recv(262_144)
            if not part:
                raise ConnectionError("the server closed the connection")
            buffer += part
    return answer


def _parse(buffer: bytes) -> Answer | None:
    """The whole answer, or None while some of it is still on its way."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = buffer[:end]
    body = buffer[end + 4 :]
    if found := LENGTH.search(head):
        whole = len(body) >= int(found[1])
    elif CHUNKED.search(head):
        whole = body.endswith(LAST_CHUNK)
    else:
        raise ConnectionError("an answer without its length")
    return Answer(int(head[9:12]), head, body) if whole else None


@dataclass
class _User:
    line: socket.socket
    request: Request
    buffer: bytes = b""
    sent_at: float = 0.0

    def send(self) -> None:
        self.line.sendall(self.request())
        self.sent_at = time.perf_counter()


def load(users: list[Request], *, port: int, seconds: float, wanted: int) -> Load:
    """Let every user ask again and again for so long; answers other than `wanted` are wrong."""
    result = Load()
    chooser = selectors.DefaultSelector()
    lines = [socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT) for _ in users]
    try:
        started = time.perf_counter()
        for line, request in zip(lines, users, strict=True):
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            user = _User(line, request)
            chooser.register(line, selectors.EVENT_READ, user)
            user.send()
        waiting = len(users)
        while waiting:
            events = chooser.select(TIMEOUT)
            if not events:
                raise TimeoutError(f"{waiting} answers did not come within {TIMEOUT:.0f} s")
            for key, _mask in events:
                if _received(key.data, result, wanted):
                    if time.perf_counter() - started < seconds:
                        key.data.send()
                    else:
                        waiting -= 1
        result.seconds = time.perf_counter() - started
    finally:
        chooser.close()
        for line in lines:
            line.close()
    return result


def _received(user: _User, result: Load, wanted: int) -> bool:
    """Take what has come; true when that was the end of an answer."""
    part = user.line.recv(262_144)
    if not part:
        raise ConnectionError("the server closed a connection")
    user.buffer += part
    answer = _parse(user.buffer)
    if answer is None:
        return False
    user.buffer = b""
    if answer.status == wanted:
        result.times.append(time.perf_counter() - user.sent_at)
    else:
        result.wrong += 1
        result.first_wrong = result.first_wrong or f"{answer.status}: {answer.body[:300]!r}"
    return True
