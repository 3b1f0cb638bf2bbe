"""Ask for something that another person decides, and decide it."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lianxin.access import Viewer, require
from lianxin.cases import events
from lianxin.cases.actions.moving import move
from lianxin.cases.models import Application, ApplicationKind, Case, Decision
from lianxin.cases.policy import may_move
from lianxin.cases.states import State
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem

DECIDED_BY = {
    ApplicationKind.REVIEW: "decide_review",
    ApplicationKind.RECHECK: "decide_recheck",
}


def ask(
    case: Case,
    kind: ApplicationKind,
    move_name: str,
    *,
    text: str,
    by: Viewer,
    to: State | None = None,
    **columns: Any,
) -> Application:
    """Write an application and make the move that goes with asking. A second one is a Problem."""
    require(may_move(by, case, move_name))
    with transaction.atomic():
        try:
            with transaction.atomic():
                asked = Application.objects.create(
                    case=case,
                    kind=kind,
                    text=text,
                    asked_by_id=by.user_id,
                    asked_at=clock.now(),
                    **columns,
                )
        except IntegrityError:
            raise Problem(_("This has already been asked for and waits for a decision.")) from None
        move(case, move_name, by=by, events=[events.Asked(asked.pk, kind)], to=to)
    return asked


def undecided(case: Case, kind: ApplicationKind) -> Application:
    """The application of a kind that waits for a decision; Problem when there is none."""
    waiting = case.applications.filter(kind=kind, decision="").first()
    if waiting is None:
        raise Problem(_("Nothing waits for this decision any more."))
    return waiting


def rule(case: Case, kind: ApplicationKind, *, grant: bool, text: str, by: Viewer) -> Application:
    """Write the decision on the waiting application. Whoever asked cannot decide.

    Call inside the transaction of the move that follows from it.
    """
    require(may_move(by, case, DECIDED_BY.get(kind, f"rule_on_{kind}")))
    asked = undecided(case, kind)
    if not text.strip():
        raise Problem(_("Say why."), "text")
    if asked.asked_by_id is not None and asked.asked_by_id == by.user_id:
        raise Problem(_("Somebody else must decide what you asked for."))
    decision = Decision.GRANTED if grant else Decision.DECLINED
    changed = Application.objects.filter(pk=asked.pk, decision="").update(
        decision=decision,
        decision_text=text.strip()[:2_000],
        decided_by_id=by.user_id,
        decided_at=clock.now(),
    )
    if changed != 1:
        raise Problem(_("Somebody else has just decided this."))
    asked.refresh_from_db()
    return asked


def ruled(asked: Application) -> events.Ruled:
    """The journal's event of a decision."""
    return events.Ruled(asked.pk, asked.kind, asked.decision)
