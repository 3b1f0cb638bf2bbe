"""Files as people send them, each full of notes that must not survive: the canaries."""

from __future__ import annotations

import array
import io
import math
import zipfile
from collections.abc import Callable
from random import Random
from typing import Any

import av
import openpyxl
import pikepdf
import pillow_heif
from PIL import Image, PngImagePlugin

CANARY = b"CANARY"
"""Begins every planted note; in UTF-16 too."""
GPS_AT = (31.234567, 121.456789)


def canary(rng: Random) -> str:
    """A word that is in no file by chance."""
    return f"CANARY{rng.randrange(10**12):012d}"


# --- pictures ------------------------------------------------------------------------------------
def scene(rng: Random, size: tuple[int, int] = (96, 64)) -> Image.Image:
    """A small picture that is not all of one colour."""
    spots = Image.new("RGB", (8, 6))
    spots.putdata([(rng.randrange(256), rng.randrange(256), rng.randrange(256)) for _ in range(48)])
    return spots.resize(size)


def exif(rng: Random, place: tuple[float, float] = GPS_AT) -> Image.Exif:
    """Maker, owner, time, thumbnail notes and a place."""
    note = Image.Exif()
    note[0x010F], note[0x0110], note[0x013B] = canary(rng), canary(rng), canary(rng)
    note[0x0112] = rng.choice([1, 3, 6, 8])
    note[0x9286] = b"UNICODE\0" + canary(rng).encode("utf-16-le")
    note.get_ifd(0x8769)[0xA430] = canary(rng)
    gps = note.get_ifd(0x8825)
    gps[1], gps[3] = ("N" if place[0] >= 0 else "S"), ("E" if place[1] >= 0 else "W")
    for tag, value in ((2, abs(place[0])), (4, abs(place[1]))):
        minutes = value % 1 * 60
        gps[tag] = (float(int(value)), float(int(minutes)), round(minutes % 1 * 60, 4))
    gps[29] = canary(rng)
    return note


def _saved(picture: Image.Image, kind: str, **notes: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **notes)
    return out.getvalue()


def jpeg(rng: Random) -> bytes:
    """EXIF, XMP, a profile, a comment, an unknown segment, a tail behind the end."""
    content = _saved(
        scene(rng), "JPEG", exif=exif(rng), comment=canary(rng).encode(),
        xmp=f"<x:xmpmeta>{canary(rng)}</x:xmpmeta>".encode(),
        icc_profile=b"\0" * 128 + canary(rng).encode(),
        progressive=rng.random() < 0.3, quality=rng.randrange(40, 95),
    )  # fmt: skip
    own = canary(rng).encode()
    segment = b"\xff\xed" + (len(own) + 2).to_bytes(2) + own
    return content[:2] + segment + content[2:] + canary(rng).encode()


def png(rng: Random) -> bytes:
    """Texts in all three forms, EXIF, a profile, a tail."""
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", canary(rng))
    notes.add_text("Comment", canary(rng), zip=True)
    notes.add_itxt("XML:com.adobe.xmp", canary(rng))
    picture = scene(rng).convert(rng.choice(["RGB", "RGBA", "P", "L"]))
    content = _saved(
        picture, "PNG", pnginfo=notes, exif=exif(rng), icc_profile=canary(rng).encode() * 20
    )
    return content + canary(rng).encode()


def webp(rng: Random) -> bytes:
    """EXIF, XMP, a profile."""
    return _saved(
        scene(rng), "WEBP", exif=exif(rng), xmp=canary(rng).encode(),
        icc_profile=canary(rng).encode() * 20, lossless=rng.random() < 0.3,
    )  # fmt: skip


def heic(rng: Random) -> bytes:
    """EXIF, XMP, a tail."""
    out = io.BytesIO()
    heif = pillow_heif.from_pillow(scene(rng, (128, 64)))
    heif.info["exif"] = exif(rng).tobytes()
    heif.info["xmp"] = canary(rng).encode()
    heif.save(out, quality=50)
    return out.getvalue() + canary(rng).encode()


# --- documents -----------------------------------------------------------------------------------
def pdf(rng: Random, pages: int = 2) -> bytes:
    """Info, XMP, scripts, actions, links, an attached file, a form, a photo with its own notes."""
    made = pikepdf.new()
    photo = pikepdf.Stream(made, jpeg(rng))
    photo.stream_dict.update(
        pikepdf.Dictionary(
            Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=96, Height=64,
            ColorSpace=pikepdf.Name.DeviceRGB, BitsPerComponent=8, Filter=pikepdf.Name.DCTDecode,
            Metadata=made.make_stream(canary(rng).encode()),
        )
    )  # fmt: skip
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    for number in range(pages):
        page = made.add_blank_page(page_size=(300, 300))
        page.obj.Resources = pikepdf.Dictionary(
            Font=pikepdf.Dictionary(F1=font), XObject=pikepdf.Dictionary(Im1=photo)
        )
        text = f"BT /F1 18 Tf 20 250 Td (page {number}) Tj ET q 96 0 0 64 20 20 cm /Im1 Do Q"
        page.obj.Contents = made.make_stream(text.encode())
        page.obj.AA = pikepdf.Dictionary(O=_script(rng))
        page.obj.PieceInfo = pikepdf.Dictionary(X=pikepdf.String(canary(rng)))
        page.obj.Annots = pikepdf.Array([_link(made, rng), _attachment(made, rng)])
    made.Root.OpenAction = _script(rng)
    made.Root.Names = pikepdf.Dictionary(
        JavaScript=pikepdf.Dictionary(Names=pikepdf.Array([pikepdf.String("a"), _script(rng)]))
    )
    made.attachments["a.txt"] = canary(rng).encode()
    made.docinfo["/Author"] = canary(rng)
    with made.open_metadata() as notes:
        notes["dc:creator"] = [canary(rng)]
    out = io.BytesIO()
    made.save(out)
    return out.getvalue() + b"\n%" + canary(rng).encode()


def _script(rng: Random) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(
        S=pikepdf.Name.JavaScript, JS=pikepdf.String(f"app.alert('{canary(rng)}')")
    )


def _link(made: pikepdf.Pdf, rng: Random) -> pikepdf.Object:
    action = pikepdf.Dictionary(
        S=pikepdf.Name.URI, URI=pikepdf.String(f"https://example.org/{canary(rng)}")
    )
    return made.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=action,
            T=pikepdf.String(canary(rng)),
        )
    )  # fmt: skip


def _attachment(made: pikepdf.Pdf, rng: Random) -> pikepdf.Object:
    file = made.make_stream(canary(rng).encode(), Type=pikepdf.Name.EmbeddedFile)
    spec = pikepdf.Dictionary(
        Type=pikepdf.Name.Filespec, F=pikepdf.String("a.exe"), EF=pikepdf.Dictionary(F=file)
    )
    return made.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FileAttachment, Rect=[0, 0, 9, 9],
            FS=spec, Contents=pikepdf.String(canary(rng)),
        )
    )  # fmt: skip


# --- sound and film ------------------------------------------------------------------------------
NOTES = ("title", "artist", "comment", "location", "com.apple.quicktime.location.ISO6709", "make",
         "creation_time", "description", "encoder", "copyright")  # fmt: skip


def _notes(rng: Random) -> dict[str, str]:
    found = {name: canary(rng) for name in NOTES}
    found["location"] = found["com.apple.quicktime.location.ISO6709"] = "+31.2345+121.4567/"
    found["creation_time"] = "2031-02-03T04:05:06Z"
    return found


def sound(rng: Random, muxer: str, codec: str, rate: int, **options: str) -> bytes:
    """A second of noise in a container, with every note it can carry."""
    out = io.BytesIO()
    with av.open(out, "w", format=muxer, options=options) as new:
        new.metadata.update(_notes(rng))
        stream: Any = new.add_stream(codec, rate=rate)
        stream.layout = "mono"
        if codec == "libopencore_amrnb":
            stream.bit_rate = 12_200
        _sing(new, stream, rate)
    return out.getvalue()


def _sing(new: Any, stream: Any, rate: int) -> None:
    frame = av.AudioFrame(format="s16", layout="mono", samples=rate)
    wave = array.array("h", [int(9000 * math.sin(n / 9)) for n in range(rate)])
    frame.planes[0].update(wave.tobytes())
    frame.sample_rate = rate
    new.mux(stream.encode(frame))
    new.mux(stream.encode(None))


def film(rng: Random, muxer: str, codec: str, sound_codec: str = "") -> bytes:
    """Half a second of film and, when wanted, a second of sound."""
    out = io.BytesIO()
    with av.open(out, "w", format=muxer, options=_keep_all(muxer)) as new:
        new.metadata.update(_notes(rng))
        small = (176, 144) if codec == "h263" else (64, 48)
        stream: Any = new.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = *small, "yuv420p"
        stream.metadata["handler_name"] = canary(rng)
        heard: Any = None
        if sound_codec:
            rate = 8000 if "amr" in sound_codec else 48_000
            heard = new.add_stream(sound_codec, rate=rate)
            heard.layout = "mono"
            if "amr" in sound_codec:
                heard.bit_rate = 12_200
        picture = scene(rng, small)
        for at in range(5):
            new.mux(stream.encode(frame_of(picture.rotate(at))))
        new.mux(stream.encode(None))
        if heard is not None:
            _sing(new, heard, rate)
    return out.getvalue()


def frame_of(picture: Image.Image) -> Any:
    """A picture of a film."""
    make: Any = av.VideoFrame.from_image
    return make(picture)


def _keep_all(muxer: str) -> dict[str, str]:
    return {"movflags": "use_metadata_tags"} if muxer in ("mp4", "mov") else {}


def box(kind: bytes, content: bytes) -> bytes:
    """One box of an MP4."""
    return (8 + len(content)).to_bytes(4) + kind + content


def telephone_film(rng: Random) -> bytes:
    """H.264 and AAC, with user data and a free box behind, and notes inside the film itself."""
    content = film(rng, "mp4", "libx264", "aac")
    return (
        content
        + box(b"udta", box(b"\xa9xyz", canary(rng).encode()))
        + box(b"free", canary(rng).encode())
    )


MAKERS: dict[str, Callable[[Random], bytes]] = {
    "jpeg": jpeg,
    "png": png,
    "webp": webp,
    "heic": heic,
    "pdf": pdf,
    "mp3": lambda rng: sound(rng, "mp3", "libmp3lame", 44_100, id3v2_version="4", write_id3v1="1"),
    "m4a": lambda rng: sound(rng, "ipod", "aac", 44_100),
    "aac": lambda rng: sound(rng, "adts", "aac", 44_100),
    "opus": lambda rng: sound(rng, "ogg", "libopus", 48_000),
    "wav": lambda rng: sound(rng, "wav", "pcm_s16le", 16_000),
    "amr": lambda rng: sound(rng, "amr", "libopencore_amrnb", 8_000),
    "mp4": telephone_film,
    "hevc": lambda rng: film(rng, "mp4", "libx265", "aac"),
    "mov": lambda rng: film(rng, "mov", "libx264", "pcm_s16le"),
    "3gp": lambda rng: film(rng, "3gp", "h263", "libopencore_amrnb"),
    "webm": lambda rng: film(rng, "webm", "libvpx", "libopus"),
}
PICTURES = ("jpeg", "png", "webp", "heic")
SOUNDS = ("mp3", "m4a", "aac", "opus", "wav", "amr")
FILMS = ("mp4", "hevc", "mov", "3gp", "webm")


def sheet(rng: Random) -> bytes:
    """A small workbook."""
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet()
    for _row in range(12):
        page.append([rng.choice(["姓名", "路灯坏了", 12.5, "=1+1", True]) for _ in range(6)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def table(rng: Random) -> bytes:
    """A small CSV in one of the encodings people save in."""
    rows = ["姓名,电话,内容"] + [f'赵{n},1390000{n:04d},"路灯,坏了"' for n in range(12)]
    return "\r\n".join(rows).encode(rng.choice(["utf-8-sig", "gb18030", "utf-16"]))


def zipped(name: str, content: bytes) -> bytes:
    """One file in a ZIP."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as box_:
        box_.writestr(name, content)
    return out.getvalue()
