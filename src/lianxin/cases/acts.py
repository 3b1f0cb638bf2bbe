"""What staff may do to a case, except its replies and their judgement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from lianxin.access import Allowed, Answer, Denied, Viewer
from lianxin.cases import actions, queries
from lianxin.cases.choices import ApplicationKind
from lianxin.cases.forms import conflicts, desk, rulings, unit
from lianxin.cases.messaging import ACTS as MESSAGES
from lianxin.cases.offering import not_asked, on_move, renamed, ruling
from lianxin.cases.policy import UNIT_ROLES
from lianxin.cases.states import DESK, OPEN, WITH_UNIT
from lianxin.deadlines import queries as clocks
from lianxin.people.roles import Role
from lianxin.promises import actions as promise_actions
from lianxin.promises import queries as promises
from lianxin.ui.acts import Act

if TYPE_CHECKING:
    from lianxin.cases.models import Case

HELPERS = (Role.HANDLER, Role.UNIT_LIAISON, Role.UNIT_LEADER, Role.COMMUNITY_SECRETARY)


def supervised(_viewer: Viewer, case: Case) -> Answer:
    """A supervision waits for an answer."""
    if queries.open_supervisions(case):
        return Allowed()
    return Denied(_("No supervision waits for an answer."))


def may_answer_call(viewer: Viewer, case: Case) -> Answer:
    """Whether the viewer's own unit was called in and has not answered."""
    if case.state not in WITH_UNIT or not viewer.has(*HELPERS):
        return Denied(_("Only the unit that was called in can answer."))
    if queries.calls_on(viewer, case):
        return Allowed()
    return Denied(_("Your unit was not called in, or has answered."))


def may_end_promise(viewer: Viewer, case: Case) -> Answer:
    """Whether the viewer works at the unit that made an open promise."""
    unit_at = case.lead_unit
    if unit_at is None or not viewer.covers(HELPERS, unit_at.path):
        return Denied(_("Only the unit that promised can say how it ended."))
    if promises.open_promises([case.subject]).exists():
        return Allowed()
    return Denied(_("No promise is open."))


def receipt_awaited(_viewer: Viewer, case: Case) -> Answer:
    """An outside body has not confirmed yet."""
    return Allowed() if queries.awaited_receipts(case) else Denied(_("No receipt is awaited."))


def has_conflicts(_viewer: Viewer, case: Case) -> Answer:
    """Somebody is kept away now."""
    return Allowed() if queries.conflicts_of(case) else Denied(_("Nobody is kept away from it."))


def untold(_viewer: Viewer, case: Case) -> Answer:
    """The person waits to be told whether an accusation is accepted."""
    if any(clock.kind == "sealed_notice" for clock in clocks.running(case.subject)):
        return Allowed()
    return Denied(_("The person has been told already."))


ASIDE = (*DESK, *UNIT_ROLES, Role.SUPERVISOR, Role.FOLLOW_UP_CALLER, Role.REVIEW_BODY)


def may_step_aside(viewer: Viewer, case: Case) -> Answer:
    """Whether the viewer works at the desk or the unit of an open case, or oversees them."""
    units = [unit for unit in (case.desk_unit, case.lead_unit) if unit]
    if case.state in OPEN and any(viewer.covers(ASIDE, unit.path) for unit in units):
        return Allowed()
    return Denied(_("Only somebody who deals with this case can step aside."))


ACTS = (
    *MESSAGES,
    on_move(
        "register", key="r", tone="primary", done=_("Registered. The limit for sorting runs."),
        hint=_("It gets its place in the register and the limits begin."),
        run=lambda case, _data, by: actions.register_case(case, by=by),
    ),
    on_move(
        "sort", key="s", tone="primary", likely=lambda case: not case.kind,
        form=desk.SortForm, above="cases/acts/sort.html",
        done=_("Sorted. Next: send it to a unit."),
        run=lambda case, data, by: actions.sort_case(
            case, actions.Sorting(**renamed(data, about_unit="about_unit_id")), by=by
        ),
    ),
    on_move(
        "dispatch", key="d", tone="primary", likely=lambda case: bool(case.kind),
        form=desk.DispatchForm,
        above="cases/acts/dispatch.html",
        done=_("Sent. The unit has been told, and the person can see which unit it is."),
        run=lambda case, data, by: actions.dispatch_case(
            case, unit_id=data["unit"], leader_id=data["leader"], co_units=data["co_units"],
            reason=data["reason"], by=by,
        ),
    ),
    on_move(
        "merge", key="m", form=desk.MergeForm, above="cases/acts/merge.html",
        done=_("Joined. The earliest start counts, and everybody is told."),
        run=lambda case, data, by: actions.merge_case(case, parent=data["parent"], by=by),
    ),
    on_move(
        "split", key="t", form=rulings.ReasonForm,
        further=not_asked(ApplicationKind.OBJECTION),
        done=_("It goes on by itself, and the person is told why."),
        run=lambda case, data, by: actions.split_case(case, text=data["text"], by=by),
    ),
    on_move(
        "refer_out", key="w", form=desk.GroundForm, above="cases/acts/grounds.html",
        done=_("The person has been told the way, and how to object."),
        run=lambda case, data, by: actions.refer_out(case, **data, by=by),
    ),
    on_move(
        "hand_over", key="h", form=desk.HandOverForm, above="cases/acts/grounds.html",
        done=_("Handed over. The person reads to whom, when and under which number."),
        run=lambda case, data, by: actions.hand_over(
            case,
            actions.NewHandover(**{
                name: value for name, value in data.items() if name not in ("ground", "text")
            }),
            ground=data["ground"], text=data["text"], by=by,
        ),
    ),
    on_move(
        "note_receipt", key="p", tone="primary", form=desk.ReceiptForm, further=receipt_awaited,
        done=_("Kept. The person reads the number under which they have it."),
        run=lambda case, data, by: actions.note_receipt(case, **data, by=by),
    ),
    on_move(
        "ask_refusal", key="n", form=desk.NotAcceptForm, above="cases/acts/grounds.html",
        further=not_asked(ApplicationKind.REFUSAL),
        done=_("Proposed. A second person decides."),
        run=lambda case, data, by: actions.ask_refusal(case, **data, by=by),
    ),
    ruling(
        ApplicationKind.REFUSAL, "rule_on_refusal", key="y", form=rulings.RefusalRuling,
        run=lambda case, data, by: actions.rule_on_refusal(case, **data, by=by),
    ),
    on_move(
        "ask_aside", key="a", form=desk.AsideForm, above="cases/acts/grounds.html",
        further=not_asked(ApplicationKind.ASIDE),
        hint=_("Only for what is no concern: an advertisement, nothing in it, a test. Nothing is "
               "deleted, and nobody is marked."),
        done=_("Proposed. A second person decides."),
        run=lambda case, data, by: actions.ask_aside(case, **data, by=by),
    ),
    ruling(
        ApplicationKind.ASIDE, "rule_on_aside", key="b", form=rulings.AsideRuling,
        run=lambda case, data, by: actions.rule_on_aside(case, **data, by=by),
    ),
    on_move(
        "seal", key="z", tone="danger",
        hint=_(
            "For accusations against officials. Only the discipline receiver will see the case; "
            "you will not."
        ),
        done=_("Handed over sealed. The person keeps the receipt."),
        run=lambda case, _data, by: actions.seal_case(case, by=by),
    ),
    on_move(
        "sign", key="s", tone="primary",
        hint=_("The unit takes it on. The person is told that you have it."),
        done=_("Signed for. Next: name a handler."),
        run=lambda case, _data, by: actions.sign_case(case, by=by),
    ),
    on_move(
        "ask_return", key="t", form=unit.ReturnForm,
        further=not_asked(ApplicationKind.RETURN),
        done=_("Sent back to the desk, which decides. The limit keeps running meanwhile."),
        run=lambda case, data, by: actions.ask_return(
            case, **renamed(data, unit="unit_id"), by=by
        ),
    ),
    ruling(
        ApplicationKind.RETURN, "rule_on_return", key="y", form=rulings.ReturnRuling,
        run=lambda case, data, by: actions.rule_on_return(case, **data, by=by),
    ),
    on_move(
        "assign", key="a", tone="primary",
        likely=lambda case: case.handler_id is None, form=unit.AssignForm,
        done=_("Named. They find it on their list."),
        run=lambda case, data, by: actions.name_handler(
            case, handler_id=data["handler"], leader_id=data["leader"], by=by
        ),
    ),
    on_move(
        "start_handling", key="b", tone="primary",
        likely=lambda case: case.handler_id is not None, form=unit.StartForm,
        done=_("Work has begun. Next: talk with the person."),
        run=lambda case, data, by: actions.start_handling(case, **data, by=by),
    ),
    on_move(
        "log_contact", key="c", form=unit.ContactForm, done=_("Contact kept."),
        run=lambda case, data, by: actions.log_contact(case, actions.NewContact(**data), by=by),
    ),
    on_move(
        "ask_info", key="i", form=unit.AskInfoForm,
        done=_("Asked. The limit stands still until the answer comes or the date passes."),
        run=lambda case, data, by: actions.ask_info(case, **data, by=by),
    ),
    on_move(
        "resume", key="g", tone="primary", form=unit.ResumeForm, done=_("The limit runs again."),
        run=lambda case, data, by: actions.resume(case, came=data["came"] == "yes", by=by),
    ),
    on_move(
        "whistle", key="h", form=unit.WhistleForm, done=_("Called in. They have been told."),
        run=lambda case, data, by: actions.whistle(
            case, unit_id=data["unit"], task=data["task"], by=by
        ),
    ),
    Act(
        name="answer_whistle", label=_("Answer the call for help"), key="h", tone="primary",
        may=may_answer_call, roles=HELPERS, form=unit.WhistleAnswerForm,
        above="cases/acts/calls.html",
        show=lambda case, viewer: {"calls": queries.calls_on(viewer, case)},
        done=_("Answered. The leading unit sees it."),
        run=lambda _case, data, by: actions.answer_whistle(
            data["call"], result=data["result"], by=by
        ),
    ),
    on_move(
        "ask_extension", key="e", form=unit.ExtensionForm,
        further=not_asked(ApplicationKind.EXTENSION), done=_("Asked for. The leader decides."),
        run=lambda case, data, by: actions.ask_extension(case, **data, by=by),
    ),
    ruling(
        ApplicationKind.EXTENSION, "rule_on_extension", key="y", form=rulings.ExtensionRuling,
        run=lambda case, data, by: actions.rule_on_extension(case, **data, by=by),
    ),
    on_move(
        "ask_deferral", key="l", form=unit.DeferralForm,
        further=not_asked(ApplicationKind.DEFERRAL),
        hint=_("When it cannot be solved now: a timetable in public words instead of an excuse."),
        done=_("Proposed. A supervisor decides."),
        run=lambda case, data, by: actions.ask_deferral(
            case,
            actions.NewDeferral(
                facts=data["facts"], why=data["why"], conditions=data["conditions"],
                leader_id=data["leader"], next_report_on=data["next_report_on"],
                milestones=data["milestones"],
            ),
            by=by,
        ),
    ),
    ruling(
        ApplicationKind.DEFERRAL, "rule_on_deferral", key="x", form=rulings.DeferralRuling,
        run=lambda case, data, by: actions.rule_on_deferral(case, **data, by=by),
    ),
    on_move(
        "report_progress", key="p", tone="primary", form=unit.ProgressForm,
        done=_("Reported. The person reads it."),
        run=lambda case, data, by: actions.report_progress(case, **data, by=by),
    ),
    on_move(
        "end_deferral", key="g",
        hint=_("The conditions are met: the limit for handling begins."),
        done=_("Taken up again."),
        run=lambda case, _data, by: actions.end_deferral(case, by=by),
    ),
    Act(
        name="end_promise", label=_("Say how a promise ended"), key="v", may=may_end_promise,
        roles=HELPERS, form=unit.PromiseForm,
        done=_("Kept on record. The person is asked whether it is so."),
        run=lambda _case, data, by: promise_actions.end_promise(
            data["promise"], kept=data["kept"], evidence=data["evidence"], by=by
        ),
    ),
    on_move(
        "ask_termination", key="q", form=unit.TerminationForm, above="cases/acts/grounds.html",
        further=not_asked(ApplicationKind.TERMINATION),
        done=_("Proposed. Somebody outside the unit decides."),
        run=lambda case, data, by: actions.ask_termination(case, **data, by=by),
    ),
    ruling(
        ApplicationKind.TERMINATION, "rule_on_termination", key="o",
        form=rulings.TerminationRuling,
        run=lambda case, data, by: actions.rule_on_termination(case, **data, by=by),
    ),
    ruling(
        ApplicationKind.WITHDRAWAL, "rule_on_withdrawal", key="f",
        form=rulings.WithdrawalRuling,
        hint=_("Talk with the person yourself. Did anybody ask them to withdraw?"),
        run=lambda case, data, by: actions.rule_on_withdrawal(case, **data, by=by),
    ),
    ruling(
        ApplicationKind.OBJECTION, "rule_on_objection", key="y", form=rulings.ObjectionRuling,
        run=lambda case, data, by: actions.rule_on_objection(case, **data, by=by),
    ),
    ruling(
        ApplicationKind.REVIEW, "decide_review", key="y", form=rulings.ReviewRuling,
        done=_("Decided. The person is told, and that they may ask for a recheck."),
        run=lambda case, data, by: actions.decide_review(
            case, changed=data["grant"], text=data["text"], by=by
        ),
    ),
    ruling(
        ApplicationKind.RECHECK, "decide_recheck", key="y", form=rulings.ReviewRuling,
        done=_("Decided. This was the last decision; help is still offered."),
        run=lambda case, data, by: actions.decide_recheck(
            case, changed=data["grant"], text=data["text"], by=by
        ),
    ),
    on_move(
        "reopen", key="g", form=rulings.ReasonForm,
        done=_("Open again. The unit has a short new limit."),
        run=lambda case, data, by: actions.reopen(case, **data, by=by),
    ),
    on_move(
        "urge", key="u", form=rulings.SuperviseForm, done=_("Told. Their answer is awaited."),
        run=lambda case, data, by: actions.supervise(case, **data, by=by),
    ),
    on_move(
        "answer_supervision", key="z", tone="primary", form=unit.SupervisionAnswerForm,
        further=supervised, done=_("Answered. The supervisor sees it."),
        run=lambda _case, data, by: actions.answer_supervision(
            data["row"], text=data["text"], by=by
        ),
    ),
    on_move(
        "keep_away", key="k", form=conflicts.KeepAwayForm,
        hint=_("They lose sight of it at once: the case, its search results, counts and messages. "
               "Who has read it until now is kept on record."),
        done=_("Kept away from now on. What they had seen is on record."),
        run=lambda case, data, by: actions.name_party(
            case, unit_id=data["unit"], user_id=data["user"], reason=data["reason"], by=by
        ),
    ),
    on_move(
        "lift_conflict", key="j", form=conflicts.LiftForm, further=has_conflicts,
        done=_("They may see it again."),
        run=lambda case, data, by: actions.lift_conflict(
            case, data["conflict"], reason=data["reason"], by=by
        ),
    ),
    on_move(
        "tell_accepted", key="a", tone="primary", form=conflicts.AcceptedForm, further=untold,
        done=_("The person reads it when they look the matter up."),
        run=lambda case, data, by: actions.tell_accepted(
            case, accepted=data["grant"], text=data["text"], by=by
        ),
    ),
    on_move(
        "tell_result", key="e", form=conflicts.ResultForm,
        done=_("The person reads it when they look the matter up."),
        run=lambda case, data, by: actions.tell_result(case, **data, by=by),
    ),
    on_move(
        "hand_back", key="g", form=conflicts.HandBackForm,
        done=_("The desk has it now, and the person is told."),
        run=lambda case, data, by: actions.hand_back(case, **data, by=by),
    ),
    Act(
        name="step_aside", label=_("Step aside: I have an interest"), key="1",
        may=may_step_aside, roles=ASIDE, form=conflicts.StepAsideForm,
        hint=_("You, your family or a business of yours are touched by it. From now on you do not "
               "see the case."),
        done=_("Thank you. Somebody else goes on with it."),
        run=lambda case, data, by: actions.step_aside(case, **data, by=by),
    ),
    ruling(
        ApplicationKind.RECUSAL, "rule_on_recusal", key="y", form=conflicts.RecusalRuling,
        run=lambda case, data, by: actions.rule_on_recusal(case, **data, by=by),
    ),
)  # fmt: skip
