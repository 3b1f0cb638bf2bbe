"""Who may make which move: the whole matrix, stated once and compared with the policy."""

from __future__ import annotations

import pytest

from lianxin.cases.policy import may_move
from lianxin.cases.states import MOVES, State
from tests.cases.test_every_move import put
from tests.walk import Walk, begin

pytestmark = pytest.mark.django_db

DESK = {"clerk", "dispatcher"}
UNIT = {"handler", "colleague", "liaison", "leader"}
RESIDENT = {"resident"}

MAY: dict[str, set[str]] = {
    "register": DESK,
    "answer_at_once": DESK,
    "sort": {"dispatcher"},
    "refer_out": DESK,
    "ask_refusal": {"dispatcher"},
    "rule_on_refusal": {"dispatcher", "supervisor"},
    "merge": {"dispatcher"},
    "seal": {"dispatcher"},
    "dispatch": {"dispatcher"},
    "sign": {"liaison"},
    "ask_return": {"liaison"},
    "rule_on_return": {"dispatcher", "supervisor"},
    "start_handling": UNIT,
    "assign": {"liaison", "leader"},
    "log_contact": UNIT,
    "ask_info": {"handler", "colleague"},
    "resume": {"handler", "colleague"},
    "whistle": {"leader"},
    "ask_extension": {"handler", "colleague"},
    "rule_on_extension": {"leader", "supervisor"},
    "ask_deferral": {"leader"},
    "rule_on_deferral": {"supervisor"},
    "report_progress": {"handler", "colleague", "leader"},
    "end_deferral": {"handler", "colleague", "leader"},
    "submit_reply": {"handler", "colleague"},
    "send_back": {"leader"},
    "approve_reply": {"leader"},
    "call_back": {"follow_up_caller"},
    "rate": RESIDENT,
    "order_rework": {"supervisor"},
    "let_stand": {"supervisor"},
    "close_unrated": set(),
    "ask_review": RESIDENT,
    "decide_review": {"review_body"},
    "ask_recheck": RESIDENT,
    "decide_recheck": {"review_body"},
    "reopen": RESIDENT | {"supervisor"},
    "withdraw": RESIDENT,
    "rule_on_withdrawal": {"follow_up_caller", "dispatcher"},
    "ask_termination": {"leader"},
    "rule_on_termination": {"dispatcher", "supervisor"},
    "archive": set(),
    "object": RESIDENT,
    "rule_on_objection": {"supervisor"},
    "keep_away": {"dispatcher", "supervisor", "discipline_receiver"},
    "lift_conflict": {"dispatcher", "supervisor", "discipline_receiver"},
    "ask_recusal": RESIDENT,
    "rule_on_recusal": {"supervisor", "dispatcher"},
    "tell_accepted": {"discipline_receiver"},
    "tell_result": {"discipline_receiver"},
    "hand_back": {"discipline_receiver"},
    "take_back": set(),
    "take_outside": set(),
    "urge": {"supervisor"},
    "answer_supervision": {"leader", "liaison"},
}


def test_the_table_names_every_move() -> None:
    assert MAY.keys() == MOVES.keys()


@pytest.mark.parametrize("name", MOVES)
def test_only_those_of_the_table_may(walk: Walk, name: str) -> None:
    case = put(walk, sorted(MOVES[name].sources)[0])
    viewers = {part: walk.viewer(part) for part in walk.cast.staff}
    viewers |= {"resident": walk.resident, "stranger": walk.cast.stranger}
    viewers["resident_of_another_case"] = begin(walk.cast).resident
    allowed = {part for part, viewer in viewers.items() if may_move(viewer, case, name)}
    assert allowed == MAY[name]


def test_a_supervisor_who_belongs_to_the_unit_is_not_independent(walk: Walk) -> None:
    case = put(walk, State.FOLLOW_UP)
    viewer = walk.viewer("supervisor")
    assert may_move(viewer, case, "order_rework")
    case.lead_unit = walk.cast.county
    assert not may_move(viewer, case, "order_rework")
