"""A picture decoded, pasted on a new sheet and encoded anew. Runs inside the jail."""

from __future__ import annotations

import encodings.ascii
import encodings.latin_1
import encodings.utf_16  # noqa: F401 - names of codecs are looked up on the disk otherwise
from typing import IO, Any, Final

from PIL import Image, ImageOps, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin

from lianxin.files.kinds import MOST_JPEG_PIXELS, MOST_PIXELS, Unfit

EDGE: Final = 2000
"""Longest side of what is kept, in pixels."""
FAMILIES: Final = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "heic": "HEIF"}
READERS: Final = (
    JpegImagePlugin.JpegImageFile,
    MpoImagePlugin.MpoImageFile,  # a phone's picture of several frames comes as JPEG
    PngImagePlugin.PngImageFile,
    WebPImagePlugin.WebPImageFile,
)
GPS: Final = 0x8825
# Opening a picture would look for the other readers on the disk.
Image.preinit()


def load(family: str) -> None:
    """Bring in what this family needs beyond the usual readers."""
    if family == "heic":
        import pillow_heif

        pillow_heif.options.DECODE_THREADS = 1
        pillow_heif.options.DEPTH_IMAGES = pillow_heif.options.AUX_IMAGES = False
        pillow_heif.register_heif_opener(thumbnails=False)


def clean(given: IO[bytes], copy: IO[bytes], family: str) -> dict[str, Any]:
    """Write the picture as a plain JPEG; its measures, and the place it named."""
    try:
        with Image.open(given, formats=(FAMILIES[family],)) as picture:
            _bounded(picture)
            place = _place(picture)
            sheet = _anew(picture)
    except Image.DecompressionBombError as error:
        raise Unfit("too_large") from error
    sheet.save(copy, "JPEG", quality=82, optimize=True, progressive=False)
    measures = {"width": sheet.width, "height": sheet.height}
    return {"format": "jpg", "family": family, "place": place, **measures}


def _bounded(picture: Image.Image) -> None:
    """Before anything is unpacked, and some formats unpack everything to find their notes."""
    plain = picture.format in ("JPEG", "MPO") and "progressive" not in picture.info
    if picture.width * picture.height > (MOST_JPEG_PIXELS if plain else MOST_PIXELS):
        raise Unfit("too_large")


def _anew(picture: Image.Image) -> Image.Image:
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
    return sheet


def _upright(picture: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:
        # A damaged note about the camera must not cost the resident the photo.
        return picture


def _place(picture: Image.Image) -> tuple[float, float] | None:
    """Latitude and longitude in degrees, to about a metre, as the camera noted them."""
    try:
        note = picture.getexif().get_ifd(GPS)
        place = _degrees(note[2], note[1], "S"), _degrees(note[4], note[3], "W")
    except Exception:
        return None
    inside = abs(place[0]) <= 90 and abs(place[1]) <= 180
    return place if inside and place != (0.0, 0.0) else None


def _degrees(parts: Any, side: str, negative: str) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return round(-value if str(side).strip("\0 ").upper() == negative else value, 6)
