"""What is known of a proxy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from lianxin.intake.channels.proxy.models import Proxy

if TYPE_CHECKING:
    from lianxin.intake.models import Concern


def told(concern: Concern) -> str:
    """Who brought it, and where the authorisation is kept."""
    row = Proxy.objects.filter(concern=concern).first()
    if row is None:
        return ""
    return _("%(who)s, with written authorisation: %(paper)s") % {
        "who": row.get_relation_display(), "paper": row.paper,
    }  # fmt: skip
