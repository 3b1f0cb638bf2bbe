"""The states of a case and the one table of moves between them (domain C4, T1–T44).

Pure data: the actions, the pages, the documentation and the tests all read this table. Extensions
and supervision lie over a state and are not states. ``mediating`` and ``hearing`` are declared and
not yet reachable.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.cases.move import DESK as DESK
from lianxin.cases.move import LIAISON, WORKERS
from lianxin.cases.move import Move as Move
from lianxin.cases.move import Side as Side
from lianxin.people.roles import Role


class State(models.TextChoices):
    """Where a case stands."""

    SUBMITTED = "submitted", _("Submitted")
    REGISTERED = "registered", _("Registered")
    TRIAGE = "triage", _("Being sorted")
    DISPATCHED = "dispatched", _("Dispatched")
    RETURN_REVIEW = "return_review", _("Return under review")
    ACCEPTED = "accepted", _("Accepted")
    HANDLING = "handling", _("Being handled")
    AWAITING_INFO = "awaiting_info", _("Waiting for information")
    MEDIATING = "mediating", _("In mediation")
    HEARING = "hearing", _("In a hearing")
    DEFERRED = "deferred", _("Deferred with a timetable")
    REPLY_REVIEW = "reply_review", _("Reply under review")
    REPLIED = "replied", _("Replied")
    FOLLOW_UP = "follow_up", _("Being followed up")
    REWORK = "rework", _("Being redone")
    REVIEW = "review", _("Under review by the higher body")
    RECHECK = "recheck", _("Under recheck")
    CLOSED = "closed", pgettext_lazy("state of a case", "Closed")
    ARCHIVED = "archived", _("Archived")
    ANSWERED_ON_SPOT = "answered_on_spot", _("Answered at once")
    REFERRED_OUT = "referred_out", _("Told another way")
    NOT_ACCEPTED = "not_accepted", _("Not accepted")
    SET_ASIDE = "set_aside", _("Set aside: not a concern")
    MERGED = "merged", _("Joined to the same matter")
    SEALED = "sealed", _("In the sealed lane")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    TERMINATED = "terminated", _("Handling ended")


ENDED = frozenset(
    {
        State.CLOSED,
        State.ARCHIVED,
        State.ANSWERED_ON_SPOT,
        State.REFERRED_OUT,
        State.NOT_ACCEPTED,
        State.SET_ASIDE,
        State.MERGED,
        State.SEALED,
        State.WITHDRAWN,
        State.TERMINATED,
    }
)
OPEN = frozenset(State) - ENDED
ARCHIVE_AFTER = timedelta(days=180)
"""How long after its end a case goes to the archive."""
UNREACHABLE = frozenset({State.MEDIATING, State.HEARING})
WITH_UNIT = frozenset(
    {
        State.DISPATCHED,
        State.ACCEPTED,
        State.HANDLING,
        State.AWAITING_INFO,
        State.DEFERRED,
        State.REPLY_REVIEW,
        State.REWORK,
    }
)
AFTER_REPLY = frozenset({State.REPLIED, State.FOLLOW_UP})
BEFORE_UNIT = frozenset({State.SUBMITTED, State.REGISTERED, State.TRIAGE})
MAY_BE_ABOUT = frozenset(State) - UNREACHABLE - {State.ARCHIVED, State.MERGED}


_S = State
REFUSED = frozenset({_S.NOT_ACCEPTED, _S.REFERRED_OUT, _S.TERMINATED, _S.MERGED, _S.SET_ASIDE})
EVERY_CLOCK = (
    "ack", "triage", "sign", "objection", "contact", "acceptance_notice", "handling", "rework",
    "info", "follow_up", "ruling", "co_unit", "report",
)  # fmt: skip


def _table(*moves: Move) -> dict[str, Move]:
    return {move.name: move for move in moves}


MOVES = _table(
    Move(
        "register", ("T2",), _("Register"), frozenset({_S.SUBMITTED}), _S.REGISTERED, Side.DESK,
        DESK, starts=("triage",), stops=("ack",), told=True,
    ),
    Move(
        "answer_at_once", ("T3",), _("Answer at once"), frozenset({_S.REGISTERED, _S.TRIAGE}),
        _S.ANSWERED_ON_SPOT, Side.DESK, DESK, stops=EVERY_CLOCK, told=True,
    ),
    Move(
        "sort", ("T4",), _("Sort"), frozenset({_S.REGISTERED, _S.TRIAGE}), _S.TRIAGE, Side.DESK,
        (Role.DISPATCHER,),
    ),
    Move(
        "refer_out", ("T5", "T6"), _("Tell another way"), frozenset({_S.TRIAGE}),
        _S.REFERRED_OUT, Side.DESK, DESK, stops=EVERY_CLOCK, reason=True, told=True,
    ),
    Move(
        "hand_over", ("T5", "T6"), _("Hand over to an outside body"),
        frozenset({_S.REGISTERED, _S.TRIAGE, _S.REFERRED_OUT}), _S.REFERRED_OUT, Side.DESK, DESK,
        stops=EVERY_CLOCK, reason=True, told=True,
    ),
    Move(
        "note_receipt", ("T6",), _("Their receipt arrived"), frozenset({_S.REFERRED_OUT}), None,
        Side.DESK, DESK, told=True,
    ),
    Move(
        "ask_refusal", ("T7",), _("Propose not to accept"), frozenset({_S.TRIAGE}), None,
        Side.DESK, (Role.DISPATCHER,), reason=True,
    ),
    Move(
        "rule_on_refusal", ("T7",), _("Decide on not accepting"), frozenset({_S.TRIAGE}),
        None, Side.DESK, (Role.DISPATCHER, Role.SUPERVISOR), stops=(), reason=True, told=True,
        returns=frozenset({_S.NOT_ACCEPTED}),
    ),
    Move(
        "ask_aside", ("T7",), _("Propose to set aside: not a concern"),
        frozenset({_S.REGISTERED, _S.TRIAGE}), None, Side.DESK, (Role.DISPATCHER,), reason=True,
    ),
    Move(
        "rule_on_aside", ("T7",), _("Decide on setting aside"),
        frozenset({_S.REGISTERED, _S.TRIAGE}), None, Side.DESK,
        (Role.DISPATCHER, Role.SUPERVISOR), reason=True, told=True,
        returns=frozenset({_S.SET_ASIDE}),
    ),
    Move(
        "come_back", ("T44",), _("It is meant: back into the queue"), frozenset({_S.SET_ASIDE}),
        _S.TRIAGE, Side.RESIDENT, starts=("triage",), reason=True, told=True,
    ),
    Move(
        "merge", ("T8",), _("Join to the same matter"), frozenset({_S.TRIAGE}), _S.MERGED,
        Side.DESK, (Role.DISPATCHER,), stops=EVERY_CLOCK, told=True,
    ),
    Move(
        "join", ("T8",), _("Join to what the person says is the same"),
        frozenset({_S.SUBMITTED, _S.REGISTERED}), _S.MERGED, Side.SYSTEM, stops=EVERY_CLOCK,
        told=True,
    ),
    Move(
        "split", ("T8",), _("Take it out again"), frozenset({_S.MERGED}), _S.TRIAGE,
        Side.DESK, (Role.DISPATCHER,), reason=True, told=True,
    ),
    Move(
        "seal", ("T9",), _("Hand over sealed"), BEFORE_UNIT, _S.SEALED,
        Side.DESK, (Role.DISPATCHER,), starts=("sealed_notice",), stops=EVERY_CLOCK, told=True,
    ),
    Move(
        "dispatch", ("T10",), _("Dispatch"), frozenset({_S.TRIAGE}), _S.DISPATCHED, Side.DESK,
        (Role.DISPATCHER,), starts=("sign", "objection", "contact"),
        stops=("triage",), told=True,
    ),
    Move(
        "sign", ("T11",), _("Sign for it"), frozenset({_S.DISPATCHED}), _S.ACCEPTED, Side.LEAD,
        LIAISON, stops=("sign", "acceptance_notice"), told=True,
    ),
    Move(
        "ask_return", ("T12",), _("Return: not ours"),
        frozenset({_S.DISPATCHED, _S.ACCEPTED}), _S.RETURN_REVIEW, Side.LEAD, LIAISON,
        stops=("objection",), reason=True,
    ),
    Move(
        "rule_on_return", ("T13", "T14"), _("Decide on the return"),
        frozenset({_S.RETURN_REVIEW}), _S.ACCEPTED, Side.DESK,
        (Role.DISPATCHER, Role.SUPERVISOR), reason=True, told=True,
        returns=frozenset({_S.TRIAGE}),
    ),
    Move(
        "start_handling", ("T15",), _("Start work"), frozenset({_S.ACCEPTED}), _S.HANDLING,
        Side.LEAD, (*WORKERS, *LIAISON, Role.UNIT_LEADER), told=True,
    ),
    Move(
        "log_contact", ("T16",), _("Record contact"),
        frozenset({_S.ACCEPTED, _S.HANDLING, _S.AWAITING_INFO, _S.DEFERRED, _S.REWORK}), None,
        Side.LEAD, (*WORKERS, *LIAISON, Role.UNIT_LEADER), stops=(),
    ),
    Move(
        "ask_info", ("T17",), _("Ask for information"), frozenset({_S.HANDLING}),
        _S.AWAITING_INFO, Side.LEAD, WORKERS, reason=True, told=True,
    ),
    Move(
        "resume", ("T18",), _("Go on"), frozenset({_S.AWAITING_INFO}), _S.HANDLING, Side.LEAD,
        WORKERS, stops=("info",),
    ),
    Move(
        "whistle", ("T19",), _("Call in another unit"), frozenset({_S.HANDLING, _S.REWORK}),
        None, Side.LEAD, (Role.UNIT_LEADER, Role.COMMUNITY_SECRETARY), starts=(), reason=True,
        told=True,
    ),
    Move(
        "ask_extension", ("T24",), _("Ask for more time"),
        frozenset({_S.ACCEPTED, _S.HANDLING}), None, Side.LEAD, WORKERS, reason=True,
    ),
    Move(
        "rule_on_extension", ("T24",), _("Decide on more time"),
        frozenset({_S.ACCEPTED, _S.HANDLING}), None, Side.LEAD,
        (Role.UNIT_LEADER, Role.SUPERVISOR), reason=True, told=True,
    ),
    Move(
        "ask_deferral", ("T25",), _("Propose to defer"), frozenset({_S.HANDLING}), None,
        Side.LEAD, (Role.UNIT_LEADER,), reason=True,
    ),
    Move(
        "rule_on_deferral", ("T25",), _("Decide on deferring"), frozenset({_S.HANDLING}),
        None, Side.INDEPENDENT, (Role.SUPERVISOR,), reason=True, told=True,
        returns=frozenset({_S.DEFERRED}),
    ),
    Move(
        "report_progress", ("T26",), _("Report progress"), frozenset({_S.DEFERRED}), None,
        Side.LEAD, (*WORKERS, Role.UNIT_LEADER), told=True,
    ),
    Move(
        "end_deferral", ("T26",), _("Take up again"), frozenset({_S.DEFERRED}), _S.HANDLING,
        Side.LEAD, (*WORKERS, Role.UNIT_LEADER), starts=("handling",),
        stops=("report",), told=True,
    ),
    Move(
        "submit_reply", ("T27", "T35"), _("Send the draft for approval"),
        frozenset({_S.HANDLING, _S.REWORK}), _S.REPLY_REVIEW, Side.LEAD, WORKERS,
    ),
    Move(
        "send_back", ("T28",), _("Send the draft back"), frozenset({_S.REPLY_REVIEW}),
        _S.HANDLING, Side.LEAD, (Role.UNIT_LEADER,), reason=True,
        returns=frozenset({_S.REWORK}),
    ),
    Move(
        "approve_reply", ("T29",), _("Approve and send"), frozenset({_S.REPLY_REVIEW}),
        _S.REPLIED, Side.LEAD, (Role.UNIT_LEADER,), starts=("follow_up", "review_right"),
        stops=("handling", "rework", "contact", "co_unit"), told=True,
    ),
    Move(
        "call_back", ("T30",), _("Record a follow-up call"),
        frozenset({_S.REPLIED, _S.FOLLOW_UP}), _S.FOLLOW_UP, Side.INDEPENDENT,
        (Role.FOLLOW_UP_CALLER,),
    ),
    Move(
        "rate", ("T30", "T31"), _("Rate"), frozenset({_S.REPLIED, _S.FOLLOW_UP, _S.CLOSED}),
        _S.FOLLOW_UP, Side.RESIDENT, returns=frozenset({_S.CLOSED}), stops=("follow_up",),
        told=True,
    ),
    Move(
        "order_rework", ("T32",), _("Have it redone"), frozenset({_S.FOLLOW_UP}), _S.REWORK,
        Side.INDEPENDENT, (Role.SUPERVISOR,), starts=("rework",),
        stops=("follow_up", "ruling", "review_right"), reason=True, told=True,
    ),
    Move(
        "let_stand", ("T33",), _("Let the reply stand"), frozenset({_S.FOLLOW_UP}), _S.CLOSED,
        Side.INDEPENDENT, (Role.SUPERVISOR,), stops=("follow_up", "ruling"), reason=True,
        told=True,
    ),
    Move(
        "close_unrated", ("T34",), _("Close without a rating"),
        frozenset({_S.REPLIED, _S.FOLLOW_UP}), _S.CLOSED, Side.SYSTEM, stops=("follow_up",),
        told=True,
    ),
    Move(
        "ask_review", ("T36",), _("Ask for review"), frozenset({_S.REPLIED, _S.CLOSED}),
        _S.REVIEW, Side.RESIDENT, starts=("review",), stops=("review_right", "follow_up"),
        reason=True, told=True,
    ),
    Move(
        "decide_review", ("T37",), _("Decide the review"), frozenset({_S.REVIEW}), _S.REPLIED,
        Side.REVIEWER, (Role.REVIEW_BODY,), starts=("recheck_right", "follow_up"),
        stops=("review",), reason=True, told=True,
    ),
    Move(
        "ask_recheck", ("T38",), _("Ask for recheck"), frozenset({_S.REPLIED, _S.CLOSED}),
        _S.RECHECK, Side.RESIDENT, starts=("recheck",), stops=("recheck_right", "follow_up"),
        reason=True, told=True,
    ),
    Move(
        "decide_recheck", ("T39",), _("Decide the recheck"), frozenset({_S.RECHECK}), _S.CLOSED,
        Side.REVIEWER, (Role.REVIEW_BODY,), stops=("recheck",), reason=True, told=True,
    ),
    Move(
        "reopen", ("T40",), _("Open again"), frozenset({_S.CLOSED}), _S.HANDLING, Side.RESIDENT,
        (Role.SUPERVISOR,), starts=("handling",), stops=("review_right",), reason=True,
        told=True,
    ),
    Move(
        "withdraw", ("T41",), _("Withdraw"), OPEN - {_S.REVIEW, _S.RECHECK} | {_S.MERGED}, None,
        Side.RESIDENT, reason=False, told=True, stops=(), returns=frozenset({_S.WITHDRAWN}),
    ),
    Move(
        "rule_on_withdrawal", ("T41",), _("Check the withdrawal"), OPEN - BEFORE_UNIT, None,
        Side.INDEPENDENT, (Role.FOLLOW_UP_CALLER, Role.DISPATCHER), reason=True, told=True,
        returns=frozenset({_S.WITHDRAWN}),
    ),
    Move(
        "ask_termination", ("T42",), _("Propose to end handling"),
        frozenset({_S.ACCEPTED, _S.HANDLING}), None, Side.LEAD, (Role.UNIT_LEADER,), reason=True,
    ),
    Move(
        "rule_on_termination", ("T42",), _("Decide on ending handling"),
        frozenset({_S.ACCEPTED, _S.HANDLING}), None, Side.INDEPENDENT,
        (Role.DISPATCHER, Role.SUPERVISOR), reason=True, told=True,
        returns=frozenset({_S.TERMINATED}),
    ),
    Move(
        "archive", ("T43",), _("Archive"), ENDED - {_S.ARCHIVED, _S.SEALED}, _S.ARCHIVED,
        Side.SYSTEM, stops=EVERY_CLOCK,
    ),
    Move(
        "object", ("T44",), _("Object"), REFUSED, None, Side.RESIDENT, reason=True, told=True,
    ),
    Move(
        "rule_on_objection", ("T44",), _("Decide on the objection"), REFUSED, None, Side.DESK,
        (Role.SUPERVISOR,), reason=True, told=True, returns=frozenset({_S.TRIAGE}),
    ),
    Move(
        "keep_away", ("—",), _("Say whom it is about"), MAY_BE_ABOUT, None, Side.DESK,
        (Role.DISPATCHER, Role.SUPERVISOR, Role.DISCIPLINE_RECEIVER), reason=True, told=True,
    ),
    Move(
        "lift_conflict", ("—",), _("It is not about them"), MAY_BE_ABOUT, None, Side.DESK,
        (Role.DISPATCHER, Role.SUPERVISOR, Role.DISCIPLINE_RECEIVER), reason=True,
    ),
    Move(
        "ask_recusal", ("—",), _("Somebody must not deal with it"), OPEN - BEFORE_UNIT, None,
        Side.RESIDENT, reason=True, told=True,
    ),
    Move(
        "rule_on_recusal", ("—",), _("Decide who must stay away"), OPEN - BEFORE_UNIT, None,
        Side.INDEPENDENT, (Role.SUPERVISOR, Role.DISPATCHER), reason=True, told=True,
    ),
    Move(
        "tell_accepted", ("T9",), _("Say whether it is accepted"), frozenset({_S.SEALED}), None,
        Side.DESK, (Role.DISCIPLINE_RECEIVER,), stops=("sealed_notice",), reason=True, told=True,
    ),
    Move(
        "tell_result", ("T9",), _("Say what came of it"), frozenset({_S.SEALED}), None,
        Side.DESK, (Role.DISCIPLINE_RECEIVER,), stops=(), reason=True, told=True,
    ),
    Move(
        "hand_back", ("—",), _("Not for the discipline body"), frozenset({_S.SEALED}), _S.TRIAGE,
        Side.DESK, (Role.DISCIPLINE_RECEIVER,), starts=("triage",), stops=("sealed_notice",),
        reason=True, told=True,
    ),
    Move(
        "take_back", ("—",), _("Take it back from the unit"), WITH_UNIT | {_S.RETURN_REVIEW},
        _S.TRIAGE, Side.SYSTEM, starts=("triage",), stops=EVERY_CLOCK, told=True,
    ),
    Move(
        "take_outside", ("—",), _("Give it to the receiver outside"), OPEN, _S.SEALED,
        Side.SYSTEM, starts=("sealed_notice",), stops=EVERY_CLOCK, told=True,
    ),
    Move(
        "assign", ("T15",), _("Name the handler"),
        frozenset({_S.DISPATCHED, _S.ACCEPTED, _S.HANDLING, _S.REWORK, _S.DEFERRED}), None,
        Side.LEAD, (*LIAISON, Role.UNIT_LEADER),
    ),
    Move(
        "urge", ("—",), _("Urge or supervise"), WITH_UNIT | {_S.RETURN_REVIEW}, None,
        Side.INDEPENDENT, (Role.SUPERVISOR,), reason=True,
    ),
    Move(
        "answer_supervision", ("—",), _("Answer the supervision"),
        WITH_UNIT | {_S.RETURN_REVIEW}, None, Side.LEAD,
        (Role.UNIT_LEADER, Role.UNIT_LIAISON), reason=True,
    ),
)  # fmt: skip
