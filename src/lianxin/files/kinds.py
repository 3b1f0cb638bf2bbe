"""What is accepted, what it becomes, and how the first bytes tell it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["photo", "document", "audio", "video"]
Fault = Literal["not_accepted", "damaged", "too_large", "too_long", "protected", "too_slow"]

HEAD: Final = 4096
"""Bytes from the beginning of a file that `family_of` looks at."""
MOST_PIXELS: Final = 40_000_000
"""Pixels of a picture that is unpacked whole."""
MOST_JPEG_PIXELS: Final = 130_000_000
"""Pixels of a plain JPEG, which is unpacked at a fraction: today's phones make 108 million."""
MOST_PAGES: Final = 200
MOST_STREAMS: Final = 16
LONGEST: Final = 3 * 3600
"""Seconds of sound or film."""


class Unfit(Exception):  # noqa: N818 - what it says about the file
    """A file that is not taken, with the reason as one of `Fault`."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault: Fault = fault


@dataclass(frozen=True, slots=True)
class Format:
    """How a clean copy is kept: its kind, its media type, the end of its name."""

    kind: Kind
    media_type: str
    suffix: str


FORMATS: Final[dict[str, Format]] = {
    format.suffix: format
    for format in (
        Format("photo", "image/jpeg", "jpg"),
        Format("document", "application/pdf", "pdf"),
        Format("audio", "audio/mpeg", "mp3"),
        Format("audio", "audio/amr", "amr"),
        Format("audio", "audio/mp4", "m4a"),
        Format("audio", "audio/aac", "aac"),
        Format("audio", "audio/ogg", "ogg"),
        Format("audio", "audio/wav", "wav"),
        Format("video", "video/mp4", "mp4"),
        Format("video", "video/quicktime", "mov"),
        Format("video", "video/3gpp", "3gp"),
        Format("video", "video/webm", "webm"),
    )
}

HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
BOXED = (b"M4A ", b"M4B ", b"mp41", b"mp42", b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"avc1",
         b"qt  ", b"3gp", b"3g2", b"MSNV", b"mmp4", b"dash", b"f4v ", b"XAVC")  # fmt: skip


def family_of(head: bytes) -> str:
    """Which reader a file that begins like this is given to; Unfit when to none.

    "jpeg", "png", "webp", "heic", "pdf", or the name of a demuxer: "mov", "mp3", "aac", "amr",
    "ogg", "wav", "matroska". What the sender calls the file is never asked.
    """
    starts = head.startswith
    if starts(b"\xff\xd8\xff"):
        return "jpeg"
    if starts(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if starts(b"RIFF"):
        found = {b"WEBP": "webp", b"WAVE": "wav"}.get(head[8:12])
        if found:
            return found
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand in HEIC:
            return "heic"
        if brand.startswith(BOXED):
            return "mov"
    if starts(b"%PDF-"):
        return "pdf"
    if starts((b"#!AMR\n", b"#!AMR-WB\n")):
        return "amr"
    if starts(b"OggS"):
        return "ogg"
    if starts(b"\x1a\x45\xdf\xa3") and b"webm" in head[:64]:
        return "matroska"
    if starts(b"ID3"):
        return "mp3"
    if len(head) > 3 and head[0] == 0xFF:
        if head[1] & 0xF6 == 0xF0:
            return "aac"
        if head[1] & 0xE0 == 0xE0 and head[1] & 0x06 == 0x02:
            return "mp3"
    raise Unfit("not_accepted")
