"""What staff may do after the person has judged, or has not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from lianxin.access import Answer, Denied, Viewer
from lianxin.appraisal import actions, forms_desk, queries
from lianxin.cases.policy import may_move
from lianxin.cases.states import MOVES
from lianxin.ui.acts import Act

if TYPE_CHECKING:
    from lianxin.cases.models import Case


def may_rule(name: str) -> Any:
    """A supervisor outside the unit, once the person has said that something is wrong."""

    def may(viewer: Viewer, case: Case) -> Answer:
        answer = may_move(viewer, case, name)
        if answer and not queries.unsatisfied(case):
            return Denied(_("The person has not said that anything is wrong."))
        return answer

    return may


def _roles(name: str) -> tuple[str, ...]:
    return tuple(map(str, MOVES[name].roles))


ACTS = (
    Act(
        name="call_back", label=MOVES["call_back"].label, key="c", tone="primary",
        may=lambda viewer, case: may_move(viewer, case, "call_back"), roles=_roles("call_back"),
        form=forms_desk.CallBackForm, done=_("Kept. The person judges with their own code."),
        run=lambda case, data, by: actions.call_back(case, **data, by=by),
    ),
    Act(
        name="order_rework", label=MOVES["order_rework"].label, key="x", tone="primary",
        may=may_rule("order_rework"), roles=_roles("order_rework"), form=forms_desk.ReworkForm,
        above="appraisal/acts/rating.html",
        show=lambda case, _viewer: {"ratings": queries.ratings_of(case)},
        done=_("Back to the unit, with a new limit. The person is told."),
        run=lambda case, data, by: actions.order_rework(case, **data, by=by),
    ),
    Act(
        name="let_stand", label=MOVES["let_stand"].label, key="l",
        may=may_rule("let_stand"), roles=_roles("let_stand"), form=forms_desk.LetStandForm,
        above="appraisal/acts/rating.html",
        show=lambda case, _viewer: {"ratings": queries.ratings_of(case)},
        done=_("Closed; it counts as not satisfied."),
        run=lambda case, data, by: actions.let_stand(case, **data, by=by),
    ),
)  # fmt: skip
