"""File a concern that somebody brings for another person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction

from lianxin.access import Viewer
from lianxin.intake.actions import NewConcern, Receipt, file_concern
from lianxin.intake.channels.proxy.models import Proxy


def file_for(new: NewConcern, facts: Mapping[str, Any], *, by: Viewer) -> Receipt:
    """The concern is the person's: their name, their code, their judgement. Raises Problem."""
    contact = new.contact | {name: facts[name] for name in ("proxy_name", "proxy_phone")}
    with transaction.atomic():
        receipt = file_concern(replace(new, contact=contact), by=by)
        if receipt.fresh:
            Proxy.objects.create(
                concern=receipt.concern, relation=facts["relation"], paper=facts["paper"]
            )
    return receipt
