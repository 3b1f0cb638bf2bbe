"""While a unit works on a case: contact, information, help from others (T16–T19)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.access import Denied, Refused, Viewer
from lianxin.cases import events
from lianxin.cases.actions.moving import move, refresh_due, require_text, rules_of
from lianxin.cases.models import Case, Contact, CoUnit, Way
from lianxin.cases.policy import closed_units
from lianxin.deadlines import actions as deadlines
from lianxin.deadlines import queries as clocks
from lianxin.journal.actions import record
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.kernel.workdays import add
from lianxin.people import queries as people
from lianxin.people.roles import Role

TRIES_COUNT_AS_CONTACT = 3


@dataclass(frozen=True)
class NewContact:
    """One try to talk with the person: how, whether they were reached, what was said."""

    way: str
    reached: bool
    text: str
    explained: bool = False
    understood: bool | None = None
    at: datetime | None = None


def log_contact(case: Case, new: NewContact, *, by: Viewer) -> Contact:
    """Keep a contact (T16). A real one, or the third try, stops the contact clock."""
    if new.way not in Way.values:
        raise Problem(_("Choose how you tried to reach the person."), "way")
    text = require_text(new.text, _("Write what was said, or that nobody answered."))
    at = new.at or clock.now()
    if at > clock.now() or at < case.concern.received_at:
        raise Problem(_("Please check the time: it lies outside this case."), "at")
    with transaction.atomic():
        contact = Contact.objects.create(
            case=case,
            at=at,
            way=new.way,
            reached=new.reached,
            text=text,
            explained=new.explained,
            understood=new.understood if new.explained else None,
            by_id=by.user_id or 0,
        )
        counts = new.reached or case.contacts.count() >= TRIES_COUNT_AS_CONTACT
        move(
            case,
            "log_contact",
            by=by,
            events=[events.Contacted(contact.pk, new.way, new.reached)],
            stop=("contact",) if counts else (),
        )
    return contact


def ask_info(case: Case, *, text: str, by: Viewer) -> Contact:
    """Ask the person, once, for a list of things (T17). The handling clock stands still meanwhile.

    The preset says for how long at most.
    """
    text = require_text(text, _("List what you need, so that the person is asked only once."))
    rules = rules_of(case)
    if case.contacts.filter(asks_info=True).count() >= (rules.count("awaiting_info.times") or 1):
        raise Problem(_("The person has already been asked; do not ask a second time."))
    longest = rules.span("awaiting_info")
    if longest is None:
        raise Problem(_("The rules of this case do not let the limit stand still."))
    until = add(clock.now(), longest, clocks.calendar())
    with transaction.atomic():
        contact = Contact.objects.create(
            case=case,
            at=clock.now(),
            way=Way.ONLINE,
            reached=True,
            asks_info=True,
            text=text,
            by_id=by.user_id or 0,
        )
        if rules.flag("awaiting_info.pause") and _runs(case, "handling"):
            deadlines.pause(case.subject, "handling", _("Waiting for information"), until)
        deadlines.start(case.subject, "info", longest)
        move(case, "ask_info", by=by, events=[events.InfoAsked(contact.pk, until.isoformat())])
    return contact


def resume(case: Case, *, came: bool, by: Viewer) -> None:
    """Go on after the information came, or its date passed (T18)."""
    with transaction.atomic():
        for row in clocks.running(case.subject):
            if row.kind == "handling" and row.paused_at is not None:
                deadlines.resume(case.subject, "handling")
        move(case, "resume", by=by, events=[events.Resumed(came)])


def _runs(case: Case, kind: str) -> bool:
    return any(row.kind == kind for row in clocks.running(case.subject))


def whistle(case: Case, *, unit_id: int, task: str, by: Viewer) -> CoUnit:
    """Call in another unit 吹哨 (T19); the lead unit stays responsible."""
    task = require_text(task, _("Say what you need from them."), "task", longest=500)
    unit = people.unit(unit_id)
    if unit is None or unit.pk == case.lead_unit_id:
        raise Problem(_("Choose another unit."), "unit")
    if closed_units(case)(unit):
        raise Problem(_("The case is about this unit: it cannot help here."), "unit")
    span = rules_of(case).span("co_unit")
    with transaction.atomic():
        co_unit, made = CoUnit.objects.get_or_create(
            case=case, unit=unit, defaults={"task": task, "asked_at": clock.now()}
        )
        if not made:
            raise Problem(_("This unit already helps with the case."), "unit")
        if span is not None:
            deadlines.start(case.subject, "co_unit", span, ref=str(co_unit.pk))
        move(case, "whistle", by=by, events=[events.CoUnitCalled(co_unit.pk, unit.pk)])
    return co_unit


def answer_whistle(co_unit: CoUnit, *, result: str, by: Viewer) -> None:
    """The unit that was called in says what it did."""
    result = require_text(result, _("Say what you did."), "result", longest=1_000)
    roles = (Role.HANDLER, Role.UNIT_LIAISON, Role.UNIT_LEADER, Role.COMMUNITY_SECRETARY)
    if not by.covers(roles, co_unit.unit.path):
        raise Refused(Denied(_("Only the unit that was called in can answer.")))
    with transaction.atomic():
        changed = CoUnit.objects.filter(pk=co_unit.pk, answered_at__isnull=True).update(
            result=result, answered_at=clock.now()
        )
        if changed != 1:
            raise Problem(_("This has already been answered."))
        deadlines.stop(co_unit.case.subject, "co_unit", ref=str(co_unit.pk))
        refresh_due(co_unit.case)
        record(
            events.CoUnitAnswered(co_unit.pk, co_unit.unit_id),
            subject=co_unit.case.subject,
            by=by.actor,
        )
