"""A small clamd: speaks PING and INSTREAM over TCP, and knows one virus."""

from __future__ import annotations

import socketserver
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class _Clamd(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        command = b""
        while not command.endswith((b"\n", b"\0")):
            command += self.rfile.read(1)
        end = command[-1:]
        if command[1:-1] == b"PING":
            self.wfile.write(b"PONG" + end)
        elif command[1:-1] == b"INSTREAM":
            content = b""
            while size := struct.unpack("!L", self.rfile.read(4))[0]:
                content += self.rfile.read(size)
            self.server.seen.append(content)  # type: ignore[attr-defined]
            found = EICAR in content
            said = b"stream: Eicar-Test-Signature FOUND" if found else b"stream: OK"
            self.wfile.write(said + end)


class Clamd(socketserver.ThreadingTCPServer):
    """The server, and every file it has seen."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Clamd)
        self.seen: list[bytes] = []

    @property
    def address(self) -> str:
        """As LIANXIN_CLAMD wants it."""
        return f"127.0.0.1:{self.server_address[1]}"


@contextmanager
def clamd() -> Iterator[Clamd]:
    """A running scanner."""
    with Clamd() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
