"""A photo keeps its picture and nothing else; what cannot be kept is said, not thrown."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils.datastructures import MultiValueDict
from django.utils.translation import override
from PIL import Image

from lianxin.ui import uploads
from lianxin.ui.forms import PhotosField
from lianxin.ui.uploads import LimitedUploadHandler, NotAPicture, TooLarge, read_photo


class Photos(forms.Form):
    words = forms.CharField(required=False)
    photos = PhotosField(label="照片", required=False, most=2)


def jpeg(size: tuple[int, int] = (60, 40), **save: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, "JPEG", **save)
    return out.getvalue()


def test_place_time_and_comment_are_gone_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "SECRET-MAKER"
    exif.get_ifd(0x8825)[2] = (31.0, 2.0, 3.0)
    photo = read_photo(
        io.BytesIO(jpeg((600, 400), exif=exif, comment=b"SECRET", xmp=b"<x>SECRET</x>"))
    )
    assert (photo.width, photo.height) == (400, 600)
    assert b"SECRET" not in photo.content
    kept = Image.open(io.BytesIO(photo.content))
    assert not kept.getexif()
    assert set(kept.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_large_pictures_shrink_and_transparent_ones_turn_white() -> None:
    assert read_photo(io.BytesIO(jpeg((5000, 2500)))).width == uploads.EDGE
    out = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(out, "PNG")
    kept = Image.open(io.BytesIO(read_photo(io.BytesIO(out.getvalue())).content))
    assert kept.getpixel((4, 4)) == (255, 255, 255)


def bomb() -> bytes:
    """A PNG of a few bytes that claims 60,000 × 60,000 points."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99))


def test_a_bomb_is_too_large() -> None:
    with pytest.raises(TooLarge):
        read_photo(io.BytesIO(bomb()))


@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 50, b"<svg/>", b"%PDF-1.7", jpeg()[:300], b"GIF89a\xff\xff\xff\xff"]
)
def test_anything_else_is_not_a_picture(content: bytes) -> None:
    with pytest.raises((NotAPicture, TooLarge)):
        read_photo(io.BytesIO(content))


def test_every_fault_is_named_with_its_place() -> None:
    files: list[UploadedFile[bytes]] = [
        SimpleUploadedFile("a.jpg", b"no"),
        SimpleUploadedFile("b.png", bomb()),
    ]
    with override("zh-hans"):
        form = Photos({}, MultiValueDict({"photos": files}))
        first, second = map(str, form.errors["photos"])
        assert first.startswith("第 1 个文件不是能打开的照片")
        assert second.startswith("第 2 张照片太大")
        form = Photos({}, MultiValueDict({"photos": [*files, files[0]]}))
        assert form.errors["photos"] == ["一次最多附 2 张照片。"]


def sent(content: bytes) -> HttpRequest:
    request = RequestFactory().post(
        "/", {"photos": SimpleUploadedFile("a.jpg", content), "words": "路灯不亮"}
    )
    request.upload_handlers = [LimitedUploadHandler(request)]
    return request


def test_a_file_too_large_is_drained_and_the_words_beside_it_survive(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", 100_000)
    request = sent(b"x" * 900_000)
    with override("zh-hans"):
        form = Photos(request.POST, request.FILES)
        assert str(form.errors["photos"][0]).startswith("第 1 张照片太大，一张最多 15 MB")
    assert form.cleaned_data["words"] == "路灯不亮"
    [kept] = request.FILES.getlist("photos")
    assert kept.read() == b""


def test_a_photo_within_the_limit_arrives() -> None:
    request = sent(jpeg())
    form = Photos(request.POST, request.FILES)
    assert form.is_valid(), form.errors
    [photo] = form.cleaned_data["photos"]
    assert (photo.width, photo.height) == (60, 40)
