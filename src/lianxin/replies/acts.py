"""What staff may do about the reply to a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from lianxin.access import Allowed, Answer, Denied, Viewer
from lianxin.cases.policy import may_move
from lianxin.cases.queries import joined_cases
from lianxin.cases.states import DESK, MOVES
from lianxin.intake import actions as intake
from lianxin.people.roles import Role
from lianxin.replies import actions, forms, plain, queries
from lianxin.replies.actions import Draft
from lianxin.ui.acts import Act

if TYPE_CHECKING:
    from lianxin.cases.models import Case

Data = Mapping[str, Any]


def _move(name: str) -> Callable[[Viewer, Any], Answer]:
    return lambda viewer, case: may_move(viewer, case, name)


def may_approve(viewer: Viewer, case: Case) -> Answer:
    """The leader, when somebody else wrote the draft and handles the case."""
    answer = may_move(viewer, case, "approve_reply")
    if not answer:
        return answer
    reply = queries.waiting(case)
    if reply is None:
        return Denied(_("No reply waits for approval any more."))
    if viewer.user_id in (reply.drafted_by_id, case.handler_id):
        return Denied(_("Whoever handles the case cannot approve its reply."))
    return Allowed()


def may_answer_back(viewer: Viewer, case: Case) -> Answer:
    """The unit that replied, when the person has asked back."""
    answer = queries.may_answer_back(viewer, case)
    if answer and queries.open_question(case) is None:
        return Denied(_("There is no open question."))
    return answer


def _roles(name: str) -> tuple[str, ...]:
    return tuple(map(str, MOVES[name].roles))


def _draft(data: Data) -> Draft:
    """The form's answers as a draft; its files are on the disk before a row points at them."""
    kept = tuple(intake.store_file(sent.copy).uuid for sent in data["attachments"])
    return Draft(**{**data, "verdict": data["verdict"] or "", "attachments": kept})


def _before(case: Case, viewer: Viewer) -> dict[str, Any]:
    """What helps to write: why the last draft came back, remarks on it, earlier answers."""
    draft = queries.draft_of(case)
    said = " ".join([draft.summary, *(row.text for row in draft.findings.all())]) if draft else ""
    return {
        "before": draft,
        "remarks": plain.remarks(said),
        "settled": queries.settled_like(viewer, case),
        "others": len(joined_cases(viewer, case)),
    }


def _as_read(case: Case, viewer: Viewer) -> dict[str, Any]:
    """The draft as the person will read it, with remarks for the leader."""
    reply = queries.waiting(case)
    return {
        "reply": reply,
        "remarks": plain.remarks(reply.summary) if reply else [],
        "others": len(joined_cases(viewer, case)),
    }


ACTS = (
    Act(
        name="submit_reply", label=_("Write the reply"), key="r", tone="primary",
        may=_move("submit_reply"), roles=_roles("submit_reply"), form=forms.ReplyForm,
        button=_("Send for approval"), done=_("Sent for approval. Your leader reads it next."),
        above="replies/acts/before.html",
        show=_before,
        run=lambda case, data, by: actions.submit_reply(case, _draft(data), by=by),
        keep=lambda case, data, by: actions.save_draft(case, _draft(data), by=by),
    ),
    Act(
        name="approve_reply", label=MOVES["approve_reply"].label, key="y", tone="primary",
        may=may_approve, roles=_roles("approve_reply"),
        above="replies/acts/as_read.html",
        show=_as_read,
        done=_("Sent. The person is told and asked to judge it."),
        run=lambda case, _data, by: actions.approve_reply(case, by=by),
    ),
    Act(
        name="send_back", label=MOVES["send_back"].label, key="t",
        may=_move("send_back"), roles=_roles("send_back"), form=forms.SendBackForm,
        above="replies/acts/as_read.html",
        show=_as_read,
        done=_("Sent back. What was written stays as the next draft."),
        run=lambda case, data, by: actions.send_back(case, **data, by=by),
    ),
    Act(
        name="answer_at_once", label=MOVES["answer_at_once"].label, key="o",
        may=_move("answer_at_once"), roles=_roles("answer_at_once"), form=forms.AnswerForm,
        hint=_("For questions you can answer from the rules. It goes to the person at once."),
        done=_("Answered. The person can judge it."),
        run=lambda case, data, by: actions.answer_at_once(case, **data, by=by),
    ),
    Act(
        name="answer_back", label=_("Answer what the person asked"), key="w", tone="primary",
        may=may_answer_back,
        roles=(Role.HANDLER, Role.UNIT_LEADER, Role.COMMUNITY_SECRETARY, Role.DISPATCHER),
        form=forms.AnswerBackForm, above="replies/acts/question.html",
        show=lambda case, _viewer: {"question": queries.open_question(case)},
        done=_("Answered. The person reads it with their code."),
        run=lambda case, data, by: actions.answer_back(case, **data, by=by),
    ),
    Act(
        name="post_letter", label=_("The letter went out"), key="2",
        may=queries.may_post_letter, roles=(*DESK, *_roles("log_contact")), form=forms.LetterForm,
        hint=_("The reply on paper. The person reads in the story when it was posted."),
        done=_("Kept. The person reads when it was given to the post."),
        run=lambda case, data, by: actions.post_letter(case, **data, by=by),
    ),
)  # fmt: skip
