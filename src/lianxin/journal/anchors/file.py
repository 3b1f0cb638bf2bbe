"""The anchor file: lines that are only ever added, best on another machine's disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

LONGEST_LINE = 64_000


def keep(line: str) -> str:
    """Add the line, durably; the receipt is the path."""
    path: Path = settings.ANCHOR_FILE
    append(path, line)
    return str(path)


def append(path: Path, line: str) -> None:
    """Add a line and see it on disk. Needs no right but to append (chattr +a)."""
    new = not path.exists()
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    with os.fdopen(handle, "wb", buffering=0) as file:
        # A line that a power cut tore must not swallow the next one.
        torn = b"" if new or _ends_in_newline(path) else b"\n"
        file.write(torn + line.encode("ascii") + b"\n")
        os.fsync(file.fileno())
    if new:
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def lines(path: Path) -> Iterator[str]:
    """The lines of such a file, one after the other; what is no text is passed over by readers."""
    with path.open(encoding="ascii", errors="replace") as file:
        while line := file.readline(LONGEST_LINE):
            yield line.rstrip("\r\n")


def last_line(path: Path) -> str:
    """The last whole line that begins like a checkpoint; "" when there is none."""
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - LONGEST_LINE))
        tail = file.read().decode("ascii", "replace").splitlines()
    return next((line for line in reversed(tail) if line.endswith("}")), "")


def _ends_in_newline(path: Path) -> bool:
    with path.open("rb") as file:
        if not file.seek(0, os.SEEK_END):
            return True
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
