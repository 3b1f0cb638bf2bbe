"""Keep those away whom a case is about, and move the case out of their reach 回避.

Petitions regulation 信访工作条例 art. 28 (who has an interest steps aside) and art. 30 (nothing
goes to those a report is about).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from lianxin.access import SYSTEM, Denied, Refused, Viewer, scope
from lianxin.cases import events
from lianxin.cases.actions.applying import ask, rule, ruled
from lianxin.cases.actions.leaving import let_go
from lianxin.cases.actions.moving import move, refresh_due, require_text, write
from lianxin.cases.actions.sealing import open_words, seal_words
from lianxin.cases.models import (
    Application,
    ApplicationKind,
    Case,
    Conflict,
    CoUnit,
    Decision,
    Ground,
    Lane,
    Reading,
    Source,
    Standing,
)
from lianxin.cases.policy import READERS, UNIT_ROLES, can_look, closed_units, is_kept_away
from lianxin.cases.states import MOVES, State
from lianxin.deadlines import actions as deadlines
from lianxin.journal.actions import record, record_many
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.notices import actions as notices
from lianxin.people import queries as people
from lianxin.people.roles import Role


def name_party(
    case: Case, *, unit_id: int | None = None, user_id: int | None = None, reason: str, by: Viewer
) -> None:
    """Say that the case is about a unit or a member of staff; from now on they see nothing of it.

    In the same transaction the case leaves their hands, and an exposure report is written.
    """
    reason = require_text(reason, _("Say in one sentence why."), "reason", longest=300)
    if (unit_id is None) == (user_id is None):
        raise Problem(_("Name either a unit or a person."), "unit")
    if unit_id is not None and people.unit(unit_id) is None:
        raise Problem(_("Choose a unit."), "unit")
    with transaction.atomic():
        move(case, "keep_away", by=by, events=[])
        _keep_away(
            case, unit_id=unit_id, user_id=user_id, ground=Ground.ABOUT, source=Source.DESK,
            reason=reason, by=by,
        )  # fmt: skip


def lift_conflict(case: Case, conflict_id: int, *, reason: str, by: Viewer) -> None:
    """Say that the case is not about somebody, or that there is no interest; they may see it."""
    reason = require_text(reason, _("Say in one sentence why."), "reason", longest=300)
    with transaction.atomic():
        move(case, "lift_conflict", by=by, events=[])
        rows = case.conflicts.filter(pk=conflict_id).exclude(standing=Standing.LIFTED)
        if rows.update(standing=Standing.LIFTED, reason=reason) != 1:
            raise Problem(_("Choose somebody who is kept away."), "conflict")
        record(events.ConflictLifted(conflict_id), subject=case.subject, by=by.actor)


def step_aside(case: Case, *, reason: str, by: Viewer) -> None:
    """Somebody who may see the case has an interest in the matter and leaves it to others."""
    reason = require_text(reason, _("Say in one sentence why."), "reason", longest=300)
    if by.user_id is None or not scope(by, Case).filter(pk=case.pk).exists():
        raise Refused(Denied(_("Only somebody who deals with this case can step aside.")))
    with transaction.atomic():
        _keep_away(
            case, user_id=by.user_id, ground=Ground.INTEREST, source=Source.DECLARED,
            reason=reason, by=by,
        )  # fmt: skip


def ask_recusal(case: Case, *, text: str, by: Viewer) -> Application:
    """The person asks that somebody, or the whole office, does not deal with it (art. 28)."""
    text = require_text(text, _("Please say who, and why."))
    return ask(case, ApplicationKind.RECUSAL, "ask_recusal", text=text, by=by)


def rule_on_recusal(
    case: Case, *, grant: bool, text: str, who: Sequence[str] = (), by: Viewer
) -> None:
    """Somebody outside the unit decides who stays away: ``handler``, ``leader`` or ``unit``."""
    with transaction.atomic():
        asked = rule(case, ApplicationKind.RECUSAL, grant=grant, text=text, by=by)
        if grant and not who:
            raise Problem(_("Choose who must stay away."), "who")
        move(case, "rule_on_recusal", by=by, events=[ruled(asked)])
        named = {"handler": case.handler_id, "leader": case.leader_id} if grant else {}
        for user in sorted({pk for part in who if (pk := named.get(part))}):
            _keep_away(
                case, user_id=user, ground=Ground.INTEREST, source=Source.REQUEST,
                reason=text.strip()[:300], by=by,
            )  # fmt: skip
        if grant and "unit" in who:
            _keep_away(
                case, unit_id=case.lead_unit_id, ground=Ground.ABOUT, source=Source.REQUEST,
                reason=text.strip()[:300], by=by,
            )  # fmt: skip


def settle_found(case: Case, confirmed: Iterable[int], *, by: Viewer) -> None:
    """What a dispatcher says about the names found in the words: these it is about, others not."""
    confirmed = set(confirmed)
    found = list(case.conflicts.filter(standing=Standing.FOUND))
    happened: list[events.KeptAway | events.ConflictLifted] = []
    for row in found:
        meant = row.pk in confirmed
        row.standing = Standing.CONFIRMED if meant else Standing.LIFTED
        happened.append(
            events.KeptAway(row.pk, row.ground, row.standing)
            if meant
            else events.ConflictLifted(row.pk)
        )
    Conflict.objects.bulk_update(found, ["standing"])
    record_many([(event, case.subject, by.actor) for event in happened])


def keep_unit_away(case: Case, unit_id: int | None, *, by: Viewer) -> None:
    """The unit that sorting names as the one the case is about; None: none any more."""
    named = case.conflicts.filter(source=Source.DESK, unit__isnull=False)
    for row in named.exclude(standing=Standing.LIFTED).exclude(unit=unit_id):
        Conflict.objects.filter(pk=row.pk).update(standing=Standing.LIFTED)
        record(events.ConflictLifted(row.pk), subject=case.subject, by=by.actor)
    if unit_id is not None:
        _keep_away(case, unit_id=unit_id, ground=Ground.ABOUT, source=Source.DESK, reason="", by=by)


def place_case(case: Case, *, above: bool = False) -> None:
    """Put a case with the nearest desk where a dispatcher may look at it, else outside.

    ``above``: not with the nearest desk of all when there is a further one: nobody has said yet
    whom a complaint about conduct is about. Without anybody left it goes to a discipline receiver
    whom no conflict keeps away, in this tree or in another; without one of those it stays where it
    is, seen by nobody, and `lianxin check` says so.
    """
    desks = people.desks_around([case.concern.area_id])[case.concern.area_id]
    for unit in desks[1:] or desks if above else desks:
        if can_look(case, unit.path, Role.DISPATCHER):
            if unit.pk != case.desk_unit_id:
                write(case, State(case.state), {"desk_unit_id": unit.pk})
                record(events.MovedUp(unit.pk), subject=case.subject, by=SYSTEM.actor)
            return
    place_outside(case)


def place_outside(case: Case) -> None:
    """Give a case to a discipline receiver whom no conflict keeps away; nothing without one."""
    receiver = Role.DISCIPLINE_RECEIVER
    if case.state == State.SEALED and can_look(case, case.desk_unit.path, receiver):
        seal_words(case)
        return
    for unit in people.units_with(receiver):
        if not can_look(case, unit.path, receiver):
            continue
        if case.state in MOVES["take_outside"].sources:
            let_go(case)
            moved = [events.Sealed(), events.MovedUp(unit.pk)]
            move(
                case, "take_outside", by=SYSTEM, events=moved, lane=Lane.SEALED,
                desk_unit_id=unit.pk, lead_unit_id=None, handler_id=None, leader_id=None,
            )  # fmt: skip
        else:
            write(case, State(case.state), {"desk_unit_id": unit.pk})
            record(events.MovedUp(unit.pk), subject=case.subject, by=SYSTEM.actor)
        case.desk_unit = unit
        seal_words(case)
        return


def hand_back(case: Case, *, reason: str, by: Viewer) -> None:
    """The discipline receiver finds no misconduct: a desk that may look at it gets the case.

    Problem while the words are sealed and the receiver has not unlocked their key.
    """
    reason = require_text(reason, _("Say in one sentence why."), "reason", longest=300)
    with transaction.atomic():
        desks = people.desks_around([case.concern.area_id])[case.concern.area_id]
        desk = next((unit for unit in desks if can_look(case, unit.path, Role.DISPATCHER)), None)
        if desk is None:
            raise Problem(_("Nobody at a desk may look at it: it must stay with you."))
        move(
            case, "hand_back", by=by, events=[events.HandedBack(desk.pk, reason)],
            desk_unit_id=desk.pk, lane=Lane.HIGHER,
        )  # fmt: skip
        open_words(case, by=by)


def note_reading(case: Case, *, by: Viewer) -> None:
    """Keep that somebody has opened the case, once; an exposure report needs to know."""
    if by.user_id is None:
        return
    known = Reading.objects.filter(case=case.pk, user=by.user_id)
    if not known.exists():
        Reading.objects.bulk_create(
            [Reading(case_id=case.pk, user_id=by.user_id, first_at=clock.now())],
            ignore_conflicts=True,
        )


def _keep_away(
    case: Case,
    *,
    unit_id: int | None = None,
    user_id: int | None = None,
    ground: Ground,
    source: Source,
    reason: str,
    by: Viewer,
) -> None:
    """Write a conflict that holds, and everything that follows from it. In a transaction."""
    saw = _who_sees(case)
    party = Conflict(case=case, unit_id=unit_id, user_id=user_id, ground=ground, source=source)
    known = Q(unit=unit_id) if user_id is None else Q(user=user_id, ground=ground)
    row = case.conflicts.filter(known).first() or party
    row.standing, row.reason = Standing.CONFIRMED, reason
    row.at = row.at or clock.now()
    row.save()
    happened = events.KeptAway(row.pk, ground, Standing.CONFIRMED)
    record(happened, subject=case.subject, by=by.actor)
    if ground == Ground.ABOUT and case.lane not in (Lane.HIGHER, Lane.SEALED):
        write(case, State(case.state), {"lane": Lane.HIGHER})
    leave_hands(case)
    if case.state == State.SEALED:
        place_outside(case)
    elif not can_look(case, case.desk_unit.path, Role.DISPATCHER):
        place_case(case)
    _report_exposure(case, saw - _who_sees(case), by=by)


def leave_hands(case: Case) -> None:
    """Take the case from handler, leader, helpers and unit as far as they are kept away.

    Also called when a case comes back to its unit after an end.
    """
    changes: dict[str, None] = {}
    for part in ("handler", "leader"):
        user = getattr(case, part)
        if user is not None and is_kept_away(people.viewer_for(user), case):
            changes[f"{part}_id"] = None
    if changes:
        write(case, State(case.state), dict(changes))
    closed = closed_units(case)
    for call in case.co_units.filter(answered_at=None).select_related("unit"):
        if closed(call.unit):
            CoUnit.objects.filter(pk=call.pk).update(
                answered_at=clock.now(), result=_("Not asked any more: the case is about them.")
            )
            deadlines.stop(case.subject, "co_unit", ref=str(call.pk))
            refresh_due(case)
    lead = case.lead_unit
    if lead is None or case.state not in MOVES["take_back"].sources:
        return
    if closed(lead) or not can_look(case, lead.path, *UNIT_ROLES):
        undecided = case.applications.filter(decision="", asked_by__isnull=False)
        undecided.update(
            decision=Decision.DECLINED,
            decided_at=clock.now(),
            decision_text=_("The case was taken back from the unit."),
        )
        move(
            case, "take_back", by=SYSTEM, events=[events.TakenBack(lead.pk)], lead_unit_id=None,
            handler_id=None, leader_id=None, lane=Lane.HIGHER,
        )  # fmt: skip


def _report_exposure(case: Case, lost: set[int], *, by: Viewer) -> None:
    """Say who could see the case until now and who had read it; call unread messages back."""
    if not lost:
        return
    read = case.readings.filter(user__in=lost).values_list("user_id", flat=True)
    exposed = events.Exposed(tuple(sorted(lost)), tuple(sorted(read)))
    record(exposed, subject=case.subject, by=by.actor)
    notices.call_back(lost, link=reverse("case", args=[case.concern.number]))


def _who_sees(case: Case) -> set[int]:
    """Everybody on the staff who may see the case now."""
    paths = {unit.path for unit in (case.desk_unit, case.lead_unit) if unit}
    paths |= set(case.co_units.values_list("unit__path", flat=True))
    viewers = {
        viewer.user_id: viewer
        for path in sorted(paths)
        for viewer in people.viewers_with(path, *READERS)
    }
    return {
        pk
        for pk, viewer in viewers.items()
        if pk is not None and scope(viewer, Case).filter(pk=case.pk).exists()
    }
