"""Supervision 督办 laid over a case: by a person, or by the system for a missed date."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.access import SYSTEM, Viewer
from lianxin.cases import events
from lianxin.cases.actions.moving import move, refresh_due, require_text, rules_of
from lianxin.cases.models import Case, Supervision, SupervisionKind
from lianxin.deadlines import actions as deadlines
from lianxin.journal.actions import record
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem


def supervise(case: Case, *, kind: str, text: str, by: Viewer) -> Supervision:
    """A supervisor outside the unit urges or supervises, with the reason."""
    if kind not in SupervisionKind.values:
        raise Problem(_("Choose one of the two."), "kind")
    text = require_text(text, _("Say what must happen."), longest=300)
    with transaction.atomic():
        row = Supervision.objects.create(
            case=case, kind=kind, basis=text, at=clock.now(), by_id=by.user_id
        )
        _start_clock(case, row)
        move(case, "urge", by=by, events=[events.Supervised(row.pk, kind)])
    return row


def supervise_for(case: Case, *, trigger: str, basis: str) -> bool:
    """The system steps in for a missed date, once for each ``trigger``. False if it already did."""
    with transaction.atomic():
        row, made = Supervision.objects.get_or_create(
            trigger=trigger,
            defaults={
                "case": case,
                "kind": SupervisionKind.SUPERVISE,
                "basis": basis[:300],
                "at": clock.now(),
            },
        )
        if made:
            _start_clock(case, row)
            refresh_due(case)
            record(events.Supervised(row.pk, row.kind), subject=case.subject, by=SYSTEM.actor)
    return made


def answer_supervision(row: Supervision, *, text: str, by: Viewer) -> None:
    """The unit answers what was done."""
    text = require_text(text, _("Say what was done."))
    case = row.case
    with transaction.atomic():
        changed = Supervision.objects.filter(pk=row.pk, answered_at__isnull=True).update(
            answer=text, answered_at=clock.now()
        )
        if changed != 1:
            raise Problem(_("This has already been answered."))
        deadlines.stop(case.subject, "supervision", ref=str(row.pk))
        move(
            case,
            "answer_supervision",
            by=by,
            events=[events.SupervisionAnswered(row.pk)],
        )


def _start_clock(case: Case, row: Supervision) -> None:
    span = rules_of(case).span("supervision")
    if span is not None:
        deadlines.start(case.subject, "supervision", span, ref=str(row.pk))
