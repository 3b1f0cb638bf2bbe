"""A copy shows and sounds like what came, and holds nothing else."""

from __future__ import annotations

import io
import tempfile
from random import Random
from typing import Any

import av
import pikepdf
import pytest
from PIL import Image

from bench.trust import seeds
from bench.trust.corpus import png
from lianxin import files
from lianxin.files import Clean, Unfit


def cleaned(content: bytes) -> tuple[Clean, bytes]:
    with tempfile.TemporaryFile() as source:
        source.write(content)
        source.flush()
        copy = files.clean(source)
    with copy.content as kept:
        return copy, kept.read()


def jpeg(size: tuple[int, int] = (60, 40), **save: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, "JPEG", **save)
    return out.getvalue()


@pytest.mark.parametrize("kind", seeds.MAKERS)
def test_no_planted_note_is_left(kind: str) -> None:
    content = seeds.MAKERS[kind](Random(5))
    if kind not in ("aac", "amr"):
        assert seeds.CANARY in content
    copy, kept = cleaned(content)
    for note in (seeds.CANARY, "CANARY".encode("utf-16-le"), b"+31.2345", b"x264", b"x265"):
        assert note not in kept
    assert copy.size == len(kept)


@pytest.mark.parametrize("kind", [*seeds.SOUNDS, *seeds.FILMS])
def test_sound_and_film_play_as_before(kind: str) -> None:
    content = seeds.MAKERS[kind](Random(5))
    copy, kept = cleaned(content)
    assert copy.format.kind == ("audio" if kind in seeds.SOUNDS else "video") and copy.seconds == 1
    assert played(kept) == played(content)


def played(content: bytes) -> dict[str, int]:
    found = {}
    for kind in ("audio", "video"):
        container: Any = av.open(io.BytesIO(content))
        with container:
            streams = [stream for stream in container.streams if stream.type == kind]
            found[kind] = len(list(container.decode(streams))) if streams else 0
    return found


def test_a_film_taken_upright_stays_upright() -> None:
    content = bytearray(seeds.telephone_film(Random(5)))
    turned = b"".join(
        n.to_bytes(4, signed=True) for n in (0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30)
    )
    at = content.index(b"tkhd") + 44
    content[at : at + 36] = turned
    assert turned in cleaned(bytes(content))[1]


def test_a_cover_picture_and_a_track_of_data_are_left_out() -> None:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as new:
        sound = new.add_stream("aac", rate=44_100)
        sound.layout = "mono"
        cover = new.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt = 64, 48, "yuvj420p"
        cover.disposition = av.stream.Disposition.attached_pic
        new.mux(cover.encode(seeds.frame_of(seeds.scene(Random(1), (64, 48)))))
        new.mux(cover.encode(None))
        seeds._sing(new, sound, 44_100)
    copy, kept = cleaned(out.getvalue())
    assert copy.format.suffix == "m4a" and b"\xff\xd8\xff" not in kept


def test_pages_look_as_before_and_do_nothing() -> None:
    copy, kept = cleaned(seeds.pdf(Random(5), pages=3))
    assert copy.pages == 3
    with pikepdf.open(io.BytesIO(kept)) as pdf:
        assert set(pdf.Root.keys()) == {"/Type", "/Pages"} and "/Info" not in pdf.trailer
        for number, page in enumerate(pdf.pages):
            assert f"(page {number})".encode() in page.Contents.read_bytes()
            assert not {"/Annots", "/AA", "/PieceInfo"} & set(page.obj.keys())
        photo = pdf.pages[0].Resources.XObject.Im1
        Image.open(io.BytesIO(photo.read_raw_bytes())).load()


def test_what_a_form_shows_is_printed_into_the_page() -> None:
    made = pikepdf.new()
    page = made.add_blank_page(page_size=(200, 200))
    look = made.make_stream(b"BT (filled in) Tj ET")
    look.update(pikepdf.Dictionary(
        Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 90, 20]
    ))  # fmt: skip
    field = made.make_indirect(pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Tx, F=4,
        Rect=[10, 10, 100, 30], AP=pikepdf.Dictionary(N=look), T=pikepdf.String("CANARY"),
        V=pikepdf.String("filled in"),
    ))  # fmt: skip
    page.obj.Annots = pikepdf.Array([field])
    made.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))
    out = io.BytesIO()
    made.save(out)
    _copy, kept = cleaned(out.getvalue())
    assert b"CANARY" not in kept
    with pikepdf.open(io.BytesIO(kept)) as pdf:
        forms = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Stream)]
        assert any(b"filled in" in thing.read_bytes() for thing in forms)


def test_the_picture_stands_upright_and_says_where_it_was_taken() -> None:
    note = Image.Exif()
    note[0x0112] = 6  # turned by a quarter
    place = note.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "S", (31.0, 30.0, 0.0), "W", (121.0, 15.0, 36.0)
    copy, kept = cleaned(jpeg((600, 400), exif=note))
    assert (copy.width, copy.height) == (400, 600) and copy.place == (-31.5, -121.26)
    assert set(Image.open(io.BytesIO(kept)).info) <= {
        "jfif", "jfif_version", "jfif_unit", "jfif_density",
    }  # fmt: skip


@pytest.mark.parametrize("numbers", [(0.0, 0.0, 0.0), (95.0, 0.0, 0.0), (1.0,)])
def test_a_place_that_is_none_is_none(numbers: tuple[float, ...]) -> None:
    note = Image.Exif()
    place = note.get_ifd(0x8825)
    place[1], place[3] = "N", "E"
    place[2] = place[4] = numbers
    assert cleaned(jpeg(exif=note))[0].place is None


def test_large_pictures_shrink_and_transparent_ones_turn_white() -> None:
    assert cleaned(jpeg((5000, 2500)))[0].width == 2000
    out = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(out, "PNG")
    kept = Image.open(io.BytesIO(cleaned(out.getvalue())[1]))
    assert kept.getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "not_accepted"),
        (b"<svg/>", "not_accepted"),
        (b"PK\x03\x04 a Word file", "not_accepted"),
        (b"%PDF-1.7", "damaged"),
        (jpeg()[:300], "damaged"),
        (png(60_000, 60_000, b""), "too_large"),
        (b"#!AMR\n" + b"\x7c" * 600_000, "too_long"),
    ],
)
def test_what_is_not_taken_is_told_apart(content: bytes, fault: str) -> None:
    with pytest.raises(Unfit) as caught:
        cleaned(content)
    assert caught.value.fault == fault
