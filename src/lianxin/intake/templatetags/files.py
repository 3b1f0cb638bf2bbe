"""One file on a page: a picture, a player, or something to take away."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from lianxin.access import ANONYMOUS
from lianxin.files import FORMATS
from lianxin.intake import policy
from lianxin.intake.models import Attachment
from lianxin.intake.wording import label_of

register = template.Library()


@register.inclusion_tag("intake/attached.html", takes_context=True)
def attached(context: Context, row: Attachment, n: int) -> dict[str, Any]:
    """The file as this page's reader may have it; ``n`` numbers it among its neighbours."""
    request = context.get("request")
    viewer = getattr(request, "viewer", ANONYMOUS)
    form = FORMATS[row.suffix]
    return {
        "row": row,
        "n": n,
        "kind": form.kind,
        "label": label_of(row),
        "answer": policy.may_open(viewer, row),
    }


@register.filter
def file_label(row: Attachment) -> str:
    """What the file is, how long, how large."""
    return label_of(row)


@register.filter
def file_kind(row: Attachment) -> str:
    """photo, document, audio or video."""
    return FORMATS[row.suffix].kind
