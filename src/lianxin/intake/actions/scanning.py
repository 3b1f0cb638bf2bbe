"""Have kept files looked at by an antivirus scanner (clamd). Nobody waits for it to file."""

from __future__ import annotations

import logging
import time
from typing import IO, BinaryIO, cast

from clamav_client.clamd import (
    ClamdError,
    ClamdNetworkSocket,
    ClamdUnixSocket,
    CommunicationError,
)
from django.conf import settings

from lianxin.intake.choices import Scan
from lianxin.intake.models import Attachment
from lianxin.intake.storage import file_path

log = logging.getLogger(__name__)

SECONDS = 60
AT_ONCE = 500


class ScannerSilent(Exception):  # noqa: N818 - reads as what happened
    """The scanner of the settings does not answer."""


def configured() -> bool:
    """Whether there is a scanner here."""
    return bool(settings.CLAMD)


def scanner() -> ClamdNetworkSocket:
    """The scanner at the address of the settings: host:port, or the path of a socket."""
    address = str(settings.CLAMD)
    if address.startswith("/"):
        return ClamdUnixSocket(address, timeout=SECONDS)
    host, _colon, port = address.rpartition(":")
    return ClamdNetworkSocket(host, int(port), timeout=SECONDS)


def answers() -> bool:
    """Whether the scanner is there."""
    try:
        return scanner().ping() == "PONG"
    except (ClamdError, OSError):
        return False


def look(file: IO[bytes]) -> str:
    """What the scanner says of a file: clean, infected, or "" when it says neither.

    Raises ScannerSilent when it does not answer at all.
    """
    try:
        answer = scanner().instream(cast(BinaryIO, file))
    except CommunicationError as error:
        raise ScannerSilent from error
    except (ClamdError, OSError, AttributeError) as error:
        log.warning("the virus scanner refused a file: %s", type(error).__name__)
        return Scan.NOT_YET
    status = next(iter(answer.values()), ("", ""))[0]
    return {"OK": Scan.CLEAN, "FOUND": Scan.INFECTED}.get(status, Scan.NOT_YET)


def scan_files(seconds: float = 30) -> int:
    """Look at files not yet looked at, for about so long; how many got an answer.

    Raises ScannerSilent, which the record of the chore shows.
    """
    if not configured():
        return 0
    until, done = time.monotonic() + seconds, 0
    waiting = Attachment.objects.filter(scan=Scan.NOT_YET, sealed=False, authority=False).order_by(
        "pk"
    )
    for row in waiting[:AT_ONCE]:
        if time.monotonic() > until:
            break
        try:
            with file_path(row.uuid, row.suffix).open("rb") as file:
                found = look(file)
        except FileNotFoundError:
            continue
        if found:
            done += Attachment.objects.filter(pk=row.pk).update(scan=found)
    return done
