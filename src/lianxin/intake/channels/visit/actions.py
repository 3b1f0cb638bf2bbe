"""File what somebody says at the counter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from lianxin.access import Viewer
from lianxin.intake.actions import NewConcern, Receipt, file_concern
from lianxin.intake.channels.visit.models import Visit


def file_visit(new: NewConcern, facts: Mapping[str, Any], *, by: Viewer) -> Receipt:
    """File the concern with the number of people who came. Raises Problem at the field."""
    with transaction.atomic():
        receipt = file_concern(new, by=by)
        if receipt.fresh:
            Visit.objects.create(concern=receipt.concern, people=facts["people"])
    return receipt
