"""Looking for marks in everything a run has left: files as raw bytes, in any usual spelling."""

from __future__ import annotations

import base64
import mmap
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

MARK = "QZXCANARY"
"""Stands in every name, address, file name and photo of the made-up people, and nowhere else."""
PHONE = "19876543"
"""How all their telephone numbers begin; three digits follow."""
SHOWN = 12
"""Places to name of those where something was found."""


def spellings(text: str) -> Iterator[bytes]:
    """A text as it may lie in a file: plain, UTF-16, base64 at any offset, hexadecimal."""
    yield text.encode()
    yield text.encode("utf-16-le")
    yield text.encode("utf-16-be")
    yield text.encode().hex().encode()
    for offset, cut in enumerate((0, 2, 3)):
        padded = b"\0" * offset + text.encode()
        # What follows the text is not known: only the letters that stand for it alone.
        yield base64.b64encode(padded)[cut : len(padded) * 8 // 6]


def pattern() -> re.Pattern[bytes]:
    """Finds a mark or the beginning of a number in any spelling."""
    found = [*spellings(MARK), *spellings(PHONE)]
    return re.compile(b"|".join(map(re.escape, found)))


def files_under(*folders: Path) -> list[Path]:
    """Every file that can be read: databases with their logs, photos, mails, what was left over."""
    return [
        path
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    ]


def marks_in(paths: Iterable[Path], others: Mapping[str, bytes]) -> dict[str, int]:
    """Where marks were found and how many: in files, and in other things by their names."""
    wanted = pattern()
    found = {name: len(wanted.findall(content)) for name, content in others.items()}
    for path in paths:
        found[str(path)] = sum(1 for _ in wanted.finditer(content(path)))
    return {name: count for name, count in found.items() if count}


def needles_in(paths: Iterable[Path], needles: Sequence[bytes]) -> dict[str, int]:
    """In which files some of these bytes are still found, and how many of them."""
    found: dict[str, int] = {}
    for path in paths:
        whole = content(path)
        count = sum(whole.find(needle) >= 0 for needle in needles)
        if count:
            found[str(path)] = count
    return found


def content(path: Path) -> mmap.mmap | bytes:
    """The bytes of a file; nothing of one that is gone or empty."""
    try:
        with path.open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError):
        return b""
