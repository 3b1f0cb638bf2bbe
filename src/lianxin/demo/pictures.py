"""Small neutral drawings in the place of residents' photos. Nobody is on them."""

from __future__ import annotations

import io
from random import Random

from PIL import Image, ImageDraw

SIZE = (960, 720)
SUBJECTS = {
    "roads.lights": "lamp",
    "roads": "pothole",
    "utilities.water": "water",
    "utilities.drainage": "water",
    "utilities.heating": "radiator",
    "traffic": "cars",
    "sanitation": "bins",
    "environment": "smoke",
    "housing": "wall",
    "old_estates": "wall",
}


def subject_of(category: str) -> str:
    """What to draw for a category; empty when nothing fits."""
    return SUBJECTS.get(category) or SUBJECTS.get(category.partition(".")[0], "")


def draw(subject: str, rng: Random) -> bytes:
    """A drawing as JPEG, 960 × 720; a little different each time."""
    night = subject == "lamp"
    image = Image.new("RGB", SIZE, (28, 34, 52) if night else (214, 224, 230))
    pen = ImageDraw.Draw(image)
    ground = 470 + rng.randint(-30, 30)
    pen.rectangle((0, ground, *SIZE), fill=(58, 60, 66) if night else (150, 152, 150))
    for left in range(-40, 960, rng.randint(150, 210)):
        top = rng.randint(120, 300)
        shade = rng.randint(0, 18)
        tone = (44 + shade, 50 + shade, 66 + shade) if night else (186 - shade, 190 - shade, 192)
        pen.rectangle((left, top, left + rng.randint(90, 170), ground), fill=tone)
    _SKETCHES[subject](pen, rng, ground)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()


def _lamp(pen: ImageDraw.ImageDraw, rng: Random, ground: int) -> None:
    for left, lit in ((160, True), (480 + rng.randint(-40, 40), False), (800, True)):
        pen.line((left, ground, left, 170), fill=(120, 124, 132), width=10)
        pen.line((left, 172, left + 60, 160), fill=(120, 124, 132), width=8)
        if lit:
            pen.polygon((left + 60, 170, left - 30, ground, left + 150, ground), fill=(92, 86, 60))
        pen.ellipse((left + 42, 150, left + 84, 178), fill=(250, 224, 140) if lit else (64, 66, 72))


def _pothole(pen: ImageDraw.ImageDraw, rng: Random, ground: int) -> None:
    for left in range(0, 960, 160):
        pen.rectangle((left, ground + 110, left + 80, ground + 120), fill=(226, 226, 220))
    for _each in range(rng.randint(2, 4)):
        x, y, wide = rng.randint(120, 760), rng.randint(ground + 40, 640), rng.randint(60, 130)
        pen.ellipse((x, y, x + wide, y + wide // 2), fill=(92, 90, 86))
        pen.ellipse((x + 12, y + 10, x + wide - 10, y + wide // 2 - 6), fill=(66, 64, 62))


def _water(pen: ImageDraw.ImageDraw, rng: Random, ground: int) -> None:
    x = rng.randint(300, 560)
    pen.ellipse((x - 220, ground + 60, x + 320, ground + 190), fill=(126, 160, 182))
    pen.ellipse((x - 130, ground + 84, x + 220, ground + 160), fill=(150, 184, 204))
    pen.ellipse((x, ground + 90, x + 90, ground + 122), fill=(70, 72, 74))
    for step in range(5):
        pen.arc((x - 10 - step * 6, ground - 60, x + 96 + step * 6, ground + 120), 200, 340,
                fill=(176, 206, 222), width=5)  # fmt: skip


def _radiator(pen: ImageDraw.ImageDraw, rng: Random, _ground: int) -> None:
    left = rng.randint(240, 360)
    for rib in range(8):
        pen.rounded_rectangle(
            (left + rib * 48, 330, left + rib * 48 + 36, 600), 14, fill=(236, 236, 232),
            outline=(160, 160, 158), width=3,
        )  # fmt: skip
    pen.line((60, 620, left, 620), fill=(150, 150, 150), width=14)


def _cars(pen: ImageDraw.ImageDraw, rng: Random, ground: int) -> None:
    for row in range(rng.randint(3, 5)):
        left, top = 40 + row * 190 + rng.randint(-12, 12), ground + 30 + (row % 2) * 70
        tone = (rng.randint(90, 190), rng.randint(90, 170), rng.randint(100, 180))
        pen.rounded_rectangle((left, top, left + 170, top + 60), 18, fill=tone)
        pen.rounded_rectangle((left + 34, top - 38, left + 138, top + 14), 16, fill=tone)
        for wheel in (left + 22, left + 116):
            pen.ellipse((wheel, top + 42, wheel + 36, top + 78), fill=(40, 40, 42))


def _bins(pen: ImageDraw.ImageDraw, rng: Random, ground: int) -> None:
    for number in range(3):
        left = 180 + number * 210
        pen.polygon(
            (left, ground - 40, left + 150, ground - 40, left + 130, 640, left + 20, 640),
            fill=(64, 116, 88),
        )
        for _each in range(7):
            x, y = left + rng.randint(-30, 120), ground - rng.randint(40, 110)
            pen.ellipse((x, y, x + 60, y + 52), fill=(60 + rng.randint(0, 60),) * 3)


def _smoke(pen: ImageDraw.ImageDraw, rng: Random, ground: int) -> None:
    left = rng.randint(340, 520)
    pen.rectangle((left, 240, left + 70, ground), fill=(134, 118, 110))
    for step in range(9):
        x, y, wide = left + 10 + step * 34, 220 - step * 20 + rng.randint(-10, 10), 70 + step * 14
        pen.ellipse((x, y, x + wide, y + wide * 2 // 3), fill=(170 + step * 5,) * 3)


def _wall(pen: ImageDraw.ImageDraw, rng: Random, _ground: int) -> None:
    pen.rectangle((140, 90, 820, 660), fill=(222, 216, 204))
    for left in (230, 560):
        pen.rectangle((left, 180, left + 150, 360), fill=(124, 150, 168), outline=(250, 250, 250),
                      width=8)  # fmt: skip
    x = rng.randint(420, 500)
    for _each in range(12):
        y = rng.randint(380, 600)
        pen.ellipse((x - 60, y, x + rng.randint(40, 120), y + 60), fill=(190, 178, 156))
    points = [(x + rng.randint(-26, 26), 90 + step * 48) for step in range(12)]
    pen.line(points, fill=(120, 108, 96), width=4)


_SKETCHES = {
    "lamp": _lamp, "pothole": _pothole, "water": _water, "radiator": _radiator, "cars": _cars,
    "bins": _bins, "smoke": _smoke, "wall": _wall,
}  # fmt: skip
