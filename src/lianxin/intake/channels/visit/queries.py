"""What is known of a visit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import ngettext

from lianxin.intake.channels.visit.models import Visit

if TYPE_CHECKING:
    from lianxin.intake.models import Concern


def told(concern: Concern) -> str:
    """How many came, where it was a group."""
    people = Visit.objects.filter(concern=concern).values_list("people", flat=True).first() or 1
    if people == 1:
        return ""
    return ngettext("%(n)d person came", "%(n)d people came", people) % {"n": people}
