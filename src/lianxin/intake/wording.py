"""What a file is, in words, and why one is not taken."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianxin.files import FORMATS, Unfit
from lianxin.intake.models import Attachment


def label_of(row: Attachment) -> str:
    """ "PDF, 3 pages · 1.2 MB", "Recording, 0:42 · 80 KB", "Film, 1:05 · 12 MB"."""
    return f"{_what(row)} · {_size(row.size)}" if row.size else _what(row)


def why_unfit(unfit: Unfit) -> str:
    """The reason, as the second half of a sentence."""
    return {
        "too_large": _("it is too large"),
        "too_long": _("it is too long"),
        "protected": _("it is locked with a password"),
        "damaged": _("it cannot be opened"),
        "too_slow": _("it took too long to open"),
    }.get(unfit.fault, _("photos, PDF, recordings and films can be taken, this cannot"))


def _what(row: Attachment) -> str:
    match FORMATS[row.suffix].kind:
        case "document":
            return ngettext("PDF, %(n)s page", "PDF, %(n)s pages", row.pages) % {"n": row.pages}
        case "audio":
            return _("Recording, %(length)s") % {"length": _length(row.seconds)}
        case "video":
            return _("Film, %(length)s") % {"length": _length(row.seconds)}
        case _:
            return _("Photo")


def _length(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02d}"


def _size(size: int) -> str:
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} KB"
    return f"{size / 1_000_000:.1f} MB"
