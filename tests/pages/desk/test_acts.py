"""Every act of the desk through its page, and what it does.

Who may, and who may not, stands in `tests/trust/access.yaml`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from lianxin.cases import actions as cases
from lianxin.cases.models import Application, ApplicationKind, CoUnit
from lianxin.deadlines import queries as clocks
from lianxin.kernel import clock
from lianxin.pages.acts import EVERY
from lianxin.replies import actions as replies
from tests.cast import Cast
from tests.walk import Walk, begin, load_sorting

pytestmark = pytest.mark.django_db

PART = {"HX-Request": "true"}


def day(n: int) -> str:
    return (clock.today() + timedelta(days=n)).isoformat()


# --- ways to where an act is possible -----------------------------------------------------------


def to(state: str) -> Callable[[Walk], object]:
    return lambda walk: walk.until(state)


def submitted(walk: Walk) -> None:
    type(walk.case)._default_manager.filter(pk=walk.case.pk).update(state="submitted")


def joined(walk: Walk) -> None:
    walk.until("triage")
    cases.merge_case(walk.case, parent=begin(walk.cast).case, by=walk.viewer("dispatcher"))


def handed(walk: Walk) -> None:
    walk.until("triage")
    new = cases.NewHandover("court", "原话", "hand", clock.today(), clock.today())
    cases.hand_over(walk.case, new, **WHY, by=walk.viewer("dispatcher"))


def aside_asked(walk: Walk) -> None:
    walk.until("triage")
    cases.ask_aside(walk.case, ground="empty", text="空白。", by=walk.viewer("dispatcher"))
    Application.objects.update(asked_by=None)


def refusal_asked(walk: Walk) -> None:
    walk.until("triage")
    cases.ask_refusal(
        walk.case, ground="secret_or_privacy", text="涉及他人隐私。", by=walk.viewer("dispatcher")
    )
    Application.objects.update(asked_by=None)


def returned(walk: Walk) -> None:
    walk.until("dispatched")
    cases.ask_return(
        walk.case, reason="not_our_duty", text="不归我们。", basis="三定方案",
        by=walk.viewer("liaison"),
    )  # fmt: skip


def written(walk: Walk) -> None:
    walk.until("handling")
    cases.write_message(walk.case, words="今晚又灭了。", by=walk.resident)


def info_asked(walk: Walk) -> None:
    walk.until("handling")
    cases.ask_info(walk.case, text="请发一张收据照片。", by=walk.viewer("handler"))


def extension_asked(walk: Walk) -> None:
    walk.until("handling")
    cases.ask_extension(
        walk.case, days=3, reason="parts", text="配件没到。", by=walk.viewer("handler")
    )


def new_deferral(walk: Walk) -> cases.NewDeferral:
    return cases.NewDeferral(
        facts="线路老化。", why="今年没有预算。", conditions="列入明年计划。",
        leader_id=walk.cast.leader.pk, next_report_on=clock.today() + timedelta(days=20),
        milestones=[cases.Milestone("做好设计", clock.today() + timedelta(days=30))],
    )  # fmt: skip


def deferral_asked(walk: Walk) -> None:
    walk.until("handling")
    cases.ask_deferral(walk.case, new_deferral(walk), by=walk.viewer("leader"))


def deferred(walk: Walk) -> None:
    deferral_asked(walk)
    cases.rule_on_deferral(walk.case, grant=True, text="同意。", by=walk.viewer("supervisor"))


def termination_asked(walk: Walk) -> None:
    walk.until("handling")
    cases.ask_termination(walk.case, ground="in_court", text="已经起诉。", by=walk.viewer("leader"))


def whistled(walk: Walk) -> None:
    walk.until("handling")
    cases.whistle(
        walk.case, unit_id=walk.cast.education.pk, task="清理门口摊点", by=walk.viewer("leader")
    )


def supervised(walk: Walk) -> None:
    walk.until("handling")
    cases.supervise(walk.case, kind="urge", text="抓紧。", by=walk.viewer("supervisor"))


def withdrawal_asked(walk: Walk) -> None:
    walk.until("handling")
    cases.withdraw(walk.case, by=walk.resident)


def dissatisfied(walk: Walk) -> None:
    walk.until("replied")
    walk.rate(result=1, solved="no")


def asked_back(walk: Walk) -> None:
    walk.until("replied")
    replies.ask_back(walk.case, text="那什么时候再检查？", by=walk.resident)


def objected(walk: Walk) -> None:
    walk.until("triage")
    cases.refer_out(walk.case, ground="outside_area", text="在邻县。", by=walk.viewer("dispatcher"))
    cases.object_to(walk.case, text="就在本县。", by=walk.resident)


def review_asked(walk: Walk) -> None:
    walk.until("triage")
    cases.sort_case(
        walk.case,
        cases.Sorting("complaint", "roads.lights", "ordinary", "steps", policy="xinfang_2022"),
        by=walk.viewer("dispatcher"),
    )
    walk.until("replied")
    cases.ask_review(walk.case, text="没有修。", by=walk.resident)


def recheck_asked(walk: Walk) -> None:
    review_asked(walk)
    cases.decide_review(walk.case, changed=False, text="维持。", by=walk.viewer("review_body"))
    Application.objects.filter(kind=ApplicationKind.REVIEW).update(decided_by=None)
    cases.ask_recheck(walk.case, text="还是没有修。", by=walk.resident)


def promised(walk: Walk) -> None:
    walk.until("handling")
    walk.submit(next_step="再换两盏", next_step_due=clock.today() + timedelta(days=5))
    walk.approve()


def named(walk: Walk) -> None:
    walk.until("replied")
    cases.name_party(
        walk.case, unit_id=walk.cast.housing.pk, reason="点了名", by=walk.viewer("supervisor")
    )


def recusal_asked(walk: Walk) -> None:
    walk.until("handling")
    cases.ask_recusal(walk.case, text="办事的是对方亲戚。", by=walk.resident)


def sealed(walk: Walk) -> None:
    walk.until("triage")
    cases.seal_case(walk.case, by=walk.viewer("dispatcher"))


# --- what is written into the form ----------------------------------------------------------------


def finding(walk: Walk) -> dict[str, str]:
    point = walk.case.points.get()
    return {
        "verdict": "support", "summary": "修好了。", f"finding_{point.position}": "换了灯。",
        "basis": "条例第二十条",
    }  # fmt: skip


def other_number(walk: Walk) -> dict[str, str]:
    return {"parent": begin(walk.cast).number}


def steps(walk: Walk) -> dict[str, Any]:
    return {
        "facts": "线路老化。", "why": "没有预算。", "conditions": "列入计划。",
        "leader": walk.cast.leader.pk, "next_report_on": day(20), "step_1": "设计",
        "step_1_on": day(30),
    }  # fmt: skip


@dataclass
class Row:
    """An act: how to get there, who does it, what is written, where the case then stands."""

    act: str
    before: Callable[[Walk], object]
    doer: str
    data: Any = field(default_factory=dict)
    after: str = ""


SORT = {"kind": "complaint", "category": "roads.lights", "urgency": "ordinary",
        "solvability": "steps", "points": "修好\n说明原因"}  # fmt: skip
YES = {"grant": "yes", "text": "情况属实。"}
WHY = {"ground": "judicial_or_arbitration", "text": "已转。"}
HANDED = WHY | {"body": "court", "sent": "原话", "way": "hand", "sent_on": day(-1)}
GROUND = {"ground": "outside_area", "text": "请找邻县。"}
TABLE = [
    Row("register", submitted, "clerk", after="registered"),
    Row("answer_at_once", to("registered"), "clerk",
        {"summary": "周一到周五都能办。", "basis": "办事指南"}, "answered_on_spot"),
    Row("sort", to("registered"), "dispatcher", SORT, "triage"),
    Row("refer_out", to("triage"), "clerk", GROUND, "referred_out"),
    Row("hand_over", to("triage"), "clerk", HANDED, "referred_out"),
    Row("note_receipt", handed, "clerk", {"receipt": "立案 7 号", "received_on": day(0)},
        "referred_out"),
    Row("ask_refusal", to("triage"), "dispatcher",
        {"ground": "secret_or_privacy", "text": "涉及隐私。"}, "triage"),
    Row("rule_on_refusal", refusal_asked, "dispatcher", YES, "not_accepted"),
    Row("ask_aside", to("triage"), "dispatcher", {"ground": "advertisement", "text": "是广告。"},
        "triage"),
    Row("rule_on_aside", aside_asked, "dispatcher", YES, "set_aside"),
    Row("merge", to("triage"), "dispatcher", other_number, "merged"),
    Row("split", joined, "dispatcher", {"text": "是另一处的灯。"}, "triage"),
    Row("seal", to("triage"), "dispatcher", after="sealed"),
    Row("dispatch", to("triage"), "dispatcher",
        lambda walk: {"unit": walk.cast.housing.pk, "reason": "归住建"}, "dispatched"),
    Row("sign", to("dispatched"), "liaison", after="accepted"),
    Row("ask_return", to("dispatched"), "liaison",
        {"reason": "not_our_duty", "text": "不归我们。", "basis": "三定方案"}, "return_review"),
    Row("rule_on_return", returned, "dispatcher", YES, "triage"),
    Row("assign", to("accepted"), "leader",
        lambda walk: {"handler": walk.cast.colleague.pk}, "accepted"),
    Row("start_handling", to("accepted"), "colleague", {"no_interest": "on"}, "handling"),
    Row("log_contact", to("handling"), "colleague",
        {"way": "phone", "reached": "yes", "text": "约好明天看。"}, "handling"),
    Row("ask_info", to("handling"), "colleague", {"text": "请补收据。"},
        "awaiting_info"),
    Row("resume", info_asked, "colleague", {"came": "yes"}, "handling"),
    Row("whistle", to("handling"), "leader",
        lambda walk: {"unit": walk.cast.education.pk, "task": "一起看现场"}, "handling"),
    Row("answer_whistle", whistled,
        "handler_of_other_unit",
        lambda walk: {"call": CoUnit.objects.get().unit_id, "result": "清理好了。"}, "handling"),
    Row("ask_extension", to("handling"), "colleague",
        {"days": "3", "reason": "parts", "text": "配件没到。"}, "handling"),
    Row("rule_on_extension", extension_asked, "leader", YES, "handling"),
    Row("ask_deferral", to("handling"), "leader", steps, "handling"),
    Row("rule_on_deferral", deferral_asked, "supervisor", YES, "deferred"),
    Row("report_progress", deferred, "colleague",
        {"text": "设计做完了。", "next_report_on": day(15)}, "deferred"),
    Row("end_deferral", deferred, "colleague", after="handling"),
    Row("end_promise", promised, "colleague",
        lambda _walk: {"promise": 1, "kept": "yes", "evidence": "有照片"},
        "replied"),
    Row("ask_termination", to("handling"), "leader", GROUND | {"ground": "in_court"}, "handling"),
    Row("rule_on_termination", termination_asked, "dispatcher", YES, "terminated"),
    Row("rule_on_withdrawal", withdrawal_asked, "dispatcher", YES, "withdrawn"),
    Row("rule_on_objection", objected, "supervisor", YES, "triage"),
    Row("decide_review", review_asked, "review_body", YES, "replied"),
    Row("decide_recheck", recheck_asked, "review_body", YES, "closed"),
    Row("reopen", to("closed"), "supervisor", {"text": "又坏了。"}, "handling"),
    Row("write", to("handling"), "clerk", {"text": "哪一盏灯？"}, "handling"),
    Row("noted", written, "clerk", after="handling"),
    Row("urge", to("handling"), "supervisor", {"kind": "urge", "text": "三天内回话。"},
        "handling"),
    Row("answer_supervision", supervised, "leader",
        lambda _walk: {"row": 1, "text": "已安排。"}, "handling"),
    Row("submit_reply", to("handling"), "colleague", finding, "reply_review"),
    Row("approve_reply", to("reply_review"), "leader", after="replied"),
    Row("send_back", to("reply_review"), "leader", {"text": "依据不全。"}, "handling"),
    Row("answer_back", asked_back, "colleague", {"text": "月底复查。"}, "replied"),
    Row("post_letter", to("replied"), "clerk", {"sent_on": day(0), "reference": "XA 1"},
        "replied"),
    Row("call_back", to("replied"), "follow_up_caller", {"way": "phone", "reached": "no"},
        "follow_up"),
    Row("order_rework", dissatisfied, "supervisor", {"text": "灯还是不亮。"}, "rework"),
    Row("keep_away", to("handling"), "dispatcher",
        lambda walk: {"unit": walk.cast.housing.pk, "reason": "说的就是他们"}, "triage"),
    Row("lift_conflict", named, "dispatcher",
        lambda walk: {"conflict": walk.case.conflicts.get().pk, "reason": "弄错了"}, "replied"),
    Row("step_aside", to("handling"),
        "clerk",
        {"reason": "当事人是我表弟"}, "handling"),
    Row("rule_on_recusal", recusal_asked, "dispatcher",
        YES | {"who": ["handler"]}, "handling"),
    Row("tell_accepted", sealed, "discipline_receiver",
        {"grant": "yes", "text": "已受理。"}, "sealed"),
    Row("tell_result", sealed, "discipline_receiver", {"text": "已核实处理。"}, "sealed"),
    Row("hand_back", sealed, "discipline_receiver", {"reason": "是办事慢"}, "triage"),
    Row("let_stand", dissatisfied, "supervisor", {"text": "已按规定办到位。"}, "closed"),
]  # fmt: skip


def test_the_table_names_every_act() -> None:
    assert {row.act for row in TABLE} == set(EVERY)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.act)
def test_what_it_does(cast: Cast, row: Row) -> None:
    load_sorting()
    walk = begin(cast)
    row.before(walk)
    url = f"/desk/cases/{walk.number}/do/{row.act}/"
    data = row.data(walk) if callable(row.data) else row.data
    doer = cast.client(getattr(cast, row.doer))
    assert url in doer.get(f"/desk/cases/{walk.number}/").content.decode()
    answer = doer.post(url, data)
    assert answer.status_code == 303, answer.context["form"].errors
    assert walk.case.state == row.after


def test_nobody_acts_on_a_case_about_their_own_unit(cast: Cast) -> None:
    load_sorting()
    walk = begin(cast)
    walk.sort(about_unit_id=cast.housing.pk)
    dispatcher = cast.client(cast.dispatcher)
    answer = dispatcher.post(
        f"/desk/cases/{walk.number}/do/dispatch/", {"unit": cast.water.pk, "reason": "归供水"}
    )
    assert answer.status_code == 200 and "unit" in answer.context["form"].errors
    assert cast.client(cast.leader).get(f"/desk/cases/{walk.number}/").status_code == 404


def test_a_draft_is_kept_unfinished_and_comes_back(cast: Cast) -> None:
    load_sorting()
    walk = begin(cast)
    walk.until("handling")
    url = f"/desk/cases/{walk.number}/do/submit_reply/"
    handler = cast.client(cast.handler)
    assert handler.post(url, {"summary": "写了一半", "keep": "1"}).status_code == 303
    assert walk.case.state == "handling"
    assert "写了一半" in handler.get(url).content.decode()
    answer = handler.post(url, {"summary": "写了一半"})
    assert {"verdict", f"finding_{walk.case.points.get().position}"} <= set(
        answer.context["form"].errors
    )


def test_what_was_written_too_late_is_not_lost(cast: Cast) -> None:
    load_sorting()
    walk = begin(cast)
    walk.until("reply_review")
    walk.approve()
    url = f"/desk/cases/{walk.number}/do/send_back/"
    answer = cast.client(cast.leader).post(url, {"text": "这份答复还缺现场照片。"})
    assert answer.status_code == 403
    assert "这份答复还缺现场照片。" in answer.content.decode()


def test_a_script_gets_the_case_and_its_row_back_in_place(cast: Cast) -> None:
    load_sorting()
    walk = begin(cast)
    walk.until("dispatched")
    url = f"/desk/cases/{walk.number}/do/sign/?tab=unit"
    liaison = cast.client(cast.liaison)
    panel = liaison.get(url, headers=PART).content.decode()
    assert "<html" not in panel and 'id="panel-head"' in panel
    answer = liaison.post(url, headers=PART)
    text = answer.content.decode()
    assert answer["HX-Retarget"] == "#content" and answer["HX-Push-Url"].endswith("?tab=unit")
    assert f'id="row-{walk.number}" hx-swap-oob="true"' in text and 'id="beside"' in text


def test_a_late_extension_is_told_at_the_form(cast: Cast) -> None:
    load_sorting()
    walk = begin(cast)
    walk.until("handling")
    handling = next(row for row in clocks.running(walk.case.subject) if row.kind == "handling")
    with clock.at(handling.due_at + timedelta(hours=1)):
        answer = cast.client(cast.handler).post(
            f"/desk/cases/{walk.number}/do/ask_extension/",
            {"days": "3", "reason": "parts", "text": "配件没到。"},
        )
    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()
