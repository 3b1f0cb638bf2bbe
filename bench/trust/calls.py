"""What strace wrote down: system calls in order, with the bytes they carried.

The log is made with `-f -y -ttt -T -xx`: every string is in hexadecimal, so commas and brackets in
a line are strace's own.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROGRAM = shutil.which("strace")
TRACED = (
    "open,openat,creat,write,pwrite64,writev,pwritev,pwritev2,fsync,fdatasync,sync,syncfs,"
    "rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,link,linkat,symlink,symlinkat,"
    "truncate,ftruncate,fallocate,lseek,mmap,sendfile,copy_file_range,splice,io_uring_setup,"
    "recvfrom,recvmsg,sendto,sendmsg"
)
LONGEST = 4_000_000
"""Bytes of one call that are kept; a longer one would be cut, which the parser refuses."""

LINE = re.compile(r"(\d+) +(\d+\.\d+) (.*)")
WHOLE = re.compile(r"(\w+)\((.*)\)\s+= (-?\d+|\?)(.*?)(?: <(\d+\.\d+)>)?", re.DOTALL)
RESUMED = re.compile(r"<\.\.\. (\w+) resumed>(.*)", re.DOTALL)
UNFINISHED = " <unfinished ...>"
FILE = re.compile(r"(-?\w+)<([^>]*)>(\(deleted\))?")
STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')


class Unmodelled(Exception):  # noqa: N818 - it tells a fact
    """The product did something to a disk that the model does not know."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call that succeeded. `start` and `end` are seconds; `words` its arguments as written."""

    pid: int
    start: float
    end: float
    name: str
    words: list[str]
    result: int
    opened: str
    stood: Path
    """Where the process stood: what a path that is not absolute begins from."""

    def fd(self, at: int = 0) -> tuple[int, str]:
        """Number and path of a descriptor among the arguments; "" for a file already removed."""
        found = FILE.match(self.words[at])
        if not found:
            return -1, ""
        return _number(found[1]), "" if found[3] else text(found[2])

    def path(self, at: int, beside: int | None = None) -> str:
        """A path among the arguments, made absolute, from the descriptor `beside` if there is."""
        start = self.fd(beside)[1] if beside is not None else ""
        return os.path.normpath(Path(start or self.stood) / content(self.words[at]).decode())

    def bytes(self) -> bytes:
        """What was written, sent or received, of all parts."""
        if not any(word.startswith(("[", "{")) for word in self.words[1:2]):
            return content(self.words[1])
        parts = [word for word in self.words if "iov_base=" in word]
        return b"".join(content(part) for part in parts)


def command(log: Path) -> list[str]:
    """The words before a command that let strace write down what it does."""
    return [
        *(PROGRAM or "strace", "-f", "-y", "-ttt", "-T", "-xx", "-s", str(LONGEST)),
        *("--seccomp-bpf", "-e", f"trace={TRACED}", "-o", str(log), "--"),
    ]


def read(log: Path, stood: Path) -> Iterator[Call]:
    """Every call of a log that succeeded."""
    begun: dict[int, tuple[float, str]] = {}
    for line in log.read_text("ascii").splitlines():
        found = LINE.match(line)
        if not found:
            continue
        pid, moment, said = int(found[1]), float(found[2]), found[3]
        if said.endswith(UNFINISHED):
            begun[pid] = moment, said.removesuffix(UNFINISHED)
            continue
        if (resumed := RESUMED.match(said)) and pid in begun:
            moment, start = begun.pop(pid)
            said = start + resumed[2]
        if (call := _call(pid, moment, said, stood)) is not None:
            yield call


def _call(pid: int, moment: float, said: str, stood: Path) -> Call | None:
    found = WHOLE.fullmatch(said)
    if not found or found[3] == "?" or int(found[3]) < 0:
        return None
    opened = FILE.search(found[4]) or FILE.search(f"{found[3]}{found[4]}")
    return Call(
        pid=pid,
        start=moment,
        end=moment + float(found[5] or 0),
        name=found[1],
        words=found[2].split(", "),
        result=int(found[3]),
        opened=text(opened[2]) if opened else "",
        stood=stood,
    )


def text(hexadecimal: str) -> str:
    """A path as strace spells it."""
    return bytes.fromhex(hexadecimal.replace("\\x", "")).decode(errors="replace")


def content(word: str) -> bytes:
    """The bytes of a quoted string."""
    found = STRING.search(word)
    if not found:
        return b""
    if found[2]:
        raise Unmodelled(f"a call of more than {LONGEST} bytes")
    return bytes.fromhex(found[1].replace("\\x", ""))


def _number(word: str) -> int:
    return int(word) if word.lstrip("-").isdigit() else -1
