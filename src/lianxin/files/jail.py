"""The process in which strangers' files are read, and how it is asked.

Each process of ours keeps one helper (`inside`), started when the first file comes: it has read
the picture library and forks for every file, which costs milliseconds where starting Python would
cost more than the picture. The child has limits on memory, time and output, no environment of
ours, and no network and no files where the system allows it (`walls`).
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import Any, Final

COMMAND: Final = (sys.executable, "-I", "-m", "lianxin.files.inside")
MOST_SAID: Final = 10_000
TRIES: Final = 3


@dataclass
class _Helper:
    """A running helper: our end of the socket, and what it could shut itself off from."""

    process: subprocess.Popen[bytes]
    control: socket.socket
    walls: frozenset[str]
    owner: int

    @property
    def usable(self) -> bool:
        return self.owner == os.getpid() and self.process.poll() is None


_lock = threading.Lock()
_running: list[_Helper] = []


def walls() -> frozenset[str]:
    """What the process cannot reach on this machine: "network", "files"."""
    with _lock:
        return _helper().walls


def run(source: int, result: int, *, seconds: float) -> dict[str, Any]:
    """Clean the file behind `source` into `result` (descriptors); what was found, or a "fault".

    The child is killed, with all it started, when `seconds` are over. One that dies without a word
    may have been killed for another's sake, by a machine short of memory, and so may a helper that
    starts: others try before the file is called damaged. When none ever started it is not the file.
    """
    until = time.monotonic() + seconds
    fault = "too_slow"
    for _try in range(TRIES):
        if time.monotonic() > until:
            return {"fault": "too_slow"}
        try:
            said = _once(source, result, until)
        except NotStarted:
            continue
        if said is not None:
            return said
        fault = "damaged"
        os.ftruncate(result, 0)
        os.lseek(result, 0, os.SEEK_SET)
        os.lseek(source, 0, os.SEEK_SET)
    return {"fault": fault}


class NotStarted(RuntimeError):  # noqa: N818 - reads as what happened
    """The helper came to its end before it said a word."""


def _once(source: int, result: int, until: float) -> dict[str, Any] | None:
    """What one child found; None when it died without a word."""
    report, theirs = os.pipe()
    try:
        _ask([source, result, theirs])
    except BaseException:
        os.close(report)
        raise
    finally:
        os.close(theirs)
    with os.fdopen(report, "rb", buffering=0) as pipe:
        said, ended = _listen(pipe.fileno(), until)
        if not ended:
            _kill(said)
            return {"fault": "too_slow"}
    _pid, _line, answer = said.partition(b"\n")
    try:
        found = json.loads(answer)
    except ValueError:
        return None
    return found if isinstance(found, dict) else {"fault": "damaged"}


def _ask(descriptors: list[int]) -> None:
    with _lock:
        try:
            socket.send_fds(_helper().control, [b"."], descriptors)
        except OSError as error:
            # It was killed between two files. The next try starts another.
            _stop()
            raise NotStarted("the process that reads files is gone") from error


def _helper() -> _Helper:
    if _running and not _running[0].usable:
        _stop()
    if not _running:
        _running.append(_start())
    return _running[0]


def _start() -> _Helper:
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            COMMAND,
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            start_new_session=True,
        )
    ours.settimeout(30)
    with contextlib.suppress(OSError):
        if said := ours.recv(100):
            return _Helper(process, ours, frozenset(said.decode().split()), os.getpid())
    ours.close()
    process.kill()
    process.wait()
    raise NotStarted("the process that reads files does not start")


def _stop() -> None:
    while _running:
        helper = _running.pop()
        helper.control.close()
        if helper.owner == os.getpid():
            helper.process.kill()
            helper.process.wait()


atexit.register(_stop)


def _listen(pipe: int, until: float) -> tuple[bytes, bool]:
    """What the child said, and whether it came to an end in time."""
    said = b""
    poll = select.poll()
    poll.register(pipe, select.POLLIN | select.POLLHUP)
    while (left := until - time.monotonic()) > 0 and len(said) < MOST_SAID:
        if poll.poll(left * 1000):
            more = os.read(pipe, MOST_SAID)
            if not more:
                return said, True
            said += more
    return said, False


def _kill(said: bytes) -> None:
    """End the child and its group. It still holds the pipe, so the number is still its own."""
    number = said.partition(b"\n")[0]
    if number.isdigit() and int(number) > 1:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(int(number), signal.SIGKILL)
        return
    # It never came so far as to say who it is: the helper hangs, and goes with all its children.
    with _lock:
        _stop()
