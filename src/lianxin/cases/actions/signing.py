"""At the unit: sign, return, name the handler, start (T11–T15)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.access import Viewer
from lianxin.cases import events
from lianxin.cases.actions.applying import ask, rule, ruled
from lianxin.cases.actions.moving import move, require_text, rules_of
from lianxin.cases.models import Application, ApplicationKind, Case, Decision
from lianxin.cases.policy import is_kept_away
from lianxin.cases.states import State
from lianxin.deadlines import actions as deadlines
from lianxin.deadlines import queries as clocks
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.people import queries as people
from lianxin.people.roles import Role


def sign_case(case: Case, *, by: Viewer) -> None:
    """The unit signs for a case (T11); a petition's handling limit begins here."""
    unit = case.lead_unit_id or 0
    starts = ("handling",) if rules_of(case).handling_starts == "acceptance" else ()
    with transaction.atomic():
        move(case, "sign", by=by, events=[events.Signed(unit)], start=starts)


def ask_return(
    case: Case, *, reason: str, text: str, basis: str = "", unit_id: int | None = None, by: Viewer
) -> Application:
    """Say that a case is not the unit's (T12): within the objection limit, once, with a basis."""
    text = require_text(text, _("Say why it is not yours."))
    basis = require_text(basis, _("Name the rule or the list of duties."), "basis", longest=300)
    if case.applications.filter(
        kind=ApplicationKind.RETURN, decision=Decision.DECLINED, from_unit_id=case.lead_unit_id
    ).exists():
        raise Problem(_("It was decided that this case is yours; it cannot be returned again."))
    running = [row for row in clocks.running(case.subject) if row.kind == "objection"]
    if not running or clock.now() > running[0].due_at:
        raise Problem(_("The time for returning this case is over."))
    return ask(
        case,
        ApplicationKind.RETURN,
        "ask_return",
        text=text,
        reason=reason,
        basis=basis,
        unit_id=unit_id,
        from_unit_id=case.lead_unit_id,
        by=by,
    )


def rule_on_return(case: Case, *, grant: bool, text: str, by: Viewer) -> None:
    """Decide a return: back to the desk to be sent elsewhere (T13), or it stays for good (T14)."""
    with transaction.atomic():
        asked = rule(case, ApplicationKind.RETURN, grant=grant, text=text, by=by)
        if grant:
            move(
                case,
                "rule_on_return",
                by=by,
                events=[ruled(asked), events.SentToTriage("return")],
                to=State.TRIAGE,
                stop=("sign",),
                start=("triage",),
            )
        else:
            move(case, "rule_on_return", by=by, events=[ruled(asked)], stop=("sign",))


def name_handler(
    case: Case, *, handler_id: int | None, leader_id: int | None = None, by: Viewer
) -> None:
    """Name who works on the case, and the responsible leader (M54)."""
    unit = case.lead_unit
    if unit is None:
        raise Problem(_("The case is not with a unit yet."))
    if handler_id is not None and not people.covers_unit(
        handler_id, unit, Role.HANDLER, Role.COMMUNITY_SECRETARY
    ):
        raise Problem(_("Choose a handler of this unit."), "handler")
    if leader_id is not None and not people.covers_unit(leader_id, unit, Role.UNIT_LEADER):
        raise Problem(_("Choose a responsible leader of this unit."), "leader")
    for part, pk in (("handler", handler_id), ("leader", leader_id)):
        if pk is not None and is_kept_away(people.viewer_of(pk), case):
            raise Problem(_("This person must stay away from the case."), part)
    if case.category and case.category.needs_leader and not (leader_id or case.leader_id):
        raise Problem(_("This kind of case needs a responsible leader."), "leader")
    with transaction.atomic():
        move(
            case,
            "assign",
            by=by,
            events=[events.HandlerNamed(handler_id, leader_id)],
            handler_id=handler_id,
            leader_id=leader_id or case.leader_id,
        )


def start_handling(case: Case, *, no_interest: bool, by: Viewer) -> None:
    """Begin (T15). Whoever has an interest in the matter must step back (petitions art. 28)."""
    if not no_interest:
        raise Problem(
            _(
                "Confirm that neither you nor your family has an interest in this matter. "
                "If you have, ask for another handler."
            ),
            "no_interest",
        )
    handler = case.handler_id or by.user_id
    if handler is None:
        raise Problem(_("Name a handler first."), "handler")
    with transaction.atomic():
        # Whoever begins has not objected: the right ends unused, neither kept nor missed.
        deadlines.cancel(case.subject, "objection")
        move(
            case,
            "start_handling",
            by=by,
            events=[events.HandlingStarted(handler)],
            handler_id=handler,
        )
