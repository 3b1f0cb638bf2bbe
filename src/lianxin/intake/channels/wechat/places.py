"""Places as Chinese maps give them: GCJ-02, up to half a kilometre beside the true place (WGS 84).

GB 20263 lets no map show true coordinates. The shift is a published smooth function, taken back by
adding what is missing until nothing is. After "eviltransform" (MIT); within a metre.
"""

from __future__ import annotations

from decimal import Decimal
from math import cos, pi, radians, sin, sqrt

AXIS, ECCENTRICITY = 6_378_245.0, 0.00669342162296594323
"""Of the ellipsoid of Krasovsky (1940)."""
STEPS = 5


def wgs84(latitude: Decimal, longitude: Decimal) -> tuple[Decimal, Decimal]:
    """The true place, in degrees with six digits."""
    told = (float(latitude), float(longitude))
    found = told
    for _ in range(STEPS):
        shown = gcj02(*found)
        found = (found[0] + told[0] - shown[0], found[1] + told[1] - shown[1])
    return Decimal(f"{found[0]:.6f}"), Decimal(f"{found[1]:.6f}")


def gcj02(latitude: float, longitude: float) -> tuple[float, float]:
    """Where a Chinese map shows a place; outside China where it is."""
    if not (0.8293 <= latitude <= 55.8271 and 72.004 <= longitude <= 137.8347):
        return latitude, longitude
    x, y = longitude - 105.0, latitude - 35.0
    waves = 20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)
    north = (
        -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
        + (waves + 20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
        + (160 * sin(y / 12 * pi) + 320 * sin(y / 30 * pi)) * 2 / 3
    )  # fmt: skip
    east = (
        300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
        + (waves + 20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
        + (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    )  # fmt: skip
    angle = radians(latitude)
    magic = 1 - ECCENTRICITY * sin(angle) ** 2
    north *= 180 / (AXIS * (1 - ECCENTRICITY) / (magic * sqrt(magic)) * pi)
    east *= 180 / (AXIS / sqrt(magic) * cos(angle) * pi)
    return latitude + north, longitude + east
