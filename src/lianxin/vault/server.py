"""The vault process: one Unix socket, five jobs, and the only process with the private keys.

Who may ask is told by the kernel (SO_PEERCRED), not by the message. What is answered never holds
more than a committed record allows: see `opening`.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import socketserver
import stat
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import Error as DatabaseError
from django.db import connections

from lianxin.vault import wire
from lianxin.vault.chores import keep_house
from lianxin.vault.doors import Local, NotOpened
from lianxin.vault.keys import KeysUnusable

AT_ONCE = 8
PATIENCE = 5.0
"""Seconds for a whole question to arrive."""
HOUSEKEEPING = 3_600.0

log = logging.getLogger("lianxin.vault")


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """Listens at `path` for processes of these users (uids)."""

    daemon_threads = True
    request_queue_size = 32

    def __init__(self, path: Path, uids: frozenset[int]) -> None:
        self.uids = uids
        self.slots = threading.BoundedSemaphore(AT_ONCE)
        self.next_round = 0.0
        _clear(path)
        before = os.umask(0o117)
        try:
            super().__init__(str(path), Question)
        finally:
            os.umask(before)

    def verify_request(self, request: Any, _address: Any) -> bool:
        """Whether the process at the other end belongs to one of the users."""
        raw = request.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        _pid, uid, _gid = struct.unpack("3i", raw)
        if uid not in self.uids:
            log.warning("the vault was asked by user %d, who may not", uid)
        return uid in self.uids

    def process_request(self, request: Any, client_address: Any) -> None:
        """Each in a thread of its own, `AT_ONCE` at most: the next waits in the queue."""
        if not self.slots.acquire(timeout=PATIENCE):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            connections.close_all()
            self.slots.release()

    def handle_error(self, _request: Any, _address: Any) -> None:
        """Nothing of a question or of what it was about goes into the log."""
        log.warning("a question to the vault could not be answered")

    def service_actions(self) -> None:
        """Every hour: keys that are due are destroyed, keys that will be needed made."""
        if time.monotonic() < self.next_round:
            return
        self.next_round = time.monotonic() + HOUSEKEEPING
        try:
            keep_house()
        except (DatabaseError, KeysUnusable) as error:
            log.error("the vault could not look after its keys: %s", type(error).__name__)
        finally:
            connections.close_all()


class Question(socketserver.BaseRequestHandler):
    """One connection, one question, one answer."""

    def handle(self) -> None:
        deadline = _Deadline(self.request, PATIENCE)
        try:
            question = wire.receive(deadline)
            answer = _answer(question)
        except (OSError, wire.Garbled):
            answer = {"error": "This is no question to the vault."}
        except NotOpened as refused:
            answer = {"refused": str(refused.why)}
        except KeysUnusable as unusable:
            answer = {"error": str(unusable)}
        except DatabaseError:
            answer = {"error": "The vault cannot reach the database."}
        with contextlib.suppress(OSError):
            self.request.settimeout(PATIENCE)
            wire.send(self.request, answer)


class _Deadline:
    """A socket whose whole question must come within so many seconds, however it trickles."""

    def __init__(self, connection: socket.socket, seconds: float) -> None:
        self.connection = connection
        self.until = time.monotonic() + seconds

    def recv(self, most: int, /) -> bytes:
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.connection.settimeout(left)
        return self.connection.recv(most)


def _answer(question: dict[str, Any]) -> dict[str, Any]:
    match question:
        case {"job": "show", "record": int(record), **rest} if not rest:
            return {"fields": Local().show(record)}
        case {"job": "compare", "record": int(record), "said": dict(said), **rest} if not rest:
            texts = {str(field): str(text)[:200] for field, text in said.items()}
            return {"agree": Local().compare(record, texts)}
        case {"job": "send", "record": int(record), "line": str(line), **rest} if not rest:
            return {"failure": Local().send(record, line[:40])}
        case {"job": "notify", "record": int(record), **rest} if not rest:
            return {"failure": Local().notify(record)}
        case {"job": "public", "month": str(month), **rest} if not rest:
            return {"key": Local().public(month).hex()}
        case _:
            raise wire.Garbled("no such job")


def run(path: Path, uids: frozenset[int], ready: Callable[[Server], None]) -> None:
    """Serve until `shutdown()` is called on what `ready` was given."""
    with Server(path, uids) as server:
        made = path.stat()
        try:
            ready(server)
            server.serve_forever(poll_interval=0.5)
        finally:
            with contextlib.suppress(OSError):
                if path.stat().st_ino == made.st_ino:
                    path.unlink()


def _clear(path: Path) -> None:
    """Remove the socket of a vault that was killed. OSError when one still listens there."""
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISSOCK(path.stat().st_mode):
            raise FileExistsError(17, "there is a file that is no socket", str(path))
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(1)
            try:
                probe.connect(str(path))
            except OSError:
                path.unlink()
                return
        raise OSError(98, "another vault process listens there", str(path))
