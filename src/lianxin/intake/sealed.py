"""What a concern says, as it is sealed and as it is opened."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from lianxin.intake.models import SAID
from lianxin.seals import sealing
from lianxin.seals.sealing import Shut, label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lianxin.access import Viewer
    from lianxin.intake.models import Addition, Concern

NUMBERS = ("latitude", "longitude")


def packed(concern: Concern) -> dict[str, Any]:
    """What it says, as plain values."""
    values = {name: getattr(concern, name) for name in SAID}
    return {name: None if value is None else str(value) for name, value in values.items()}


def unpacked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields again."""
    found = {name: values[name] for name in SAID}
    for name in NUMBERS:
        found[name] = Decimal(found[name]) if found[name] is not None else None
    if found["happened_on"]:
        found["happened_on"] = date.fromisoformat(found["happened_on"])
    return found


def read_with_keys(concern: Concern, viewer: Viewer) -> bool:
    """Put what it says back into the row in memory, as far as the viewer has unlocked it.

    Whether it can be read now. Never saved from there: a trigger would refuse.
    """
    if concern.sealed is None:
        return True
    try:
        values = sealing.unseal(
            concern.sealed, label=label("concern", concern.uuid), unlocked=viewer.unlocked
        )
    except Shut:
        return False
    for name, value in unpacked(values).items():
        setattr(concern, name, value)
    return True


def revealed(rows: list[Addition], concern: Concern, viewer: Viewer) -> list[Addition]:
    """The additions of a concern, those that are sealed opened as far as the viewer can."""
    for row in rows:
        if row.sealed is not None and viewer.unlocked:
            place = label("addition", concern.uuid)
            row.words = sealing.unseal(row.sealed, label=place, unlocked=viewer.unlocked)["words"]
    return rows
