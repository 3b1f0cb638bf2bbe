"""More time (T24), and deferral with a timetable 挂账 (T25, T26)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.access import Viewer
from lianxin.cases import events
from lianxin.cases.actions.applying import ask, rule, ruled
from lianxin.cases.actions.moving import move, require_text, rules_of
from lianxin.cases.models import (
    Application,
    ApplicationKind,
    Case,
    Decision,
    Deferral,
    ProgressReport,
)
from lianxin.cases.states import State
from lianxin.deadlines import actions as deadlines
from lianxin.deadlines import queries as clocks
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.kernel.workdays import Span, Unit, add
from lianxin.people import queries as people
from lianxin.people.roles import Role
from lianxin.promises import actions as promises
from lianxin.promises.choices import PromiseKind

MOST_MILESTONES = 12


def ask_extension(case: Case, *, days: int, reason: str, text: str, by: Viewer) -> Application:
    """Ask for more time (T24): before the limit, as often and as long as the preset allows."""
    text = require_text(text, _("Say why more time is needed; the person will read it."))
    rules = rules_of(case)
    longest = rules.span("extension")
    if longest is None:
        raise Problem(_("The rules of this case allow no extension."))
    if not 1 <= days <= longest.value:
        raise Problem(_("At most %(most)s days.") % {"most": longest.value}, "days")
    granted = case.applications.filter(
        kind=ApplicationKind.EXTENSION, decision=Decision.GRANTED
    ).count()
    if granted >= (rules.count("extension.times") or 1):
        raise Problem(_("The limit has already been extended once."))
    handling = [row for row in clocks.running(case.subject) if row.kind == "handling"]
    if not handling:
        raise Problem(_("No handling limit is running."))
    before = rules.span("extension.ask_before")
    latest = add(clock.now(), before, clocks.calendar()) if before else clock.now()
    if latest > handling[0].due_at:
        raise Problem(_("It is too late to ask: an extension is asked for before the limit."))
    return ask(
        case,
        ApplicationKind.EXTENSION,
        "ask_extension",
        text=text,
        reason=reason,
        days=days,
        by=by,
    )


def rule_on_extension(case: Case, *, grant: bool, text: str, by: Viewer) -> None:
    """Grant or decline more time; a granted reason and the new date are told to the person."""
    with transaction.atomic():
        asked = rule(case, ApplicationKind.EXTENSION, grant=grant, text=text, by=by)
        longest = rules_of(case).span("extension")
        if grant and longest is not None:
            deadlines.extend(case.subject, "handling", Span(asked.days or 0, longest.unit))
        move(case, "rule_on_extension", by=by, events=[ruled(asked)])


@dataclass(frozen=True)
class Milestone:
    """One dated step of a deferred case."""

    text: str
    due_on: date


@dataclass(frozen=True)
class NewDeferral:
    """What a deferral must say (M37): facts, why not now, what will make it possible, steps."""

    facts: str
    why: str
    conditions: str
    leader_id: int | None
    next_report_on: date | None
    milestones: Sequence[Milestone]


def ask_deferral(case: Case, new: NewDeferral, *, by: Viewer) -> Application:
    """Propose to defer (T25). Without facts, steps, leader and a report date it is a Problem."""
    leader_id, next_report_on = _check_deferral(case, new)
    with transaction.atomic():
        asked = ask(case, ApplicationKind.DEFERRAL, "ask_deferral", text=new.why.strip(), by=by)
        Deferral.objects.create(
            application=asked,
            facts=new.facts.strip(),
            conditions=new.conditions.strip(),
            leader_id=leader_id,
            next_report_on=next_report_on,
            milestones=[
                {"text": step.text.strip(), "due_on": step.due_on.isoformat()}
                for step in new.milestones
            ],
        )
    return asked


def _check_deferral(case: Case, new: NewDeferral) -> tuple[int, date]:
    """The leader and the date of the next report; Problem by field when anything is missing."""
    rules = rules_of(case)
    today = clock.today()
    problems: dict[str, str] = {}
    for name, value, message in (
        ("facts", new.facts, _("Write what you found out.")),
        ("why", new.why, _("Say why it cannot be solved now.")),
        ("conditions", new.conditions, _("Say what you will do to make it possible.")),
    ):
        if not value.strip():
            problems[name] = message
        elif len(value) > 2_000:
            problems[name] = _("This is longer than %(limit)s characters.") % {"limit": 2_000}
    unit = case.lead_unit
    if (
        new.leader_id is None
        or unit is None
        or not people.covers_unit(new.leader_id, unit, Role.UNIT_LEADER)
    ):
        problems["leader"] = _("Name the responsible leader.")
    report = rules.span("deferral.report_every") or Span(30, Unit.DAY)
    last_report = today + timedelta(days=report.value)
    if new.next_report_on is None or not today < new.next_report_on <= last_report:
        problems["next_report_on"] = _("The next report is due by %(date)s at the latest.") % {
            "date": last_report.isoformat()
        }
    if problems or new.leader_id is None or new.next_report_on is None:
        raise Problem.several({name: [text] for name, text in problems.items()})
    _check_milestones(case, new.milestones)
    return new.leader_id, new.next_report_on


def _check_milestones(case: Case, steps: Sequence[Milestone]) -> None:
    today = clock.today()
    within = rules_of(case).span("deferral.first_milestone_within") or Span(60, Unit.DAY)
    if not steps:
        raise Problem(_("Name at least one step with a date."), "milestones")
    if len(steps) > MOST_MILESTONES:
        raise Problem(_("At most %(most)s steps.") % {"most": MOST_MILESTONES}, "milestones")
    if any(not step.text.strip() or len(step.text) > 500 for step in steps):
        raise Problem(_("Each step needs a few words, at most 500 characters."), "milestones")
    if any(step.due_on <= today for step in steps):
        raise Problem(_("Each step needs a date to come."), "milestones")
    if min(step.due_on for step in steps) > today + timedelta(days=within.value):
        raise Problem(
            _("The first step must be done within %(days)s days.") % {"days": within.value},
            "milestones",
        )


def rule_on_deferral(case: Case, *, grant: bool, text: str, by: Viewer) -> None:
    """A supervisor outside the unit approves the timetable or declines it (T25)."""
    with transaction.atomic():
        asked = rule(case, ApplicationKind.DEFERRAL, grant=grant, text=text, by=by)
        if not grant:
            move(case, "rule_on_deferral", by=by, events=[ruled(asked)])
            return
        plan = asked.deferral
        deadlines.cancel(case.subject, "handling")
        start_report(case, plan.next_report_on)
        move(
            case,
            "rule_on_deferral",
            by=by,
            events=[ruled(asked)],
            to=State.DEFERRED,
            leader_id=plan.leader_id,
        )
        promises.make_promises(
            [
                promises.NewPromise(
                    text=step["text"],
                    due_on=max(date.fromisoformat(step["due_on"]), clock.today()),
                    unit_id=case.lead_unit_id or 0,
                    leader_id=plan.leader_id,
                )
                for step in plan.milestones
            ],
            subject=case.subject,
            kind=PromiseKind.MILESTONE,
            by=by,
        )


def start_report(case: Case, on: date) -> None:
    """Run the clock of the next report up to the end of a day."""
    deadlines.cancel(case.subject, "report")
    days = max((on - clock.today()).days, 0)
    deadlines.start(case.subject, "report", Span(days, Unit.DAY))


def report_progress(case: Case, *, text: str, next_report_on: date | None, by: Viewer) -> None:
    """Report on a deferred case (T26); the person reads it."""
    text = require_text(text, _("Say what has been done since the last report."))
    span = rules_of(case).span("deferral.report_every") or Span(30, Unit.DAY)
    last = clock.today() + timedelta(days=span.value)
    if next_report_on is None or not clock.today() < next_report_on <= last:
        raise Problem(
            _("The next report is due by %(date)s at the latest.") % {"date": last.isoformat()},
            "next_report_on",
        )
    with transaction.atomic():
        deadlines.stop(case.subject, "report")
        report = ProgressReport.objects.create(
            case=case, at=clock.now(), text=text, next_report_on=next_report_on
        )
        start_report(case, next_report_on)
        move(case, "report_progress", by=by, events=[events.ProgressReported(report.pk)])


def end_deferral(case: Case, *, by: Viewer) -> None:
    """Take a deferred case up again, because its conditions are met (T26)."""
    with transaction.atomic():
        move(case, "end_deferral", by=by, events=[events.DeferralEnded()])
