"""Looking for marks in everything a run has left: files as raw bytes, in any usual spelling."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

MARK = "QZXCANARY"
"""Stands in every name, address, file name and photo of the made-up people, and nowhere else."""
PHONE = "19876543"
"""How all their telephone numbers begin; three digits follow."""


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


WANTED = (*spellings(MARK), *spellings(PHONE))
"""A mark or the beginning of a number in any spelling."""


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
    found = {name: count(content) for name, content in others.items()}
    for path in paths:
        found[str(path)] = count(content(path))
    return {name: times for name, times in found.items() if times}


def count(whole: bytes) -> int:
    """How many marks and numbers stand there."""
    times = 0
    for wanted in WANTED:
        at = whole.find(wanted)
        while at >= 0:
            times, at = times + 1, whole.find(wanted, at + 1)
    return times


def needles_in(paths: Iterable[Path], needles: Sequence[bytes]) -> dict[str, int]:
    """In which files some of these bytes are still found, and how many of them."""
    found: dict[str, int] = {}
    for path in paths:
        whole = content(path)
        times = sum(whole.find(needle) >= 0 for needle in needles)
        if times:
            found[str(path)] = times
    return found


def content(path: Path) -> bytes:
    """The bytes of a file; nothing of one that is gone.

    Read and not mapped: a server cuts its files while they are looked through, and whoever reads
    what was mapped behind the cut is killed.
    """
    try:
        return path.read_bytes()
    except OSError:
        return b""
