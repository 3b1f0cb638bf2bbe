"""What a program is told of a concern, of a case and of a list: what the page shows, as a tree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from lianxin.access import Viewer
from lianxin.cases import queries as cases
from lianxin.cases.states import State
from lianxin.deadlines import queries as deadlines
from lianxin.intake import queries as intake
from lianxin.intake import timetable
from lianxin.intake.channels import doors
from lianxin.kernel import clock
from lianxin.kernel.ids import format_code
from lianxin.pages import acts as desk_acts
from lianxin.pages import story
from lianxin.pages.resident.acts import acts
from lianxin.pages.resident.standing import standing
from lianxin.pages.resident.tracked import Tracked
from lianxin.pages.views.desk import frame
from lianxin.pages.wording import CLOCKS
from lianxin.promises import queries as promises
from lianxin.replies import queries as replies

if TYPE_CHECKING:
    from lianxin.cases.models import Case
    from lianxin.intake.models import Concern
    from lianxin.replies.models import Reply

Tree = dict[str, Any]
REPLY = (
    "summary", "basis", "history", "policy_gap", "responsibility", "balance", "next_step", "remedy",
)  # fmt: skip
DECIDING = {"approve_reply", "send_back"}


def moment(at: datetime | None) -> str | None:
    """RFC 3339, in the time of Shanghai."""
    return at.astimezone(clock.SHANGHAI).isoformat(timespec="seconds") if at else None


def receipt(concern: Concern, code: str | None, proof: str, *, fresh: bool) -> Tree:
    """What somebody takes away; the code as long as it may be shown."""
    reachable = concern.identity != "anonymous"
    return {
        "number": concern.number,
        "code": format_code(code) if code else None,
        "proof": proof,
        "received_at": moment(concern.received_at),
        "steps": [
            {"text": step.text, "when": step.when}
            for step in timetable.steps(concern.received_at, reachable=reachable)
        ],
        "repeated": not fresh,
    }


def concern(known: Tracked) -> Tree:
    """The page of one concern, for whoever holds its code."""
    now, row = standing(known), known.concern
    offered = acts(known)
    return {
        "number": row.number,
        "received_at": moment(row.received_at),
        "state": known.answering.state if known.answering else None,
        "headline": now.headline,
        "text": now.text,
        "office": now.office,
        "office_phone": now.phone,
        "next": [{"text": one.text, "when": one.when, "late": one.late} for one in now.next],
        "sealed": row.sealed is not None,
        "words": row.words,
        "wish": row.wish,
        "place": row.place,
        "proof": known.proof,
        "why_not": known.refusal,
        "replies": [_reply(one) for one in known.replies],
        "rated": known.mine is not None,
        "promises": [
            {**_promise(one), "id": str(number), "to_check": (number, one) in known.to_check}
            for number, one in known.promises
        ],
        "messages": [_message(one) for one in known.thread.messages],
        "story": [_line(line) for line in known.story],
        "helpers": [
            {
                "number": format_code(one.number),
                "may_write": one.may_write,
                "until": moment(one.until),
                "standing": one.standing,
            }
            for one in known.helpers
        ],
        "acts": [{"name": one.name, "label": one.label} for one in offered if one.answer],
        "not_now": [
            {"reason": one.why_not, "acts": [one.name]}
            for one in offered
            if not one.answer and one.usual
        ],
    }


def case_list(viewer: Viewer, page: cases.Page) -> Tree:
    """A page of a list; a constant number of queries."""
    rows = frame.rows_of(viewer, page.cases)
    return {
        "cases": [
            {
                "number": row.number,
                "state": row.case.state,
                "title": row.title,
                "place": row.place,
                "people": row.people,
                "written": row.written,
                "clock": _clock(row.clock, row.light) if row.clock else None,
            }
            for row in rows
        ],
        "after": page.after,
        "before": page.before,
    }


def case(found: Case, viewer: Viewer) -> Tree:
    """The page of one case, for one person at the desk. Never a name or number of the resident."""
    row = found.concern
    readable = intake.read_with_keys(row, viewer)
    offer = desk_acts.offer(viewer, found)
    decides = any(act.name in DECIDING for act in offer.acts)
    return {
        "number": row.number,
        "state": found.state,
        "state_label": str(State(found.state).label),
        "sealed": not readable,
        "title": frame.title_of(found),
        "words": row.words if readable else "",
        "wish": row.wish if readable else "",
        "place": row.place if readable else "",
        "area": row.area.name if row.area else "",
        "received_at": moment(row.received_at),
        "channel": row.channel,
        "came": doors.told(row),
        "identity": row.identity,
        "kind": found.kind,
        "category": found.category.code if found.category else "",
        "urgency": found.urgency,
        "desk": found.desk_unit.name,
        "unit": found.lead_unit.name if found.lead_unit else "",
        "handler": found.handler.name if found.handler else "",
        "leader": found.leader.name if found.leader else "",
        "points": list(cases.points_of(found)),
        "additions": [
            {"words": one.words, "at": moment(one.added_at), "by_resident": one.by_resident}
            for one in (intake.opened_additions(row, viewer) if readable else [])
        ],
        "clocks": [
            _clock(one, deadlines.light(one, clock.now()))
            for one in deadlines.running(found.subject)
        ],
        "replies": [_reply(one) for one in _replies(found, decides)],
        "promises": [_promise(one) for one in promises.promises_of(found.subject)],
        "messages": [_message(one) for one in cases.thread_of(found, viewer=viewer).messages],
        "story": [_line(line) for line in story.lines(found, audience="staff", viewer=viewer)],
        "acts": [
            {"name": act.name, "label": str(act.label), "next": act.name in offer.following}
            for act in offer.acts
        ],
        "not_now": [{"reason": one.reason, "acts": list(one.labels)} for one in offer.why_not],
    }


def _replies(found: Case, decides: bool) -> list[Reply]:
    """What was sent; and what waits for approval, to whoever decides about it."""
    waiting = replies.waiting(found) if decides else None
    return [*replies.sent_to_resident(found), *([waiting] if waiting else [])]


def _reply(row: Any) -> Tree:
    back = getattr(row, "question_back", None)
    return {
        "round": row.round,
        "status": row.status,
        "verdict": row.verdict,
        **{name: getattr(row, name) for name in REPLY},
        "next_step_due": row.next_step_due.isoformat() if row.next_step_due else None,
        "decided_at": moment(row.decided_at),
        "findings": [
            {"point": str(one.point), "text": one.text} for one in row.findings.all()
        ],
        "question": {"text": back.text, "answer": back.answer} if back else None,
    }  # fmt: skip


def _promise(row: Any) -> Tree:
    return {
        "text": row.text,
        "due_on": row.due_on.isoformat(),
        "outcome": row.outcome,
        "evidence": row.evidence,
        "resident_check": row.resident_check,
    }


def _message(row: Any) -> Tree:
    return {
        "words": row.words,
        "at": moment(row.written_at),
        "from": "resident" if row.by_id is None else "office",
        "noted": row.noted_at is not None,
    }


def _line(line: story.Line) -> Tree:
    return {"at": moment(line.at), "title": str(line.title), "text": str(line.text)}


def _clock(row: Any, light: str) -> Tree:
    return {
        "kind": row.kind,
        "label": str(CLOCKS.get(row.kind, row.kind)),
        "due_at": moment(row.due_at),
        "paused": row.paused_at is not None,
        "light": light,
    }


def errors(found: Mapping[str, Iterable[Any]]) -> list[tuple[str, str]]:
    """The faults of a form, at their fields; "" is the whole of it."""
    return [
        ("" if name == "__all__" else name, str(text))
        for name, texts in found.items()
        for text in texts
    ]
