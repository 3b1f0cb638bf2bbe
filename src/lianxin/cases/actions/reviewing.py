"""Review 复查 and recheck 复核 by the next higher body (T36–T39; petitions arts. 35, 36)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.access import Viewer
from lianxin.cases import events
from lianxin.cases.actions.applying import ask, rule, ruled
from lianxin.cases.actions.moving import move, require_text
from lianxin.cases.models import Application, ApplicationKind, Case, Closing
from lianxin.cases.states import State
from lianxin.deadlines import queries as clocks
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem


def ask_review(case: Case, *, text: str, by: Viewer) -> Application:
    """The person asks the next higher body for a review, within the right's time (T36)."""
    _within(case, "review_right")
    text = require_text(text, _("Please say what should be looked at again."))
    return ask(case, ApplicationKind.REVIEW, "ask_review", text=text, by=by)


def decide_review(case: Case, *, changed: bool, text: str, by: Viewer) -> None:
    """The reviewing body decides in writing (T37); the person may then ask for a recheck."""
    _not_decided_before(case, by)
    with transaction.atomic():
        asked = rule(case, ApplicationKind.REVIEW, grant=changed, text=text, by=by)
        move(case, "decide_review", by=by, events=[ruled(asked)], closing="")


def ask_recheck(case: Case, *, text: str, by: Viewer) -> Application:
    """The person asks for a recheck after the review (T38)."""
    _within(case, "recheck_right")
    text = require_text(text, _("Please say what should be looked at again."))
    return ask(case, ApplicationKind.RECHECK, "ask_recheck", text=text, by=by)


def decide_recheck(case: Case, *, changed: bool, text: str, by: Viewer) -> None:
    """The last decision (T39). Help is still offered afterwards."""
    _not_decided_before(case, by)
    with transaction.atomic():
        asked = rule(case, ApplicationKind.RECHECK, grant=changed, text=text, by=by)
        move(
            case,
            "decide_recheck",
            by=by,
            events=[ruled(asked), events.Closed(Closing.FINAL)],
            to=State.CLOSED,
            closing=Closing.FINAL,
        )


def may_ask(case: Case, right: str) -> bool:
    """Whether the time for asking is running."""
    return any(
        row.kind == right and clock.now() <= row.due_at for row in clocks.running(case.subject)
    )


def _within(case: Case, right: str) -> None:
    if not may_ask(case, right):
        raise Problem(_("The time for asking this is over, or it is not offered in this case."))


def _not_decided_before(case: Case, by: Viewer) -> None:
    """The body that decided before does not decide again."""
    if case.applications.filter(decided_by_id=by.user_id, kind=ApplicationKind.REVIEW).exists():
        raise Problem(_("Somebody who has not decided this case before must do it."))
