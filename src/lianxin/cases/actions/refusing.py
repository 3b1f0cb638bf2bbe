"""Tell another way, or not accept: always a ground, words, the right door, an objection (T5–T7)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.access import Viewer
from lianxin.cases import events
from lianxin.cases.actions.applying import ask, rule, ruled
from lianxin.cases.actions.moving import EVERY_CLOCK, move, require_text
from lianxin.cases.models import Application, ApplicationKind, Case, Refusal
from lianxin.cases.queries import waiting
from lianxin.cases.states import State
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.sorting import queries as sorting
from lianxin.sorting.kinds import GroundMove


def refer_out(case: Case, *, ground: str, text: str, by: Viewer) -> None:
    """Tell the person the right way for this matter (T5 emergency, T6)."""
    with transaction.atomic():
        refusal = write_refusal(case, ground, text, GroundMove.REFER_OUT)
        move(case, "refer_out", by=by, events=[events.ReferredOut(refusal.pk, ground)])


def _alone(case: Case, other: ApplicationKind) -> None:
    """Two proposals how it ends would leave one that can be granted after the other."""
    if other in waiting(case):
        raise Problem(_("Somebody has proposed another end; it has to be decided first."))


def ask_refusal(case: Case, *, ground: str, text: str, by: Viewer) -> Application:
    """Propose not to accept; a second person confirms (T7)."""
    row = sorting.ground(ground)
    if row is None or row.move != GroundMove.NOT_ACCEPT:
        raise Problem(_("Choose a ground from the list."), "ground")
    _alone(case, ApplicationKind.ASIDE)
    text = require_text(text, _("Write what the person will read."))
    return ask(case, ApplicationKind.REFUSAL, "ask_refusal", text=text, reason=ground, by=by)


def rule_on_refusal(case: Case, *, grant: bool, text: str, by: Viewer) -> None:
    """The second person confirms that a concern is not accepted, or sends it back (T7)."""
    with transaction.atomic():
        asked = rule(case, ApplicationKind.REFUSAL, grant=grant, text=text, by=by)
        happened = []
        if grant:
            refusal = write_refusal(case, asked.reason, asked.text, GroundMove.NOT_ACCEPT)
            happened = [events.NotAccepted(refusal.pk, asked.reason)]
        move(
            case,
            "rule_on_refusal",
            by=by,
            events=[ruled(asked), *happened],
            to=State.NOT_ACCEPTED if grant else None,
            stop=EVERY_CLOCK if grant else (),
        )


def ask_aside(case: Case, *, ground: str, text: str, by: Viewer) -> Application:
    """Propose to set aside what is no concern: an advertisement, an empty letter, a test.

    A second person looks. It is about what was sent, never about who sent it: nobody is marked.
    """
    row = sorting.ground(ground)
    if row is None or row.move != GroundMove.SET_ASIDE:
        raise Problem(_("Choose a ground from the list."), "ground")
    if case.joined.exists():
        raise Problem(_("Others raised the same: it is a concern."))
    _alone(case, ApplicationKind.REFUSAL)
    text = require_text(text, _("Write what the person will read."))
    return ask(case, ApplicationKind.ASIDE, "ask_aside", text=text, reason=ground, by=by)


def rule_on_aside(case: Case, *, grant: bool, text: str, by: Viewer) -> None:
    """The second person confirms that it is no concern, or leaves it in the queue."""
    with transaction.atomic():
        asked = rule(case, ApplicationKind.ASIDE, grant=grant, text=text, by=by)
        happened = []
        if grant and case.joined.exists():
            raise Problem(_("Others raised the same: it is a concern."))
        if grant:
            refusal = write_refusal(case, asked.reason, asked.text, GroundMove.SET_ASIDE)
            happened = [events.SetAside(refusal.pk, asked.reason)]
        move(
            case,
            "rule_on_aside",
            by=by,
            events=[ruled(asked), *happened],
            to=State.SET_ASIDE if grant else None,
            stop=EVERY_CLOCK if grant else (),
        )


def write_refusal(case: Case, ground: str, text: str, *moves: str) -> Refusal:
    """Keep the ground and the words the resident reads. An unknown ground is a Problem."""
    row = sorting.ground(ground)
    if row is None or (moves and row.move not in moves):
        raise Problem(_("Choose a ground from the list."), "ground")
    text = require_text(text, _("Write what the person will read."))
    return Refusal.objects.create(case=case, ground=row, text=text, at=clock.now())
