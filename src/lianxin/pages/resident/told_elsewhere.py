"""How a concern stands, told outside our pages to whoever has typed its code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lianxin.intake.standing import tells_standing
from lianxin.pages.resident.standing import standing
from lianxin.pages.resident.tracked import tracked

if TYPE_CHECKING:
    from lianxin.intake.models import Concern


@tells_standing
def in_a_sentence(concern: Concern) -> str:
    """The headline of its page, and what comes next with its date."""
    found = standing(tracked(concern))
    coming = next((step for step in found.next if step.when), None)
    return "\n".join(
        filter(None, (found.headline, f"{coming.text}：{coming.when}" if coming else ""))
    )
