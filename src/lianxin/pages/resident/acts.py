"""What the holder of a code may do now, and why something usual is not possible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lianxin.access import Allowed, Answer, Denied
from lianxin.appraisal import queries as appraisal
from lianxin.cases.policy import may_move, may_write
from lianxin.cases.states import ENDED, REFUSED, State
from lianxin.deadlines import queries as deadlines
from lianxin.intake.choices import Identity
from lianxin.kernel import clock
from lianxin.kernel.workdays import Span, Unit, add
from lianxin.pages.resident.tracked import Tracked
from lianxin.vault import queries as vault

if TYPE_CHECKING:
    from lianxin.cases.models import Case

REGISTERING = gettext_lazy("It is just being put into the register. Please look again in a minute.")


@dataclass(frozen=True)
class Act:
    """One thing to do: its name in the address, its words, and whether it may be done now.

    ``usual`` ones are explained when they are not possible; the others are simply absent.
    """

    name: str
    label: str
    icon: str
    answer: Answer
    usual: bool = True
    primary: bool = False

    @property
    def why_not(self) -> str:
        """The reason, for the person."""
        return str(self.answer.reason) if isinstance(self.answer, Denied) else ""


def acts(known: Tracked) -> list[Act]:
    """Everything, possible or not, the most wanted first; of a helper, what they were let do."""
    every = _every(known)
    if known.helper is None:
        return every
    return [act for act in every if act.name in FOR_A_HELPER] if known.helper.may_write else []


def _every(known: Tracked) -> list[Act]:
    rate = _may_rate(known)
    return [
        Act("rate", _("Judge the result"), "star", rate, primary=bool(rate)),
        Act(
            "object", _("I object"), "hand-stop", _may_object(known),
            usual=known.case is not None and known.case.state in REFUSED,
        ),
        Act("add", _("Add something"), "plus", _may_add(known)),
        Act("write", _("Write to whoever deals with it"), "message", _may_write(known)),
        Act(
            "ask-back", _("Ask about the reply, once"), "help-circle", _may_ask_back(known),
            usual=bool(known.replies),
        ),
        Act("reopen", _("It came back: do it again"), "refresh", _may_reopen(known)),
        Act("review", _("Ask for a review"), "scale", _may_review(known)),
        Act("recheck", _("Ask for a recheck"), "scale", _may_recheck(known), usual=False),
        Act(
            "recusal", _("Somebody must not deal with it"), "eye-off", _may_ask_recusal(known),
            usual=False,
        ),
        Act("withdraw", _("Take it back"), "arrow-back-up", _may_withdraw(known)),
        Act("notices", _("Tell me of news"), "bell", _may_choose_notices(known), usual=False),
        Act("together", _("Let a helper look along"), "users", Allowed(), usual=False),
    ]  # fmt: skip


FOR_A_HELPER = ("add", "write")
"""What somebody who was let in may do; to judge, object or take back is for the person alone."""


def may(known: Tracked, name: str) -> Answer | None:
    """Whether an act may be done now; None when there is no such act."""
    if known.helper is None and name == "alone":
        return Allowed()
    if known.helper is None and name == "noted":
        return _may_write(known)
    if known.helper is None and name == "promise":
        return Allowed() if known.to_check else Denied(_("There is nothing to check now."))
    if known.helper is None and name == "correct-contact":
        return _may_correct(known)
    if known.helper is None and name == "erase-contact":
        return _may_erase(known)
    return next((act.answer for act in acts(known) if act.name == name), None)


def _may_correct(known: Tracked) -> Answer:
    if known.concern.identity == Identity.ANONYMOUS:
        return Denied(_("You chose to stay anonymous: there is no name and no number here."))
    return Allowed()


def _may_choose_notices(known: Tracked) -> Answer:
    if known.helper is not None or known.concern.identity == Identity.ANONYMOUS:
        return Denied(_("You chose to stay anonymous: there is no name and no number here."))
    if not vault.ways_of_notice():
        return Denied(_("No notices can be sent from here yet."))
    return Allowed()


def _may_erase(known: Tracked) -> Answer:
    return Allowed() if known.sealed else Denied(_("There is no name and no number here."))


def _may_add(known: Tracked) -> Answer:
    if known.answering is not None and known.answering.state == State.ARCHIVED:
        return Denied(_("It is archived. Please report anew and mention this number."))
    return Allowed()


def _may_write(known: Tracked) -> Answer:
    if known.case is None:
        return Denied(REGISTERING)
    return may_write(known.viewer, known.case)


def _may_rate(known: Tracked) -> Answer:
    case = known.answering
    if case is None or not known.replies:
        return Denied(_("There is no reply yet. As soon as there is one you can judge it."))
    if known.mine is not None:
        return Denied(_("You have judged this reply already. Thank you."))
    if not appraisal.may_rate(case, known.concern.pk):
        if case.state in ENDED:
            return Denied(_("The time for judging is over."))
        return Denied(_("It is being worked on again. You can judge the next reply."))
    return Allowed()


def _own(known: Tracked, name: str, otherwise: str) -> Answer:
    """The policy's answer for the person's own case, with a reason in the person's words."""
    if known.case is None:
        return Denied(REGISTERING)
    if known.joined:
        return Denied(_("It goes on together with the same matter that was raised before."))
    return Allowed() if may_move(known.viewer, known.case, name) else Denied(otherwise)


def _may_withdraw(known: Tracked) -> Answer:
    if "withdrawal" in known.waiting:
        return Denied(
            _("You have asked for it. Somebody will call to make sure that it is your own wish.")
        )
    if known.case is not None and known.case.state in ENDED:
        return Denied(_("It has come to an end; there is nothing to take back."))
    return _own(known, "withdraw", _("While it is being reviewed it cannot be taken back."))


def _may_ask_recusal(known: Tracked) -> Answer:
    if "recusal" in known.waiting:
        return Denied(_("You have asked for it. Somebody outside that office decides."))
    return _own(known, "ask_recusal", _("No office is dealing with it now."))


def _may_object(known: Tracked) -> Answer:
    if "objection" in known.waiting:
        return Denied(_("You have objected. Somebody else is looking at it again."))
    return _own(known, "object", _("Nothing has been refused."))


def _may_reopen(known: Tracked) -> Answer:
    answer = _own(
        known,
        "reopen",
        _("This is for when it has been closed and comes back. Before that, say in your judgement "
          "that it is not solved: then somebody decides whether it is done again."),
    )  # fmt: skip
    if answer and known.case is not None and _too_late(known.case):
        return Denied(_("It was closed too long ago. Please report anew and mention this number."))
    return answer


def _too_late(case: Case) -> bool:
    window = deadlines.rules_by_id(case.policy_id).span("reopen_window") or Span(90, Unit.DAY)
    return clock.now() > add(case.moved_at, window, deadlines.calendar())


def _may_ask_back(known: Tracked) -> Answer:
    if not known.replies:
        return Denied(_("There is no reply yet."))
    if getattr(known.replies[0], "question_back", None) is not None:
        return Denied(_("You have asked about this reply already."))
    if known.case is None or known.joined or known.case.state == State.ARCHIVED:
        return Denied(_("Only whoever raised it first can ask about the reply."))
    return Allowed()


def _runs(known: Tracked, right: str) -> bool:
    return any(row.kind == right and clock.now() <= row.due_at for row in known.clocks)


def _may_review(known: Tracked) -> Answer:
    if not known.replies:
        return Denied(_("This is for when you have a reply and do not agree with it."))
    if not _runs(known, "review_right"):
        return Denied(
            _("A review is not offered for matters like this, or its time is over. If you are not "
              "satisfied, say so in your judgement.")
        )  # fmt: skip
    return _own(known, "ask_review", _("Please wait for the decision that is being made now."))


def _may_recheck(known: Tracked) -> Answer:
    if not _runs(known, "recheck_right"):
        return Denied(_("A recheck comes after a review."))
    return _own(known, "ask_recheck", _("Please wait for the decision that is being made now."))
