"""File a letter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from lianxin.access import Viewer
from lianxin.intake.actions import NewConcern, Receipt, file_concern
from lianxin.intake.channels.letter.models import Letter


def file_letter(new: NewConcern, facts: Mapping[str, Any], *, by: Viewer) -> Receipt:
    """File the concern, and the day on its envelope where it can be read."""
    with transaction.atomic():
        receipt = file_concern(new, by=by)
        if receipt.fresh and facts["dated"]:
            Letter.objects.create(concern=receipt.concern, dated=facts["dated"])
    return receipt
