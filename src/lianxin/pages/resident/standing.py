"""Where a concern stands and what comes next, in sentences a person would say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from lianxin.appraisal import queries as appraisal
from lianxin.cases import queries as cases
from lianxin.cases.states import ENDED, State
from lianxin.intake import queries as intake
from lianxin.intake import timetable
from lianxin.kernel import clock
from lianxin.kernel.ids import format_number
from lianxin.pages.resident.tracked import Tracked
from lianxin.ui import moments

if TYPE_CHECKING:
    from lianxin.cases.models import Case


@dataclass(frozen=True)
class Next:
    """One thing to come; ``late`` when its date has passed."""

    text: str
    when: str = ""
    late: bool = False


@dataclass(frozen=True)
class Standing:
    """The headline, the sentence under it, the office, and what comes next."""

    headline: str
    text: str = ""
    office: str = ""
    phone: str = ""
    next: tuple[Next, ...] = ()


def standing(known: Tracked) -> Standing:
    """Where it stands now."""
    case = known.answering
    if case is None:
        steps = timetable.steps(known.concern.received_at, reachable=known.reachable)
        return Standing(
            _("We have received it"),
            _(
                "Very many concerns came at the same time. A person lets yours through; the dates "
                "below hold."
            )
            if intake.is_held(known.concern)
            else _("It is just being put into the register."),
            next=tuple(Next(step.text, step.when) for step in steps),
        )
    unit = case.lead_unit
    headline, text = _said(known, case)
    if known.joined and case.state not in ENDED and known.case and known.case.parent:
        number = format_number(known.case.parent.concern.number)
        text = _("Somebody had raised the same matter (number %(number)s); the two go on together, "
                 "and the earlier date counts.") % {"number": number}  # fmt: skip
    return Standing(
        headline,
        text,
        office=unit.name if unit else "",
        phone=unit.phone if unit else "",
        next=tuple(_coming(known, case)),
    )


def _said(known: Tracked, case: Case) -> tuple[str, str]:
    unit = case.lead_unit.name if case.lead_unit else ""
    match case.state:
        case State.SUBMITTED | State.REGISTERED | State.TRIAGE:
            return _("Being given to the right office"), ""
        case State.DISPATCHED:
            return _("Given to %(unit)s") % {"unit": unit}, ""
        case State.RETURN_REVIEW:
            return _("It is being checked which office is the right one"), _(
                "You need not do anything; the date for the reply stays as it is."
            )
        case State.ACCEPTED | State.HANDLING | State.MEDIATING | State.HEARING:
            return _("%(unit)s is working on it") % {"unit": unit}, ""
        case State.AWAITING_INFO:
            return _("We need something from you"), _(
                "What is missing stands below. Press “add” to answer; then it goes on at once."
            )
        case State.DEFERRED:
            return _("It cannot be solved at once; there is a timetable"), ""
        case State.REPLY_REVIEW:
            return _("The reply is written and is being checked"), ""
        case State.REPLIED | State.FOLLOW_UP:
            return _replied(known)
        case State.REWORK:
            return _("%(unit)s is doing it again") % {"unit": unit}, _(
                "Somebody outside the office found that you were right."
            )
        case State.REVIEW:
            return _("The higher body is reviewing it"), ""
        case State.RECHECK:
            return _("It is being rechecked"), ""
    return _ended(known, case)


def _replied(known: Tracked) -> tuple[str, str]:
    if known.mine is None:
        return _("We have replied. Please judge"), _(
            "Is it solved, are you satisfied? Only your word counts."
        )
    return _("You are not satisfied; somebody is deciding"), _(
        "A supervisor who does not belong to the office decides whether it is done again, and "
        "tells you the reason either way."
    )


def _ended(known: Tracked, case: Case) -> tuple[str, str]:
    headlines: dict[str, Callable[[], tuple[str, str]]] = {
        State.ANSWERED_ON_SPOT: lambda: (_("Your question has been answered"), ""),
        State.REFERRED_OUT: lambda: (
            (_("We have handed it over; whom to, and what comes next, is below"), "")
            if known.handed
            else (_("This has to be settled another way; here is the way"), "")
        ),
        State.NOT_ACCEPTED: lambda: (_("We cannot take this up; here is why"), ""),
        State.SET_ASIDE: lambda: (
            _("We found no concern in this; here is why"),
            _("If you meant it, say so: it comes back into the queue at once.")
            if known.case is not None and not cases.came_back(known.case)
            else "",
        ),
        State.TERMINATED: lambda: (_("We have stopped working on it; here is why"), ""),
        State.WITHDRAWN: lambda: (_("You have taken it back"), ""),
        State.SEALED: lambda: (
            _("Handed over under seal"),
            _("Only the discipline body one level up can open it. The people and the office it is "
              "about can neither see nor find it."),
        ),
    }  # fmt: skip
    if case.state in headlines:
        return headlines[case.state]()
    if case.closing == "unrated":
        return _("Closed; we have not heard your judgement"), _(
            "No answer is not counted as satisfied. You can still judge."
        )
    if known.joined and known.mine is None and appraisal.may_rate(case, known.concern.pk):
        return _("Closed"), _(
            "Somebody who raised the same matter has judged the result. You can still judge it."
        )
    return _("Closed"), case.get_closing_display() if case.closing else ""


def _coming(known: Tracked, case: Case) -> list[Next]:
    unit = case.lead_unit.name if case.lead_unit else _("The office")
    texts = {
        "triage": _("It is given to the office responsible"),
        "ack": _("It is put into the register"),
        "sign": _("%(unit)s accepts it") % {"unit": unit},
        "acceptance_notice": _("You are told whether it is accepted"),
        "contact": _("%(unit)s contacts you") % {"unit": unit} if known.reachable else "",
        "handling": _("You get a reply"),
        "ruling": _("It is decided whether it is done again"),
        "rework": _("You get a new reply"),
        "info": _("Until then we wait for what you add; after that it goes on without it"),
        "report": _("You are told how it stands"),
        "review": _("The review is decided"),
        "recheck": _("The recheck is decided"),
        "sealed_notice": _("You are told whether it is accepted"),
    }
    found = [_next(texts[row.kind], row.due_at) for row in known.clocks
             if texts.get(row.kind) and row.paused_at is None]  # fmt: skip
    if case.state == State.DISPATCHED and not any(row.kind == "handling" for row in known.clocks):
        found.append(Next(_("You get a reply"), _("the date follows when it is accepted")))
    return found


def _next(text: str, due: datetime) -> Next:
    late = due < clock.now()
    return Next(text, _day_passed(due) if late else timetable.by_day(due), late)


def _day_passed(due: datetime) -> str:
    return _("this was due on %(day)s and is late") % {"day": moments.day(due)}
