"""All acts of the modules in one list, and which of them a viewer has now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lianxin.access import Viewer
from lianxin.appraisal import acts as appraisal
from lianxin.cases import acts as cases
from lianxin.replies import acts as replies
from lianxin.ui.acts import Act

if TYPE_CHECKING:
    from lianxin.cases.models import Case

EVERY: dict[str, Act] = {
    act.name: act for act in (*cases.ACTS, *replies.ACTS, *appraisal.ACTS)
}  # fmt: skip


@dataclass(frozen=True)
class WhyNot:
    """One reason and the acts it keeps away."""

    reason: str
    labels: Sequence[str]


@dataclass(frozen=True)
class Offer:
    """What a viewer may do now, which of it is the next step, and why not the rest."""

    acts: Sequence[Act]
    following: frozenset[str]
    why_not: Sequence[WhyNot]


def offer(viewer: Viewer, case: Case) -> Offer:
    """The lawful acts, the likeliest first; the rest of one's own work with the reason."""
    lawful: list[Act] = []
    reasons: dict[str, list[str]] = {}
    for act in EVERY.values():
        answer = act.may(viewer, case)
        if answer:
            lawful.append(act)
        elif viewer.has(*act.roles) if act.roles else False:
            reasons.setdefault(str(answer), []).append(str(act.label))
    following = frozenset(act.name for act in lawful if act.is_next(case))
    lawful.sort(key=lambda act: (act.name not in following, act.tone == "danger"))
    return Offer(lawful, following, [WhyNot(reason, labels) for reason, labels in reasons.items()])
