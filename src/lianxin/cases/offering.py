"""How acts of a case are made from the table of moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from lianxin.access import Allowed, Answer, Denied, Viewer
from lianxin.cases import queries
from lianxin.cases.choices import ApplicationKind
from lianxin.cases.policy import may_move
from lianxin.cases.states import MOVES
from lianxin.ui.acts import Act

if TYPE_CHECKING:
    from lianxin.cases.models import Case

Data = Mapping[str, Any]
More = Callable[[Viewer, Any], Answer]
ASKED = "cases/acts/asked.html"


def renamed(data: Data, **names: str) -> dict[str, Any]:
    """The form's values under the names of the action."""
    return {names.get(name, name): value for name, value in data.items()}


def on_move(name: str, **described: Any) -> Act:
    """An act that makes a move of the table; ``further`` asks what the table cannot know."""
    further: More | None = described.pop("further", None)

    def may(viewer: Viewer, case: Any) -> Answer:
        answer = may_move(viewer, case, name)
        return further(viewer, case) if answer and further else answer

    row = MOVES[name]
    return Act(
        name=name,
        may=may,
        roles=tuple(map(str, row.roles)),
        **{"label": row.label, **described},
    )


def waits(kind: ApplicationKind) -> More:
    """Somebody else's application of this kind waits for a decision."""

    def further(viewer: Viewer, case: Case) -> Answer:
        asked = queries.waiting(case).get(kind)
        if asked is None:
            return Denied(_("Nobody has asked for this."))
        if asked.asked_by_id is not None and asked.asked_by_id == viewer.user_id:
            return Denied(_("Somebody else must decide what you asked for."))
        return Allowed()

    return further


def not_asked(kind: ApplicationKind) -> More:
    """No application of this kind waits already."""

    def further(_viewer: Viewer, case: Case) -> Answer:
        if kind in queries.waiting(case):
            return Denied(_("This has already been asked for and waits for a decision."))
        return Allowed()

    return further


def asked(kind: ApplicationKind) -> Callable[[Any, Viewer], Data]:
    """The waiting application, for the template above the form."""
    return lambda case, _viewer: {"asked": queries.waiting(case).get(kind)}


def ruling(kind: ApplicationKind, name: str, **described: Any) -> Act:
    """An act that decides on an application."""
    return on_move(
        name,
        further=waits(kind),
        above=ASKED,
        show=asked(kind),
        tone="primary",
        **{"done": _("Decided. Whoever asked is told."), **described},
    )
