"""Who among the staff is told what happens in a case. Numbers and links, no words of a resident."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext, gettext_lazy, gettext_noop

from lianxin.access import scope
from lianxin.cases import events, queries
from lianxin.cases.actions.finding import names_staff
from lianxin.cases.models import Application, ApplicationKind, Case
from lianxin.cases.policy import SEALED_BY, is_kept_away
from lianxin.cases.states import DESK, State
from lianxin.intake import queries as intake
from lianxin.intake.events import CodeGivenAnew, HeldBack, MailBounced, WordsAdded
from lianxin.kernel.ids import format_number
from lianxin.notices.actions import tell
from lianxin.notices.telling import tells
from lianxin.people import queries as people
from lianxin.people.roles import Role
from lianxin.sorting.kinds import Urgency
from lianxin.vault.events import NoticeReturned

if TYPE_CHECKING:
    from lianxin.journal.models import Entry

DECIDERS: dict[str, tuple[str, ...]] = {
    ApplicationKind.RETURN: (Role.DISPATCHER,),
    ApplicationKind.REFUSAL: (Role.DISPATCHER, Role.SUPERVISOR),
    ApplicationKind.ASIDE: (Role.DISPATCHER, Role.SUPERVISOR),
    ApplicationKind.EXTENSION: (Role.UNIT_LEADER,),
    ApplicationKind.DEFERRAL: (Role.SUPERVISOR,),
    ApplicationKind.TERMINATION: (Role.DISPATCHER, Role.SUPERVISOR),
    ApplicationKind.WITHDRAWAL: (Role.FOLLOW_UP_CALLER, Role.DISPATCHER),
    ApplicationKind.OBJECTION: (Role.SUPERVISOR,),
    ApplicationKind.RECUSAL: (Role.SUPERVISOR, Role.DISPATCHER),
    ApplicationKind.REVIEW: (Role.REVIEW_BODY,),
    ApplicationKind.RECHECK: (Role.REVIEW_BODY,),
}


def _sentence(text: str, number: str) -> str:
    return gettext(text) % {"number": number}


# Written in each reader's own language when the message is left.
sentence = lazy(_sentence, str)


def _case(entry: Entry) -> Case:
    return queries.case_by_id(int(entry.subject.partition(":")[2]))


def _tell(
    case: Case, user_ids: Sequence[int | None], kind: str, text: str, *, urgent: bool = False
) -> None:
    number = case.concern.number
    tell(
        [pk for pk in user_ids if pk is not None],
        kind,
        sentence(text, format_number(number)),
        link=reverse("case", args=[number]),
        urgent=urgent,
    )


def seeing(case: Case, path: str, *roles: str) -> list[int]:
    """Who holds one of the roles over a unit and may see the case; whoever it is about may not."""
    return [
        viewer.user_id
        for viewer in people.viewers_with(path, *roles)
        if viewer.user_id is not None and scope(viewer, Case).filter(pk=case.pk).exists()
    ]


def _lead(case: Case) -> str:
    return case.lead_unit.path if case.lead_unit else case.desk_unit.path


@tells(events.Dispatched, name="cases.tell_dispatched")
def tell_dispatched(entries: list[Entry]) -> None:
    """The unit's liaisons; at once, and the leaders too, when life or property is in danger."""
    for case in map(_case, entries):
        danger = case.urgency == Urgency.CRITICAL
        roles = (Role.UNIT_LIAISON, Role.COMMUNITY_SECRETARY, *([Role.UNIT_LEADER] * danger))
        text = (
            gettext_noop("Danger: case %(number)s was sent to your unit.")
            if danger
            else gettext_noop("Case %(number)s was sent to your unit. Please sign for it.")
        )
        _tell(case, seeing(case, _lead(case), *roles), "dispatched", text, urgent=danger)


@tells(events.Merged, name="cases.tell_joined")
def tell_joined(entries: list[Entry]) -> None:
    """The desk's dispatchers, of what joined by itself: nobody of the office has read it yet."""
    for entry in entries:
        event = entry.event_object()
        if isinstance(event, events.Merged) and event.wished:
            case = _case(entry)
            text = gettext_noop("Case %(number)s joined another by itself. Please read it once.")
            _tell(case, seeing(case, case.desk_unit.path, Role.DISPATCHER), "joined", text)


@tells(events.HandlerNamed, name="cases.tell_named")
def tell_named(entries: list[Entry]) -> None:
    """Whoever was named."""
    for entry in entries:
        event = entry.event_object()
        if isinstance(event, events.HandlerNamed) and entry.actor != f"user:{event.handler}":
            text = gettext_noop("You were named to work on case %(number)s.")
            _tell(_case(entry), [event.handler], "named", text)


@tells(events.ReplySubmitted, name="cases.tell_submitted")
def tell_submitted(entries: list[Entry]) -> None:
    """The leaders of the unit, without the handler."""
    for case in map(_case, entries):
        leaders = [
            pk for pk in seeing(case, _lead(case), Role.UNIT_LEADER) if pk != case.handler_id
        ]
        _tell(
            case,
            leaders,
            "reply",
            gettext_noop("The reply to case %(number)s waits for your approval."),
        )


@tells(events.ReplySentBack, name="cases.tell_sent_back")
def tell_sent_back(entries: list[Entry]) -> None:
    """The handler."""
    for case in map(_case, entries):
        text = gettext_noop("Your draft for case %(number)s was sent back, with the reason.")
        _tell(case, [case.handler_id], "sent_back", text)


@tells(events.Asked, name="cases.tell_asked")
def tell_asked(entries: list[Entry]) -> None:
    """Those who decide, without whoever asked."""
    for entry in entries:
        event, case = entry.event_object(), _case(entry)
        if not isinstance(event, events.Asked) or not _undecided(event):
            continue
        roles = DECIDERS.get(event.kind, ())
        over = {_lead(case), case.desk_unit.path}
        people_ids = {pk for path in sorted(over) for pk in seeing(case, path, *roles)}
        deciders = [pk for pk in sorted(people_ids) if entry.actor != f"user:{pk}"]
        _tell(case, deciders, "decision", gettext_noop("Case %(number)s waits for your decision."))


def _undecided(event: events.Asked) -> bool:
    return Application.objects.filter(pk=event.application, decision="").exists()


@tells(events.Ruled, name="cases.tell_ruled")
def tell_ruled(entries: list[Entry]) -> None:
    """Whoever asked, when they are of the staff."""
    for entry in entries:
        event = entry.event_object()
        if not isinstance(event, events.Ruled):
            continue
        asked = Application.objects.filter(pk=event.application).first()
        text = gettext_noop("What you asked for in case %(number)s was decided.")
        _tell(_case(entry), [asked.asked_by_id if asked else None], "ruled", text)


@tells(events.CoUnitCalled, name="cases.tell_called")
def tell_called(entries: list[Entry]) -> None:
    """The liaisons of the unit that was called in."""
    for entry in entries:
        event, case = entry.event_object(), _case(entry)
        unit = people.unit(event.unit) if isinstance(event, events.CoUnitCalled) else None
        if unit is not None:
            told = seeing(case, unit.path, Role.UNIT_LIAISON, Role.COMMUNITY_SECRETARY)
            _tell(
                case,
                told,
                "called",
                gettext_noop("Your unit was called in to help with case %(number)s."),
            )


@tells(events.ReworkOrdered, name="cases.tell_rework")
def tell_rework(entries: list[Entry]) -> None:
    """The handler and the leaders."""
    for case in map(_case, entries):
        told = {case.handler_id, case.leader_id, *seeing(case, _lead(case), Role.UNIT_LEADER)}
        text = gettext_noop("Case %(number)s must be done again; the reason is in the case.")
        _tell(case, sorted(pk for pk in told if pk), "rework", text)


@tells(events.Supervised, name="cases.tell_supervised")
def tell_supervised(entries: list[Entry]) -> None:
    """The leaders of the unit."""
    for case in map(_case, entries):
        told = seeing(case, _lead(case), Role.UNIT_LEADER)
        text = gettext_noop("Case %(number)s is supervised: an answer is awaited.")
        _tell(case, told, "supervised", text)


@tells(events.Rated, name="cases.tell_rated")
def tell_rated(entries: list[Entry]) -> None:
    """The supervisors outside the unit, when the person is not satisfied."""
    for entry in entries:
        event = entry.event_object()
        if not isinstance(event, events.Rated) or event.satisfied:
            continue
        case = _case(entry)
        told = seeing(case, _lead(case), Role.SUPERVISOR)
        text = gettext_noop("The person of case %(number)s is not satisfied. Please decide.")
        _tell(case, told, "unsatisfied", text)


def _whoever_handles(case: Case) -> list[int]:
    if case.state == State.SEALED:
        return seeing(case, case.desk_unit.path, *SEALED_BY)
    if case.handler_id is not None:
        return [case.handler_id]
    if case.lead_unit is not None:
        return seeing(case, _lead(case), Role.UNIT_LIAISON, Role.COMMUNITY_SECRETARY)
    return seeing(case, case.desk_unit.path, Role.INTAKE_CLERK, Role.DISPATCHER)


def _hearers(own: Case, case: Case) -> list[int]:
    """Whoever handles it; when somebody who was joined names a member of staff, the desk.

    The desk too for a concern that whoever handles it is kept away from.
    """
    if not own.parent_id:
        return _whoever_handles(case)
    messages = own.messages.values_list("words", flat=True)
    added = intake.added_texts([own.concern_id]).get(own.concern_id, [])
    named = names_staff(["\n".join((own.concern.words, *added, *messages))])[0]
    near = [] if named else _not_kept_away(own, _whoever_handles(case))
    return near or _not_kept_away(own, seeing(case, case.desk_unit.path, Role.DISPATCHER))


def _not_kept_away(case: Case, user_ids: Sequence[int]) -> list[int]:
    return [pk for pk in user_ids if not is_kept_away(people.viewer_of(pk), case)]


def _of_concern(entry: Entry) -> Case | None:
    return _followed(queries.case_of_concern(int(entry.subject.partition(":")[2])))


def _followed(case: Case | None) -> Case | None:
    """The case by which a concern is answered: what it was joined to, else its own."""
    return queries.case_by_id(case.parent_id) if case and case.parent_id else case


@tells(events.MessageWritten, name="cases.tell_written")
def tell_written(entries: list[Entry]) -> None:
    """Whoever handles it, else the unit, else the desk; of a sealed case its receiver alone."""
    for entry in entries:
        own = _case(entry)
        case = _followed(own)
        if case is None or entry.actor != "resident":
            continue
        _tell(
            case,
            _hearers(own, case),
            "written",
            gettext_noop("The person of case %(number)s has written."),
        )


@tells(WordsAdded, name="cases.tell_added")
def tell_added(entries: list[Entry]) -> None:
    """Those whom a message would reach."""
    for entry in entries:
        own = queries.case_of_concern(int(entry.subject.partition(":")[2]))
        case = _followed(own)
        if own is not None and case is not None and entry.actor == "resident":
            text = gettext_noop("The person of case %(number)s has added something.")
            _tell(case, _hearers(own, case), "added", text)


@tells(MailBounced, name="cases.tell_bounced")
def tell_bounced(entries: list[Entry]) -> None:
    """The same: another way is needed."""
    for entry in entries:
        own = queries.case_of_concern(int(entry.subject.partition(":")[2]))
        case = _followed(own)
        if own is not None and case is not None:
            text = gettext_noop("An e-mail to the person of case %(number)s came back.")
            _tell(case, _hearers(own, case), "bounced", text)


@tells(NoticeReturned, name="cases.tell_notice_returned")
def tell_notice_returned(entries: list[Entry]) -> None:
    """The same for a notice whose carrier said so later. Of a turn nobody has to do anything."""
    for entry in (entry for entry in entries if entry.subject.startswith("case:")):
        own = _case(entry)
        case = _followed(own)
        text = gettext_noop("A notice to the person of case %(number)s did not arrive.")
        if case is not None:
            _tell(case, _hearers(own, case), "bounced", text)


@tells(CodeGivenAnew, name="cases.tell_code_anew")
def tell_code_anew(entries: list[Entry]) -> None:
    """The supervisors over the desk: whoever holds the code speaks as the person."""
    for entry in entries:
        case = _of_concern(entry)
        if case is not None:
            told = seeing(case, case.desk_unit.path, Role.SUPERVISOR)
            text = gettext_noop("A new query code was given for case %(number)s.")
            _tell(case, told, "code_anew", text)


@tells(HeldBack, name="cases.tell_held")
def tell_held(entries: list[Entry]) -> None:
    """The desk, at once, when the first is held back; after that the daily digest counts them."""
    before = {int(entry.subject.partition(":")[2]) for entry in entries}
    if not before or intake.held_back().exclude(concern__in=before).exists():
        return
    for desk in queries.held_at_desks():
        unit = people.unit(desk)
        told = people.viewers_with(unit.path, *DESK) if unit else []
        ids = [viewer.user_id for viewer in told if viewer.user_id is not None]
        text = gettext_lazy("Very many concerns arrive at once. Some wait to be let through.")
        tell(ids, "held", text, link=reverse("held"), urgent=True)
