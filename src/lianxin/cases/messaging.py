"""What staff may do in the thread of a case: write to the person, say that a message was read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from lianxin.access import Answer, Denied, Viewer
from lianxin.cases import actions, queries
from lianxin.cases.forms import unit
from lianxin.cases.forms.unit import ALL
from lianxin.cases.policy import SEALED_BY, may_write
from lianxin.cases.states import DESK, MOVES
from lianxin.ui.acts import Act, Said

if TYPE_CHECKING:
    from lianxin.cases.models import Case

WRITERS = (*DESK, *map(str, MOVES["log_contact"].roles), *SEALED_BY)


def may_note(viewer: Viewer, case: Case) -> Answer:
    """Whether the person wrote something that nobody has answered yet."""
    answer = may_write(viewer, case)
    if answer and case.pk not in queries.written_to(viewer, [case.pk]):
        return Denied(_("There is no new message from the person."))
    return answer


def _write(case: Case, data: Mapping[str, Any], by: Viewer) -> Said | None:
    if data.get("to") == ALL and not data.get("number"):
        n = actions.write_to_all(case, words=data["text"], by=by)
        text = ngettext("Sent to %(n)s person.", "Sent to %(n)s people.", n)
        return Said(text % {"n": n})
    to = data.get("number") or data.get("to") or case
    actions.write_message(to, words=data["text"], by=by)
    return None


ACTS = (
    Act(
        name="write", label=_("Write to the person"), key="j", may=may_write, roles=WRITERS,
        form=unit.WriteForm,
        hint=_(
            "They read it with their query code; no number is needed. The limits keep running: if "
            "you cannot go on without an answer, use “Ask for information”."
        ),
        button=pgettext_lazy("button", "Send"),
        done=_("Sent. The person reads it when they look the matter up."),
        run=_write,
    ),
    Act(
        name="noted", label=_("Message read, no answer needed"), key="k", may=may_note,
        roles=WRITERS, hint=_("The person sees that it was read."), done=_("Noted."),
        run=lambda case, _data, by: [
            actions.note_messages(one, by=by) for one in (case, *queries.joined_cases(by, case))
        ],
    ),
)  # fmt: skip
