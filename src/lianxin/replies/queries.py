"""Reads of replies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lianxin.access import Allowed, Answer, Denied, Viewer, scope
from lianxin.cases.policy import office_of
from lianxin.cases.queries import settled_in
from lianxin.cases.states import State
from lianxin.kernel.problems import Problem
from lianxin.people.roles import Role
from lianxin.replies.models import QuestionBack, Reply, Status

if TYPE_CHECKING:
    from lianxin.cases.models import Case


def replies_of(case: Case) -> list[Reply]:
    """All replies of a case, oldest first, with findings and questions back."""
    return list(
        Reply.objects.filter(case=case)
        .select_related("drafted_by", "decided_by", "question_back")
        .prefetch_related("findings")
    )


def sent_to_resident(case: Case) -> list[Reply]:
    """The replies that went out, newest last."""
    return [reply for reply in replies_of(case) if reply.status == Status.APPROVED]


def newest_sent(case: Case) -> Reply | None:
    """The reply that counts now."""
    return Reply.objects.filter(case=case, status=Status.APPROVED).order_by("-round", "-pk").first()


def rounds(case: Case) -> int:
    """How many replies have gone out."""
    return Reply.objects.filter(case=case, status=Status.APPROVED).count()


def was_rework(case: Case) -> bool:
    """Whether the draft under review answers an order to redo: a reply has gone out before."""
    return rounds(case) > 0


def submitted(case: Case) -> Reply:
    """The reply that waits for approval; Problem when none does."""
    reply = Reply.objects.filter(case=case, status=Status.SUBMITTED).first()
    if reply is None:
        raise Problem(_("No reply waits for approval any more."))
    return reply


def sent_after(case: Any, round_number: Any) -> QuerySet[Reply]:
    """Replies that went out in a later round; for use inside another query."""
    return Reply.objects.filter(case=case, status=Status.APPROVED, round__gt=round_number)


def waiting(case: Case) -> Reply | None:
    """The reply that waits for approval, with its answers."""
    rows = Reply.objects.filter(case=case, status=Status.SUBMITTED)
    return rows.select_related("drafted_by").prefetch_related("findings").first()


def draft_of(case: Case) -> Reply | None:
    """The draft to go on with: the open one, else the last that was sent back."""
    drafts = Reply.objects.filter(case=case).prefetch_related("findings")
    return (
        drafts.filter(status=Status.DRAFT).first()
        or drafts.filter(status=Status.SENT_BACK).order_by("-pk").first()
    )


def settled_like(viewer: Viewer, case: Case, *, limit: int = 3) -> list[Reply]:
    """How the same kind of matter was answered before, within what the viewer may see (M44).

    The newest replies of closed cases in the same category, one a case.
    """
    if case.category_id is None:
        return []
    before = settled_in(viewer, case.category_id).exclude(pk=case.pk)
    rows = Reply.objects.filter(status=Status.APPROVED, case__in=before)
    return list(rows.select_related("case__concern").order_by("-decided_at", "-pk")[:limit])


def open_question(case: Case) -> QuestionBack | None:
    """What the resident asked back and nobody has answered."""
    return QuestionBack.objects.filter(reply__case=case, answered_at__isnull=True).first()


def may_answer_back(viewer: Viewer, case: Case) -> Answer:
    """Whether the viewer speaks for the unit that replied."""
    unit = case.lead_unit or case.desk_unit
    roles = [Role.HANDLER, Role.UNIT_LEADER, Role.COMMUNITY_SECRETARY]
    if case.lead_unit is None:
        roles.append(Role.DISPATCHER)
    if viewer.covers(roles, unit.path):
        return Allowed()
    return Denied(_("Only the unit that replied can answer."))


def may_post_letter(viewer: Viewer, case: Case) -> Answer:
    """Whether the viewer may say that the reply went out on paper: the desk, or whoever handles it.

    Whoever sees only that somebody was joined, and not the case theirs follows, has no reply to
    send.
    """
    answering = case.parent or case
    if case.state in (State.SEALED, State.ARCHIVED) or office_of(viewer, case) is None:
        return Denied(_("Only those who handle this case can send the letter."))
    if not scope(viewer, type(case)).filter(pk=answering.pk).exists():
        return Denied(_("Only those who handle this case can send the letter."))
    if newest_sent(answering) is None:
        return Denied(_("There is no reply to send yet."))
    return Allowed()
