"""Opening sealed details, and writing to residents whose address stays sealed.

The record is written and committed here; the vault reads it, and only then opens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.access import Refused, Viewer, require
from lianxin.access.answers import Denied
from lianxin.journal import actions as journal
from lianxin.kernel import clock, words
from lianxin.kernel.problems import Problem
from lianxin.vault import matters, queries
from lianxin.vault.choices import Way
from lianxin.vault.doors import door
from lianxin.vault.events import Compared, Relayed, Revealed
from lianxin.vault.limits import COMPARED_BY, COMPARISONS, HARD_LIMIT
from lianxin.vault.matters import Matter
from lianxin.vault.models import Letter
from lianxin.vault.sealing import digest

SHORTEST_PURPOSE, LONGEST_PURPOSE = 4, 200
LONGEST_LETTER = 1_000


def reveal(
    subject: str, *, fields: Sequence[str], by: Viewer, purpose: str, request: int | None = None
) -> dict[str, str]:
    """Open fields of a subject's owner. It is on the record, committed, before they are opened.

    Raises Problem for a purpose under 4 characters and past 30 openings a day, Refused, NotOpened,
    KeysUnusable, Away, and RuntimeError inside a transaction: its rollback would take the record
    with it.
    """
    matter = known(subject, by)
    require(matter.may_open)
    purpose = _purpose(purpose)
    if queries.shown_today(by.actor) >= HARD_LIMIT:
        raise Problem(
            _("You have opened %(n)d contacts today; more are not opened. Ask a colleague.")
            % {"n": HARD_LIMIT}
        )
    if request is None and matter.two:
        raise Refused(Denied(_("Here a second person must agree first.")))
    role, unit = office(by)
    event = Revealed(
        purpose=purpose, fields=tuple(sorted(fields)), request=request, role=role, unit=unit
    )
    with transaction.atomic(durable=True):
        record = journal.record(event, subject=subject, by=by.actor)
    return door().show(record.seq)


def write(subject: str, *, way: str, text: str, by: Viewer, line: str = "") -> str:
    """Send words to the resident, or have `line` connected with them; the failure, or nothing.

    What was written stays, sent or not. Raises as `reveal`; Problem at `way`, `text` or `line`.
    """
    matter = known(subject, by)
    if way not in queries.ways_to(queries.fields(matter.owner)):
        raise Problem(_("This way is not open here."), field="way")
    call = way == Way.CALL
    require(matter.may_call if call else matter.may_write)
    text = "" if call else words.clean(text).strip()
    if not call and not 2 <= len(text) <= LONGEST_LETTER:
        raise Problem(
            _("Please write between 2 and %(most)d characters.") % {"most": LONGEST_LETTER},
            field="text",
        )
    if call and not line:
        raise Problem(_("On which telephone shall we call you?"), field="line")
    role, unit = office(by)
    assert by.user_id is not None
    with transaction.atomic(durable=True):
        letter = Letter.objects.create(
            subject=subject, way=way, text=text, sender=by.user_id, written_at=clock.now()
        )
        event = Relayed(letter=letter.pk, way=way, digest=digest(text), role=role, unit=unit)
        record = journal.record(event, subject=subject, by=by.actor)
    return door().send(record.seq, line)


def compare(subject: str, *, said: Mapping[str, str], by: Viewer) -> bool:
    """Whether what a person says about themselves is what is sealed. Nobody is shown anything.

    It is on the record, committed, before anything is opened. Raises as `reveal`; Problem beyond
    the day's number, for the subject and for the person who asks.
    """
    matter = known(subject, by)
    require(matter.may_open)
    if queries.compared_by(by.actor) >= COMPARED_BY:
        raise Problem(_("You have compared very often today. Please ask a colleague."))
    if queries.compared_today(subject) >= COMPARISONS:
        raise Problem(_("It was compared often enough today. Please try again tomorrow."))
    with transaction.atomic(durable=True):
        compared = Compared(fields=tuple(sorted(said)))
        record = journal.record(compared, subject=subject, by=by.actor)
    return door().compare(record.seq, said)


def known(subject: str, by: Viewer) -> Matter:
    """The matter as this person may treat it; Refused when there is none for them."""
    found = matters.find(subject, by.user_id) if by.user_id is not None else None
    if found is None:
        raise Refused(Denied(_("This is not for you to open.")))
    return found


def office(by: Viewer) -> tuple[str, int | None]:
    """The role and the unit in which somebody acts, as the resident is told."""
    first = by.grants[0] if by.grants else None
    return (first.role, first.unit_id) if first else ("", None)


def _purpose(purpose: str) -> str:
    purpose = words.clean(purpose)
    if len(purpose) < SHORTEST_PURPOSE:
        raise Problem(_("Please say in a few words what you need it for."), field="purpose")
    if len(purpose) > LONGEST_PURPOSE:
        raise Problem(
            _("Please keep to %(length)d characters.") % {"length": LONGEST_PURPOSE},
            field="purpose",
        )
    return purpose
