"""What is known of a letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import formats
from django.utils.translation import gettext as _

from lianxin.intake.channels.letter.models import Letter

if TYPE_CHECKING:
    from lianxin.intake.models import Concern


def told(concern: Concern) -> str:
    """The day on its envelope."""
    dated = Letter.objects.filter(concern=concern).values_list("dated", flat=True).first()
    return _("dated %(day)s") % {"day": formats.date_format(dated)} if dated else ""
