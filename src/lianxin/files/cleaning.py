"""Ask for a clean copy of a file."""

from __future__ import annotations

import os
import tempfile
import time
from dataclasses import dataclass
from typing import IO, Any, Final, get_args

from lianxin.files import jail
from lianxin.files.kinds import FORMATS, Fault, Format, Unfit

MOST_BYTES: Final = 25_000_000
"""Bytes of one file."""
PICTURES: Final = ("png", "webp", "heic")
"""What is kept as JPEG and came as something else."""
SECONDS: Final = 20.0
"""How long the files of one request may take together."""


@dataclass(frozen=True, slots=True)
class Clean:
    """A copy without anything but what can be seen or heard, in a file without a name.

    `place` is where the picture said it was taken, in degrees: shown to whoever sent it, and in
    the copy no more. `pages` and `seconds` are 0 where they say nothing. `family` is how the name
    of what came would end.
    """

    content: IO[bytes]
    format: Format
    size: int
    width: int = 0
    height: int = 0
    pages: int = 0
    seconds: int = 0
    place: tuple[float, float] | None = None
    family: str = "jpg"


def clean(source: IO[bytes], *, until: float | None = None) -> Clean:
    """A clean copy of an open file (one with a descriptor). Raises Unfit.

    `until`: the moment by `time.monotonic` at which it is given up; else after `SECONDS`.
    """
    descriptor = source.fileno()
    if os.fstat(descriptor).st_size > MOST_BYTES:
        raise Unfit("too_large")
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - who asked closes it
    try:
        left = until - time.monotonic() if until is not None else SECONDS
        said = jail.run(descriptor, copy.fileno(), seconds=max(left, 0.0))
        fault = said.get("fault")
        if fault is not None:
            raise Unfit(fault if fault in get_args(Fault) else "damaged")
        copy.seek(0)
        return _believed(copy, said)
    except BaseException:
        copy.close()
        raise


def _believed(copy: IO[bytes], said: dict[str, Any]) -> Clean:
    """What the process said, as far as it can be true: a stranger's file may have spoken."""
    format = FORMATS.get(str(said.get("format")))
    size = os.fstat(copy.fileno()).st_size
    if format is None or not size:
        raise Unfit("damaged")
    return Clean(
        copy,
        format,
        size,
        **{name: _number(said.get(name)) for name in ("width", "height", "pages", "seconds")},
        place=_place(said.get("place")),
        family=family if (family := said.get("family")) in PICTURES else format.suffix,
    )


def _number(value: object) -> int:
    return value if type(value) is int and 0 <= value < 1_000_000 else 0


def _place(value: object) -> tuple[float, float] | None:
    match value:
        case [float(latitude), float(longitude)] if abs(latitude) <= 90 and abs(longitude) <= 180:
            return latitude, longitude
    return None
