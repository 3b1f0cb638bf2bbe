"""A PDF of its pages alone. Runs inside the jail.

Only what a page shows is taken over into a new file: no notes about who and when, no scripts, no
attached files, no links, no forms. What a form or a remark shows is printed into its page.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Final

import pikepdf
from pikepdf import Name

from lianxin.files.kinds import MOST_PAGES, MOST_PIXELS, Unfit

MOST_OBJECTS: Final = 50_000
MOST_UNPACKED: Final = 100_000_000
"""Bytes of everything that is drawn or written, unpacked, without pictures."""
MOST_FILTERS: Final = 2
OF_A_PAGE: Final = (
    Name.Type, Name.Contents, Name.Resources, Name.MediaBox, Name.CropBox, Name.BleedBox,
    Name.TrimBox, Name.ArtBox, Name.Rotate, Name.Group, Name.UserUnit,
)  # fmt: skip
NOT_SHOWN: Final = (
    Name.Metadata, Name.PieceInfo, Name.LastModified, Name.AA, Name.A, Name.JS, Name.JavaScript,
    Name.OpenAction, Name.EmbeddedFiles, Name.EF, Name.AF, Name.Thumb, Name.OPI, Name.Alternates,
    Name.CreatorInfo, Name.StructParent, Name.StructParents, Name.Measure, Name.PtData, Name.GTS,
)  # fmt: skip
SEGMENTS: Final = {0xC0, 0xC1, 0xC2, 0xC4, 0xC9, 0xCA, 0xCC, 0xDA, 0xDB, 0xDC, 0xDD, 0xEE}
MARKER: Final = re.compile(rb"\xff[\x01-\xcf\xd8-\xff]")
BOXES: Final = (b"jP  ", b"ftyp", b"jp2h", b"jp2c")


def clean(given: BinaryIO, copy: BinaryIO, _family: str) -> dict[str, Any]:
    """Write the pages into a new PDF; how many there are."""
    try:
        with pikepdf.open(given) as old, pikepdf.new() as new:
            if len(old.objects) > MOST_OBJECTS:
                raise Unfit("too_large")
            pages = len(old.pages)
            if not 0 < pages <= MOST_PAGES:
                raise Unfit("too_long" if pages else "damaged")
            _print_remarks(old)
            _take_pages(old, new)
            _strip(new)
            new.save(copy, deterministic_id=True, preserve_pdfa=False, fix_metadata_version=False)
    except pikepdf.PasswordError as error:
        raise Unfit("protected") from error
    except (pikepdf.PdfError, zlib.error, RecursionError, ValueError, TypeError, KeyError) as error:
        raise Unfit("damaged") from error
    return {"format": "pdf", "pages": pages}


def _print_remarks(old: pikepdf.Pdf) -> None:
    """Put what forms and remarks show into the page itself."""
    if Name.AcroForm in old.Root:
        old.generate_appearance_streams()
    old.flatten_annotations("screen")


def _take_pages(old: pikepdf.Pdf, new: pikepdf.Pdf) -> None:
    for page in old.pages:
        for key in [Name(str(name)) for name in page.obj]:
            if key not in OF_A_PAGE and key != Name.Parent:
                del page.obj[key]
    new.pages.extend(old.pages)
    if Name.OCProperties in old.Root:
        # Without it, layers that were hidden would show.
        new.Root.OCProperties = new.copy_foreign(old.make_indirect(old.Root.OCProperties))


def _strip(new: pikepdf.Pdf) -> None:
    unpacked = 0
    for thing in new.objects:
        for holder in _dictionaries(thing, 0):
            for key in NOT_SHOWN:
                if key in holder:
                    del holder[key]
        if isinstance(thing, pikepdf.Stream):
            unpacked += _stream(thing)
            if unpacked > MOST_UNPACKED:
                raise Unfit("too_large")


def _dictionaries(thing: Any, depth: int) -> Iterator[Any]:
    """The dictionaries of an object, those inside it too; what it only refers to has its turn."""
    if depth > 50:
        raise Unfit("damaged")
    if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        yield thing
        parts = [thing[name] for name in list(thing.keys())]
    elif isinstance(thing, pikepdf.Array):
        parts = list(thing)
    else:
        return
    for part in parts:
        inside = isinstance(part, pikepdf.Dictionary | pikepdf.Array)
        if inside and not part.is_indirect:
            yield from _dictionaries(part, depth + 1)


def _stream(stream: pikepdf.Stream) -> int:
    """Take the notes out of a picture; how many bytes anything else unpacks to."""
    filters = _filters(stream)
    if len(filters) > MOST_FILTERS or filters.count("/FlateDecode") > 1:
        raise Unfit("too_large")
    if stream.get(Name.Subtype) == Name.Image:
        width, height = int(stream.get(Name.Width, 0)), int(stream.get(Name.Height, 0))
        if width * height > MOST_PIXELS * 4:
            raise Unfit("too_large")
    if filters and filters[-1] in STRIPPED:
        # Packed once more, as some programs do, it is kept without that.
        raw = stream.read_raw_bytes()
        content = raw if len(filters) == 1 else _inflated(raw, filters)
        stream.write(STRIPPED[filters[-1]](content), filter=Name(filters[-1]))
        return 0
    raw = stream.read_raw_bytes()
    if raw.startswith(b"\xff\xd8\xff"):
        # A photo that does not call itself one would keep its notes.
        raise Unfit("damaged")
    if stream.get(Name.Subtype) == Name.Image:
        return 0
    if filters == ["/FlateDecode"]:
        return len(_inflated(raw, filters))
    return len(raw) * (50 if filters else 1)


def _filters(stream: pikepdf.Stream) -> list[str]:
    found = stream.get(Name.Filter)
    if found is None:
        return []
    return [str(name) for name in found] if isinstance(found, pikepdf.Array) else [str(found)]


def _inflated(raw: bytes, filters: list[str]) -> bytes:
    if filters[0] != "/FlateDecode":
        raise Unfit("damaged")
    content = zlib.decompressobj().decompress(raw, MOST_UNPACKED + 1)
    if len(content) > MOST_UNPACKED:
        raise Unfit("too_large")
    return content


def _jpeg(content: bytes) -> bytes:
    """The same picture without its notes; of the APP segments only the mark of its colours stays.

    Only the segments a picture is made of are let through, up to its end.
    """
    kept, at = bytearray(b"\xff\xd8"), 2
    if not content.startswith(b"\xff\xd8"):
        raise Unfit("damaged")
    while at + 4 <= len(content) and content[at] == 0xFF:
        kind = content[at + 1]
        length = 2 + int.from_bytes(content[at + 2 : at + 4])
        if kind == 0xFF:
            at += 1
        elif kind == 0xD9:
            break
        elif kind in SEGMENTS:
            kept += content[at : at + length]
            at += length
        elif kind == 0xFE or 0xE0 <= kind <= 0xEF:
            at += length
        else:
            raise Unfit("damaged")
        if kind == 0xDA:
            scan = MARKER.search(content, at)
            end = scan.start() if scan else len(content)
            kept += content[at:end]
            at = end
    return bytes(kept + b"\xff\xd9")


def _jpeg2000(content: bytes) -> bytes:
    """The boxes that hold the picture; a bare picture is let through."""
    if content.startswith(b"\xff\x4f"):
        return content
    kept, at = bytearray(), 0
    while at + 8 <= len(content):
        length = int.from_bytes(content[at : at + 4]) or len(content) - at
        if length < 8:
            raise Unfit("damaged")
        if content[at + 4 : at + 8] in BOXES:
            kept += content[at : at + length]
        at += length
    return bytes(kept)


STRIPPED: Final[dict[str, Callable[[bytes], bytes]]] = {
    "/DCTDecode": _jpeg,
    "/JPXDecode": _jpeg2000,
}
