"""Ends that are not a reply, and ways back: T40–T44."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.access import SYSTEM, Viewer, require
from lianxin.cases import events
from lianxin.cases.actions.applying import ask, rule, ruled
from lianxin.cases.actions.conflicts import leave_hands
from lianxin.cases.actions.leaving import leave_parent, let_go, split
from lianxin.cases.actions.moving import EVERY_CLOCK, move, require_text, rules_of
from lianxin.cases.actions.refusing import write_refusal
from lianxin.cases.models import Application, ApplicationKind, Case, Decision
from lianxin.cases.policy import may_move
from lianxin.cases.queries import archivable, came_back
from lianxin.cases.states import ARCHIVE_AFTER, BEFORE_UNIT, State
from lianxin.deadlines import queries as clocks
from lianxin.intake import actions as intake
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.kernel.workdays import Span, Unit, add
from lianxin.sorting import queries as sorting
from lianxin.sorting.kinds import GroundMove


def withdraw(case: Case, *, text: str = "", by: Viewer) -> None:
    """The person takes the concern back (T41).

    Once a unit has the case, somebody outside it first asks whether this is their free will.
    """
    if case.state in BEFORE_UNIT or case.parent is not None:
        with transaction.atomic():
            require(may_move(by, case, "withdraw"))
            if case.parent is not None:
                split(case, reason="", by=SYSTEM)
            let_go(case)
            move(
                case,
                "withdraw",
                by=by,
                events=[events.Withdrawn()],
                to=State.WITHDRAWN,
                stop=EVERY_CLOCK,
            )
        return
    ask(case, ApplicationKind.WITHDRAWAL, "withdraw", text=text.strip()[:2_000], by=by)


def rule_on_withdrawal(case: Case, *, grant: bool, text: str, by: Viewer) -> None:
    """Somebody outside the unit asked the person: it is their free will, or the case goes on."""
    with transaction.atomic():
        asked = rule(case, ApplicationKind.WITHDRAWAL, grant=grant, text=text, by=by)
        if grant:
            let_go(case)
        move(
            case,
            "rule_on_withdrawal",
            by=by,
            events=[ruled(asked), *([events.Withdrawn()] if grant else [])],
            to=State.WITHDRAWN if grant else None,
            stop=EVERY_CLOCK if grant else (),
        )


def ask_termination(case: Case, *, ground: str, text: str, by: Viewer) -> Application:
    """Propose to end the handling (T42) on a ground of the list, in words the person will read."""
    row = sorting.ground(ground)
    if row is None or row.move != GroundMove.TERMINATE:
        raise Problem(_("Choose a ground from the list."), "ground")
    text = require_text(text, _("Write what the person will read."))
    return ask(
        case, ApplicationKind.TERMINATION, "ask_termination", text=text, reason=ground, by=by
    )


def rule_on_termination(case: Case, *, grant: bool, text: str, by: Viewer) -> None:
    """Somebody outside the unit approves the end of handling or declines it."""
    with transaction.atomic():
        asked = rule(case, ApplicationKind.TERMINATION, grant=grant, text=text, by=by)
        happened = []
        if grant:
            refusal = write_refusal(case, asked.reason, asked.text)
            happened = [events.Terminated(refusal.pk)]
        move(
            case,
            "rule_on_termination",
            by=by,
            events=[ruled(asked), *happened],
            to=State.TERMINATED if grant else None,
            stop=EVERY_CLOCK if grant else (),
        )


def object_to(case: Case, *, text: str, by: Viewer) -> Application:
    """The person objects to a refusal, another way or an end of handling (T44).

    What was set aside comes back into the queue at once, the first time; after that a supervisor
    decides as on any objection.
    """
    text = require_text(text, _("Please tell us why you do not agree."))
    if case.state == State.SET_ASIDE and not came_back(case):
        return _come_back(case, text=text, by=by)
    return ask(case, ApplicationKind.OBJECTION, "object", text=text, by=by)


def _come_back(case: Case, *, text: str, by: Viewer) -> Application:
    require(may_move(by, case, "come_back"))
    now = clock.now()
    with transaction.atomic():
        asked = Application.objects.create(
            case=case, kind=ApplicationKind.OBJECTION, text=text, asked_at=now,
            decision=Decision.GRANTED, decided_at=now,
        )  # fmt: skip
        back = [events.Asked(asked.pk, asked.kind), events.SentToTriage("objection")]
        move(case, "come_back", by=by, events=back)
    return asked


def rule_on_objection(case: Case, *, grant: bool, text: str, by: Viewer) -> None:
    """A supervisor sends the case back to the desk or lets the refusal stand, with the reason."""
    with transaction.atomic():
        asked = rule(case, ApplicationKind.OBJECTION, grant=grant, text=text, by=by)
        back = [ruled(asked), events.SentToTriage("objection")]
        if not grant:
            move(case, "rule_on_objection", by=by, events=[ruled(asked)])
        elif case.parent is not None:
            leave_parent(case, "rule_on_objection", by=by, events=back)
        else:
            move(
                case,
                "rule_on_objection",
                by=by,
                events=back,
                to=State.TRIAGE,
                start=("triage",),
            )


def reopen(case: Case, *, text: str, by: Viewer) -> None:
    """The same fault came back, or there are new facts (T40); within the window of the preset."""
    text = require_text(text, _("Say what has come back, or what is new."), longest=5_000)
    window = rules_of(case).span("reopen_window") or Span(90, Unit.DAY)
    if clock.now() > add(case.moved_at, window, clocks.calendar()):
        raise Problem(
            _(
                "More than %(days)s days have passed. Please raise it as a new concern; "
                "name this number and we will look at both."
            )
            % {"days": window.value}
        )
    require(may_move(by, case, "reopen"))
    with transaction.atomic():
        addition = intake.add_words(case.concern, words=text, by=by)
        move(case, "reopen", by=by, events=[events.Reopened(addition.pk)], closing="")
        leave_hands(case)


def archive_old(limit: int = 500) -> int:
    """Archive what ended long ago and has no running limit (T43). Returns how many."""
    done = 0
    for case in archivable(before=clock.now() - ARCHIVE_AFTER, limit=limit):
        with transaction.atomic():
            move(case, "archive", by=SYSTEM, events=[events.Archived()])
        done += 1
    return done
