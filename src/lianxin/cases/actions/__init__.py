"""The only writer of cases. Each verb checks, changes, records, in one transaction."""

from lianxin.cases.actions.codes import give_code
from lianxin.cases.actions.conflicts import (
    ask_recusal,
    hand_back,
    leave_hands,
    lift_conflict,
    name_party,
    note_reading,
    place_case,
    rule_on_recusal,
    step_aside,
)
from lianxin.cases.actions.ending import (
    archive_old,
    ask_termination,
    object_to,
    reopen,
    rule_on_objection,
    rule_on_termination,
    rule_on_withdrawal,
    withdraw,
)
from lianxin.cases.actions.extending import (
    Milestone,
    NewDeferral,
    ask_deferral,
    ask_extension,
    end_deferral,
    report_progress,
    rule_on_deferral,
    rule_on_extension,
)
from lianxin.cases.actions.handing import NewHandover, hand_over, note_receipt
from lianxin.cases.actions.handling import (
    NewContact,
    answer_whistle,
    ask_info,
    log_contact,
    resume,
    whistle,
)
from lianxin.cases.actions.moving import move
from lianxin.cases.actions.opening import open_cases, register_case
from lianxin.cases.actions.receiving import tell_accepted, tell_result
from lianxin.cases.actions.refusing import (
    ask_aside,
    ask_refusal,
    refer_out,
    rule_on_aside,
    rule_on_refusal,
)
from lianxin.cases.actions.reviewing import (
    ask_recheck,
    ask_review,
    decide_recheck,
    decide_review,
)
from lianxin.cases.actions.sealing import seal_waiting
from lianxin.cases.actions.signing import (
    ask_return,
    name_handler,
    rule_on_return,
    sign_case,
    start_handling,
)
from lianxin.cases.actions.sorting import (
    Sorting,
    dispatch_case,
    merge_case,
    seal_case,
    sort_case,
    split_case,
)
from lianxin.cases.actions.supervising import answer_supervision, supervise, supervise_for
from lianxin.cases.actions.viewing import forget_view, save_view
from lianxin.cases.actions.writing import note_messages, pass_on, write_message, write_to_all

__all__ = [
    "Milestone",
    "NewContact",
    "NewDeferral",
    "NewHandover",
    "Sorting",
    "answer_supervision",
    "answer_whistle",
    "archive_old",
    "ask_aside",
    "ask_deferral",
    "ask_extension",
    "ask_info",
    "ask_recheck",
    "ask_recusal",
    "ask_refusal",
    "ask_return",
    "ask_review",
    "ask_termination",
    "decide_recheck",
    "decide_review",
    "dispatch_case",
    "end_deferral",
    "forget_view",
    "give_code",
    "hand_back",
    "hand_over",
    "leave_hands",
    "lift_conflict",
    "log_contact",
    "merge_case",
    "move",
    "name_handler",
    "name_party",
    "note_messages",
    "note_reading",
    "note_receipt",
    "object_to",
    "open_cases",
    "pass_on",
    "place_case",
    "refer_out",
    "register_case",
    "reopen",
    "report_progress",
    "resume",
    "rule_on_aside",
    "rule_on_deferral",
    "rule_on_extension",
    "rule_on_objection",
    "rule_on_recusal",
    "rule_on_refusal",
    "rule_on_return",
    "rule_on_termination",
    "rule_on_withdrawal",
    "save_view",
    "seal_case",
    "seal_waiting",
    "sign_case",
    "sort_case",
    "split_case",
    "start_handling",
    "step_aside",
    "supervise",
    "supervise_for",
    "tell_accepted",
    "tell_result",
    "whistle",
    "withdraw",
    "write_message",
    "write_to_all",
]
