"""What goes over the vault's socket: four bytes of length, then one JSON object, each way."""

from __future__ import annotations

import json
import socket
from typing import Any, Protocol

MOST = 65_536
"""Bytes of one message."""


class Garbled(ValueError):  # noqa: N818 - reads as what happened
    """Too long, cut short, or no JSON object."""


class Source(Protocol):
    """A socket, as far as it is read from."""

    def recv(self, most: int, /) -> bytes: ...


def send(connection: socket.socket, message: dict[str, Any]) -> None:
    """One message; Garbled when it is longer than `MOST`."""
    content = json.dumps(message, ensure_ascii=False).encode()
    if len(content) > MOST:
        raise Garbled(f"{len(content)} bytes")
    connection.sendall(len(content).to_bytes(4) + content)


def receive(connection: Source) -> dict[str, Any]:
    """One message. Raises Garbled, and OSError as sockets do (a time-out is one)."""
    length = int.from_bytes(_exactly(connection, 4))
    if length > MOST:
        raise Garbled(f"{length} bytes")
    try:
        message = json.loads(_exactly(connection, length))
    except (ValueError, RecursionError) as error:
        raise Garbled("no JSON") from error
    if not isinstance(message, dict):
        raise Garbled("no object")
    return message


def _exactly(connection: Source, length: int) -> bytes:
    found = bytearray()
    while len(found) < length:
        piece = connection.recv(length - len(found))
        if not piece:
            raise Garbled("cut short")
        found += piece
    return bytes(found)
