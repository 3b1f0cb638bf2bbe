"""The program that reads strangers' files, one short-lived child for each. Run by `jail`.

It waits on standard input, a socket, for three descriptors: the file, where the copy goes, where to
say what it was. A child says its number first, then one JSON object, and is gone.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import signal
import socket
import sys
import tempfile
from typing import Any, Final

from lianxin.files import pictures
from lianxin.files.kinds import HEAD, Unfit, family_of

MEMORY: Final = 512 << 20
"""Bytes of address space of a child: 100 million are the libraries."""
SECONDS: Final = 20
"""Seconds of processor time."""
WRITTEN: Final = 60_000_000
"""Bytes of a copy."""
DESCRIPTORS: Final = 32

_NEW_USERS, _NEW_NETWORK = 0x10000000, 0x40000000
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _PR_SET_DUMPABLE = 1, 38, 4
_CAPSET_VERSION_3 = 0x20080522


def main() -> None:
    """Serve until whoever started us is gone."""
    control = socket.socket(fileno=os.dup(0))
    nowhere = _nowhere()
    control.sendall(" ".join(["cleaner", *_shut_off(nowhere)]).encode())
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        asked, descriptors, _flags, _address = socket.recv_fds(control, 1, 3)
        if not asked:
            return
        if len(descriptors) == 3 and os.fork() == 0:
            control.close()
            source, result, report = descriptors
            _child(source, result, report, nowhere)
        for descriptor in descriptors:
            os.close(descriptor)


def _child(source: int, result: int, report: int, nowhere: int) -> None:
    try:
        os.setsid()
        os.write(report, b"%d\n" % os.getpid())
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _limit()
        said = _cleaned(source, result, nowhere)
        os.write(report, json.dumps(said).encode())
    finally:
        os._exit(0)


def _limit() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, WRITTEN),
        (resource.RLIMIT_NOFILE, DESCRIPTORS),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(what, (most, most))


def _cleaned(source: int, result: int, nowhere: int) -> dict[str, Any]:
    """What the copy is; or why there is none. Hostile files make parsers raise nearly anything."""
    try:
        os.lseek(source, 0, os.SEEK_SET)
        family = family_of(os.pread(source, HEAD, 0))
        cleaner = _cleaner(family)
        _shut_in(nowhere)
        with os.fdopen(source, "rb") as given, os.fdopen(result, "w+b") as copy:
            said: dict[str, Any] = cleaner(given, copy, family)
            copy.flush()
        return said
    except Unfit as unfit:
        return {"fault": unfit.fault}
    except MemoryError:
        return {"fault": "too_large"}
    except BaseException:
        return {"fault": "damaged"}


def _cleaner(family: str) -> Any:
    """The function for a family; what it needs is loaded before the files are out of reach."""
    if family in pictures.FAMILIES:
        pictures.load(family)
        return pictures.clean
    if family == "pdf":
        from lianxin.files import documents

        return documents.clean
    from lianxin.files import media

    return media.clean


# --- walls ---------------------------------------------------------------------------------------
def _nowhere() -> int:
    """A folder that is in no other folder any more, open."""
    folder = tempfile.mkdtemp(dir="/tmp")
    descriptor = os.open(folder, os.O_RDONLY)
    os.rmdir(folder)
    return descriptor


def _shut_off(nowhere: int) -> list[str]:
    """Leave the network, and try whether a child can leave the files; what could be left."""
    if not sys.platform.startswith("linux"):
        return []
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    own = libc.unshare(_NEW_USERS | _NEW_NETWORK) == 0 or libc.unshare(_NEW_NETWORK) == 0
    tried = os.fork()
    if tried == 0:
        os._exit(0 if _shut_in(nowhere) else 1)
    closed = os.waitstatus_to_exitcode(os.waitpid(tried, 0)[1]) == 0
    return ["network"] * own + ["files"] * closed


def _shut_in(nowhere: int) -> bool:
    """Make the empty folder all there is, and give up the right to change that."""
    try:
        os.fchdir(nowhere)
        os.chroot(".")
    except (OSError, AttributeError):
        return False
    os.close(nowhere)
    if sys.platform.startswith("linux"):
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        libc.prctl(_PR_SET_DUMPABLE, 0)
        header = (ctypes.c_uint32 * 2)(_CAPSET_VERSION_3, 0)
        libc.capset(header, (ctypes.c_uint32 * 6)())
    return True


if __name__ == "__main__":
    main()
