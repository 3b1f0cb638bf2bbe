"""Files that must be refused, and files of two faces of which one must not come through."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zlib
from collections.abc import Callable
from functools import cache
from random import Random

import pikepdf
from PIL import Image

from bench.trust import seeds
from bench.trust.seeds import box, zipped

SCRIPT = b"<script>CANARY</script>"
XXE = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    b'<svg xmlns="http://www.w3.org/2000/svg"><text>&a;</text></svg>'
)
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><l>&j;</l>"
)


@cache
def refused() -> dict[str, bytes]:
    """Everything here must be refused, each by its name."""
    return {**_other_kinds(), **_pictures(), **_documents(), **_media()}


def _other_kinds() -> dict[str, bytes]:
    gif = _picture("GIF")
    word = zipped("[Content_Types].xml", b"<Types/>")
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        tar.addfile(tarfile.TarInfo("a"))
    return {
        "empty": b"", "zeros": bytes(5000), "noise": Random(1).randbytes(5000), "text": b"hello",
        "docx": word, "xlsx": seeds.sheet(Random(1)), "doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "rtf": b"{\\rtf1 a}", "odt": zipped("mimetype", b"application/vnd.oasis.opendocument.text"),
        "zip": zipped("a.txt", b"a"), "zip bomb": zipped("a", bytes(30_000_000)),
        "zip in zip": zipped("b.zip", zipped("a", bytes(9_000_000))), "jar": zipped("A.class", b""),
        "gzip": gzip.compress(bytes(9_000_000)), "bzip2": bz2.compress(b"a"),
        "xz": lzma.compress(b"a"), "7z": b"7z\xbc\xaf\x27\x1c", "rar": b"Rar!\x1a\x07\x01\x00",
        "tar": archive.getvalue(), "elf": b"\x7fELF\x02\x01\x01", "exe": b"MZ\x90\x00" + bytes(200),
        "mach-o": b"\xcf\xfa\xed\xfe", "class": b"\xca\xfe\xba\xbe", "swf": b"FWS\x09",
        "lnk": b"L\x00\x00\x00\x01\x14\x02\x00", "shell": b"#!/bin/sh\nid\n", "php": b"<?php a();",
        "html": b"<!doctype html>" + SCRIPT, "html before a pdf": SCRIPT + seeds.pdf(Random(1)),
        "html before a jpeg": SCRIPT + seeds.jpeg(Random(1)), "js": b"alert(1)//", "css": b"a{}",
        "svg": b"<svg onload='alert(1)'/>", "svg xxe": XXE, "xml laughs": LAUGHS,
        "svgz": gzip.compress(XXE), "xhtml": b'<?xml version="1.0"?><html/>',
        "mail": b"From: a@b\r\n\r\na", "mht": b"MIME-Version: 1.0\r\n", "ps": b"%!PS-Adobe-3.0\n",
        "playlist": b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
        "concat": b"ffconcat version 1.0\nfile /etc/passwd\n", "sdp": b"v=0\r\no=- 0 0 IN\r\n",
        "gif": gif, "gifar": gif + zipped("A.class", b"CANARY"), "bmp": _picture("BMP"),
        "tiff": _picture("TIFF"), "ico": _picture("ICO"), "psd": b"8BPS\x00\x01",
        "jp2": _picture("JPEG2000"), "avif": box(b"ftyp", b"avif\0\0\0\0avif"),
        "mkv": seeds.film(Random(1), "matroska", "libx264"), "avi": b"RIFF\0\0\0\0AVI LIST",
        "flv": b"FLV\x01\x05", "ts": b"\x47\x40\x11\x10" * 400, "mpeg": b"\0\0\x01\xba" * 9,
        "asf": b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "aiff": b"FORM\0\0\0\0AIFF",
        "flac": b"fLaC\0\0\0\x22", "midi": b"MThd\0\0\0\x06",
    }  # fmt: skip


def _picture(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (16, 16), "teal").save(out, kind)
    return out.getvalue()


def _chunk(kind: bytes, data: bytes) -> bytes:
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def png(width: int, height: int, rows: bytes, *more: bytes) -> bytes:
    """A PNG of the given claims and packed rows."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"".join(
        (b"\x89PNG\r\n\x1a\n", _chunk(b"IHDR", head), *more, _chunk(b"IDAT", rows),
         _chunk(b"IEND", b""))
    )  # fmt: skip


@cache
def pixel_bomb(edge: int = 9_000) -> bytes:
    """A PNG of black rows: some hundred kilobytes that unpack to hundreds of megabytes."""
    packer = zlib.compressobj(6)
    row = bytes(1 + 3 * edge)
    rows = b"".join(packer.compress(row) for _ in range(edge)) + packer.flush()
    return png(edge, edge, rows)


def _jpeg_of(size: tuple[int, int], *, progressive: bool = False) -> bytes:
    """A small JPEG that claims to be of another size."""
    out = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(out, "JPEG", progressive=progressive)
    content = out.getvalue()
    at = content.index(b"\xff\xc2" if progressive else b"\xff\xc0")
    return content[: at + 5] + struct.pack(">HH", size[1], size[0]) + content[at + 9 :]


def _pictures() -> dict[str, bytes]:
    webp = _picture("WEBP")
    heic = seeds.heic(Random(1))
    at = heic.index(b"ispe")
    small = zlib.compress(bytes(100))
    packed = zlib.compress(bytes(50_000_000), 9)
    return {
        "png of 60,000": png(60_000, 60_000, small),
        "png of 64 million": png(8_000, 8_000, small),
        "png of black rows": pixel_bomb(),
        "png of no rows": png(4_000_000, 9, b""),
        "png of no width": png(0, 10, small),
        "png with a bomb of text": png(9, 9, small, _chunk(b"zTXt", b"a\0\0" + packed)),
        "png with a bomb of words": png(9, 9, small, _chunk(b"iTXt", b"a\0\1\0\0\0" + packed)),
        "jpeg of 65,000": _jpeg_of((65_000, 65_000)),
        "jpeg of 20,000": _jpeg_of((20_000, 20_000)),
        "progressive jpeg of 9,000": _jpeg_of((9_000, 9_000), progressive=True),
        "jpeg of nothing": b"\xff\xd8\xff\xe0" + bytes(500),
        "jpeg cut short": seeds.jpeg(Random(1))[:300],
        "jpeg of heads": b"\xff\xd8" + b"\xff\xe1\x00\x02" * 100_000,
        "webp cut short": webp[:40],
        "webp of 16,383": webp[:26] + b"\xff\x3f\xff\x3f" + webp[30:],
        "heic of 4 billion": heic[: at + 8] + b"\xff\xff\xff\xff" * 2 + heic[at + 16 :],
        "heic cut short": heic[:200],
        "heic of nothing": box(b"ftyp", b"heic\0\0\0\0heicmif1"),
        "heic that holds itself": box(b"ftyp", b"heic\0\0\0\0") + box(b"meta", bytes(4)) * 999,
    }


def _saved(change: Callable[[pikepdf.Pdf], object], **options: object) -> bytes:
    made = pikepdf.new()
    made.add_blank_page(page_size=(99, 99))
    change(made)
    out = io.BytesIO()
    made.save(out, **options)  # type: ignore[arg-type]
    return out.getvalue()


def _contents(data: bytes, filters: object) -> bytes:
    def change(made: pikepdf.Pdf) -> None:
        stream = made.make_stream(b"")
        stream.write(data, filter=filters)  # type: ignore[arg-type]
        made.pages[0].obj.Contents = stream

    return _saved(
        change, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none
    )


def _documents() -> dict[str, bytes]:
    flate = pikepdf.Name.FlateDecode
    bomb = zlib.compress(bytes(150_000_000), 9)
    pages = seeds.pdf(Random(1), pages=201)
    lock = pikepdf.Encryption(owner="a", user="b")
    nested = b"%PDF-1.7\n1 0 obj\n" + b"[" * 200_000 + b"]" * 200_000 + b"\nendobj\n"
    image = pikepdf.Dictionary(
        Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=99_999, Height=99_999
    )

    def picture(made: pikepdf.Pdf) -> None:
        stream = pikepdf.Stream(made, b"a")
        stream.stream_dict.update(image)
        made.pages[0].obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=stream))

    def deep(made: pikepdf.Pdf) -> None:
        inner = pikepdf.Array()
        for _ in range(300):
            inner = pikepdf.Array([inner])
        made.pages[0].obj.Resources = pikepdf.Dictionary(X=inner)

    def many(made: pikepdf.Pdf) -> None:
        made.Root.X = pikepdf.Array([made.make_indirect(pikepdf.Array()) for _ in range(50_001)])

    return {
        "pdf of a head": b"%PDF-1.7\n",
        "pdf of 201 pages": pages,
        "pdf of no pages": _saved(lambda made: made.pages.__delitem__(0)),
        "pdf under lock": _saved(lambda made: None, encryption=lock),
        "pdf with a bomb": _contents(bomb, flate),
        "pdf with a bomb in a bomb": _contents(
            zlib.compress(bomb, 9), pikepdf.Array([flate, flate])
        ),
        "pdf of three filters": _contents(zlib.compress(b"a"), pikepdf.Array([flate] * 3)),
        "pdf with a picture of 10 billion": _saved(picture),
        "pdf nested deep": _saved(deep),
        "pdf nested deeper": nested,
        "pdf of 50,000 objects": _saved(many),
        "pdf of noise": b"%PDF-1.7\n" + Random(2).randbytes(9_000),
        "pdf that holds itself": b"%PDF-1.4\n1 0 obj<</Pages 1 0 R/Type/Catalog/Kids[1 0 R]>>endobj"
        b"\ntrailer<</Root 1 0 R>>",
        "pdf of a loop": b"%PDF-1.4\nxref\n0 0\ntrailer<</Prev 9>>\nstartxref\n9\n%%EOF\n",
    }


def _media() -> dict[str, bytes]:
    film = seeds.telephone_film(Random(1))
    wav = seeds.MAKERS["wav"](Random(1))
    return {
        "mp4 of a head": box(b"ftyp", b"isom\0\0\0\0isom"),
        "mp4 of boxes in boxes": box(b"ftyp", b"isom\0\0\0\0") + b"\0\0\xff\xffmoov" * 5_000,
        "mp4 without an index": film.replace(b"moov", b"xoov"),
        "mp4 cut short": film[: len(film) // 3],
        "amr of four hours": b"#!AMR\n" + b"\x7c" * (4 * 3600 * 50 + 1),
        "amr of nothing": b"#!AMR\n",
        "mp3 of a tag": b"ID3\x04\0\0\x7f\x7f\x7f\x7f",
        "mp3 of a tag of nothing": b"ID3\x03\0\0\0\0\0\x0a" + bytes(10),
        "aac of a head": b"\xff\xf1\x50\x80",
        "ogg of a head": b"OggS" + bytes(40),
        "wav of no channels": wav[:22] + b"\0\0" + wav[24:],
        "wav of a head": b"RIFF\xff\xff\xff\xffWAVE",
        "webm of a head": b"\x1a\x45\xdf\xa3\x80webm",
        "webm without tracks": b"\x1a\x45\xdf\xa3\x87\x42\x82\x84webm\x18\x53\x80\x67\x80",
        "more than 25 MB": b"\xff\xd8\xff\xe0" + bytes(25_000_000),
    }


@cache
def two_faced() -> dict[str, bytes]:
    """Real files with a second face: refused, or nothing of the second face in the copy."""
    rng = Random(4)
    jar, page = zipped("A.class", b"CANARY"), b"<!doctype html>" + SCRIPT
    tails = {"jar": jar, "html": page * 40, "php": b"<?php CANARY(); ?>", "pdf": seeds.pdf(rng),
             "film": seeds.telephone_film(rng)}  # fmt: skip
    made = {kind: maker(rng) for kind, maker in seeds.MAKERS.items()}
    found = {
        f"{kind} and {name}": content + tail
        for kind, content in made.items()
        for name, tail in tails.items()
    }
    return found | {
        "html in a comment of jpeg": b"\xff\xd8\xff\xfe" + struct.pack(">H", len(page) + 2) + page
        + seeds.jpeg(rng)[2:],
        "html in a chunk of png": png(9, 9, zlib.compress(bytes(28 * 9)), _chunk(b"teXt", page)),
        "html in a box of film": box(b"ftyp", b"isom\0\0\0\0isom") + box(b"free", page)
        + seeds.telephone_film(rng),
        "html in a chunk of wav": seeds.MAKERS["wav"](rng) + b"LIST" + struct.pack("<I", len(page))
        + page,
    }  # fmt: skip
