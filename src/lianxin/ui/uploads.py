"""Files from strangers: never more kept than allowed, nothing but the picture itself kept."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from PIL import Image, ImageOps

MOST_BYTES = 15_000_000
"""Bytes of one file; the rest of a larger one is read and thrown away."""
MOST_PIXELS = 40_000_000
"""Pixels of a picture that has to be unpacked whole."""
MOST_JPEG_PIXELS = 130_000_000
"""Pixels of a plain JPEG, which is unpacked at a fraction: today's phones make 108 million."""
EDGE = 2000
"""Longest side of what is kept, in pixels."""
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
"""A phone's picture of several frames (MPO) comes in as JPEG."""


class TooLarge(Exception):  # noqa: N818 - what it says about the picture
    """More bytes or more pixels than we take."""


class NotAPicture(Exception):  # noqa: N818 - what it says about the file
    """Nothing that can be shown as a picture."""


class CutFile(UploadedFile):  # type: ignore[type-arg]
    """Stands for an uploaded file that was too large to keep."""

    too_large = True


class LimitedUploadHandler(TemporaryFileUploadHandler):
    """Keeps each file on disk up to :data:`MOST_BYTES`; the form says what was too large.

    Refusing by raising would cut the connection and lose the words typed beside the photo.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.cut = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if self.cut:
            return None
        if start + len(raw_data) > MOST_BYTES:
            self.cut = True
            self.file.close()
            return None
        super().receive_data_chunk(raw_data, start)
        return None

    def file_complete(self, file_size: int) -> UploadedFile[bytes] | None:
        if self.cut:
            return CutFile(file=io.BytesIO(), name=self.file_name, size=file_size)
        return super().file_complete(file_size)


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture as it is kept: a JPEG without any note about where, when or by whom."""

    content: bytes
    width: int
    height: int

    media_type = "image/jpeg"
    suffix = ".jpg"


def read_photo(source: IO[bytes]) -> Photo:
    """Decode, turn upright, shrink to :data:`EDGE` and encode anew.

    Raises :class:`TooLarge` or :class:`NotAPicture`, whatever the file holds.
    """
    try:
        with Image.open(source, formats=FORMATS) as picture:
            return _anew(picture)
    except (TooLarge, Image.DecompressionBombError) as error:
        raise TooLarge from error
    # A hostile file can make the decoders raise nearly anything.
    except Exception as error:
        raise NotAPicture from error


def _anew(picture: Image.Image) -> Photo:
    plain = picture.format in ("JPEG", "MPO") and "progressive" not in picture.info
    if picture.width * picture.height > (MOST_JPEG_PIXELS if plain else MOST_PIXELS):
        raise TooLarge
    picture.draft("RGB", (EDGE, EDGE))
    picture.thumbnail((EDGE, EDGE))
    upright = _upright(picture)
    # Pasted on a new sheet, so that no comment, place or colour note travels along.
    sheet = Image.new("RGB", upright.size, "white")
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        layer = upright.convert("RGBA")
        sheet.paste(layer, mask=layer.getchannel("A"))
    else:
        sheet.paste(upright.convert("RGB"))
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=82, optimize=True, progressive=False)
    return Photo(out.getvalue(), sheet.width, sheet.height)


def _upright(picture: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:
        # A damaged note about the camera must not cost the resident the photo.
        return picture
