"""Hand over to an outside body, with a receipt (T5, T6): forwarding 转送 under the petition
regulation, art. 22 and 23, and the transfer of an emergency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.access import Viewer, require
from lianxin.cases import events
from lianxin.cases.actions.moving import move, require_text
from lianxin.cases.actions.refusing import write_refusal
from lianxin.cases.models import Case, Handover, SentBy, Standing
from lianxin.cases.policy import is_about_conduct, may_move, names_about
from lianxin.cases.queries import awaited_receipts, taken_up_on
from lianxin.intake import queries as intake
from lianxin.intake.choices import Identity
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.kernel.words import plain
from lianxin.sorting import queries as sorting
from lianxin.sorting.kinds import GroundMove
from lianxin.ui import moments

if TYPE_CHECKING:
    from lianxin.sorting.models import Body

LONGEST_WAIT = timedelta(days=90)
NUMBERED = (SentBy.POST, SentBy.SYSTEM)
"""What goes so has a number by which it can be asked after."""


@dataclass(frozen=True)
class NewHandover:
    """What went where, when and how. ``agreed``: name and number went along, as the person said.

    ``mentioned``: of a complaint about conduct that names the body, that it is not about them.
    """

    body: str
    sent: str
    way: str
    sent_on: date
    due_on: date
    reference: str = ""
    agreed: bool = False
    mentioned: bool = False


def hand_over(case: Case, new: NewHandover, *, ground: str, text: str, by: Viewer) -> Handover:
    """Hand it over; ``ground`` and ``text`` are why, in the words the person reads.

    Never to those whom it is about, and not before somebody has said whether the names in the words
    are meant (petitions regulation art. 30): a Problem at ``body``.
    """
    body = next((row for row in sorting.bodies() if row.code == new.body), None)
    problems = {}
    if body is None:
        problems["body"] = _("Choose a body from the list.")
    if new.way not in SentBy.values:
        problems["way"] = _("Say how it was sent.")
    elif new.way in NUMBERED and not new.reference.strip():
        problems["reference"] = _("Give the number of the post or of their system.")
    if new.sent_on > clock.today():
        problems["sent_on"] = _("Please check the date: it cannot be in the future.")
    elif (back := taken_up_on(case)) and new.sent_on < back:
        # It would count as taken back with what went before, and nobody would await the receipt.
        problems["sent_on"] = _(
            "It was taken up again on %(day)s: what was sent before that does not count any more."
        ) % {"day": moments.day(back)}
    if not new.sent_on <= new.due_on <= new.sent_on + LONGEST_WAIT:
        problems["due_on"] = _("Choose a date within 90 days after it was sent.")
    if new.agreed and case.concern.identity == Identity.ANONYMOUS:
        problems["agreed"] = _("This person left no name and no number.")
    if body is not None and (why := _not_to_them(case, body, mentioned=new.mentioned)):
        problems["body"] = why
    if problems or body is None:
        raise Problem.several({name: [said] for name, said in problems.items()})
    sent = require_text(new.sent, _("Say what was sent."), "sent", longest=1_000)
    require(may_move(by, case, "hand_over"))
    with transaction.atomic():
        refusal = write_refusal(case, ground, text, GroundMove.REFER_OUT)
        row = Handover.objects.create(
            case=case,
            body=body,
            sent=sent,
            way=new.way,
            reference=new.reference.strip()[:80],
            agreed=new.agreed,
            sent_on=new.sent_on,
            due_on=new.due_on,
            by_id=by.user_id or 0,
        )
        handed = events.HandedOver(row.pk, refusal.pk, new.mentioned and is_about_conduct(case))
        move(case, "hand_over", by=by, events=[handed])
    return row


def _not_to_them(case: Case, body: Body, *, mentioned: bool) -> str:
    """Why a case must not go to a body, in words for the field; empty when it may."""
    held = is_about_conduct(case) and not case.kind
    if held or case.conflicts.filter(standing=Standing.FOUND).exists():
        return _(
            "Nobody has said yet whom it is about. Sort it first: nothing goes to those a "
            "complaint is about."
        )
    about = names_about(case)
    if body.name in about or _calls(body, *about):
        return _(
            "The case is about them: it must not go to them. Hand it to the level above, or seal "
            "it."
        )
    if is_about_conduct(case) and not mentioned and _calls(body, _words(case)):
        return _(
            "It is a complaint about somebody's conduct, and it names this body. It must not go to "
            "those it is about. If they are only mentioned, say so below."
        )
    return ""


def _words(case: Case) -> str:
    concern = case.concern
    added = intake.added_texts([concern.pk]).get(concern.pk, ())
    return "\n".join((concern.title, concern.words, concern.wish, concern.place, *added))


def _calls(body: Body, *texts: str) -> bool:
    """Whether one of the texts calls the body by a name."""
    names = [plain(name) for name in body.called]
    return any(name in text for text in map(plain, texts) for name in names)


def note_receipt(
    case: Case, *, receipt: str, received_on: date, body: str = "", by: Viewer
) -> None:
    """Their receipt arrived, with the number under which they have it.

    ``body``: the code of the body, where the receipts of several are awaited.
    """
    receipt = require_text(receipt, _("Give their number."), "receipt", longest=80)
    with transaction.atomic():
        rows = awaited_receipts(case)
        if not rows:
            raise Problem(_("No receipt is awaited."))
        meant = [row for row in rows if body in ("", row.body.code)]
        if len(meant) != 1:
            raise Problem(_("Say whose receipt it is."), "body")
        row = meant[0]
        if not row.sent_on <= received_on <= clock.today():
            raise Problem(_("Choose a day between the sending and today."), "received_on")
        waits = Handover.objects.filter(pk=row.pk, received_on__isnull=True)
        if waits.update(receipt=receipt, received_on=received_on) != 1:
            raise Problem(_("Somebody has done this already."))
        move(case, "note_receipt", by=by, events=[events.ReceiptCame(row.pk)])
