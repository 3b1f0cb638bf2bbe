"""A square of dots that leads to an address."""

from __future__ import annotations

import segno
from django.utils.safestring import SafeString, mark_safe


def drawing(address: str) -> SafeString:
    """The code as an SVG for a page; dark on white in every theme, or no camera reads it."""
    code = segno.make(address, error="m", micro=False)
    return mark_safe(
        code.svg_inline(
            scale=4,
            border=3,
            dark="#000",
            light="#fff",
            omitsize=True,
            svgclass="qr",
            lineclass=None,
        )
    )
