"""Put boxes up, open them, print their slips, file what came by them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lianxin.access import Denied, Refused, Viewer, require, scope
from lianxin.intake import receipts
from lianxin.intake.actions import NewConcern, Receipt, file_concern
from lianxin.intake.channels.box import events, queries, slips
from lianxin.intake.channels.box.models import Box, Deposit, Opening
from lianxin.intake.channels.box.policy import may_keep
from lianxin.intake.choices import Channel, Identity
from lianxin.intake.models import Concern
from lianxin.journal.actions import record
from lianxin.kernel import clock, words
from lianxin.kernel.ids import short_code
from lianxin.kernel.problems import Problem
from lianxin.people import queries as people

MOST_LETTERS = 500
MOST_SLIPS = 25 * slips.SHEET
LONGEST_AGO = timedelta(days=31)
SENT_TWICE = timedelta(minutes=2)
"""Within it the same two people did not find the same box empty twice."""


@dataclass(frozen=True)
class BoxFacts:
    """What is said of a box: its place's name, where exactly, who opens it and how often."""

    name: str
    area_id: int
    unit_id: int
    place: str = ""
    paper: bool = True
    every_days: int = 7


def put_up(facts: BoxFacts, *, by: Viewer) -> Box:
    """Put a box up; its code is drawn. Problem at the field."""
    _checked(facts, by=by)
    with transaction.atomic():
        box = Box.objects.create(code=_free_code(), put_up_at=clock.now(), **_columns(facts))
        record(events.BoxPutUp(box.unit_id), subject=box.subject, by=by.actor)
    return box


def change(box: Box, facts: BoxFacts, *, by: Viewer) -> None:
    """Change what is said of a box. Its code stays: it hangs on a wall."""
    _theirs(box, by)
    _checked(facts, by=by)
    new = _columns(facts)
    changed = tuple(sorted(name for name, value in new.items() if getattr(box, name) != value))
    if not changed:
        return
    with transaction.atomic():
        Box.objects.filter(pk=box.pk).update(**new)
        record(events.BoxChanged(changed), subject=box.subject, by=by.actor)


def take_down(box: Box, *, by: Viewer) -> None:
    """Take a box down. What came by it stays; letters not typed in yet still are."""
    _theirs(box, by)
    with transaction.atomic():
        rows = Box.objects.filter(pk=box.pk, taken_down_at=None)
        if rows.update(taken_down_at=clock.now()):
            record(events.BoxTakenDown(), subject=box.subject, by=by.actor)


def open_box(
    box: Box, *, first: int, letters: int, second_id: int, at: datetime | None = None,
    note: str = "", by: Viewer,
) -> Opening:  # fmt: skip
    """Keep on record that two people opened a box, and number its letters from ``first`` on.

    ``first`` is the number that was next when they looked: sent twice it is one opening, and no
    letter gets a second number. ``second_id`` is the other person. Problem at the field.
    """
    person = _opener(box, by)
    now = clock.now()
    if not box.paper:
        raise Problem(_("There is no box for paper at this place."))
    if not 0 <= letters <= MOST_LETTERS:
        raise Problem(_("Between 0 and %(most)d letters.") % {"most": MOST_LETTERS}, "letters")
    if second_id == person:
        raise Problem(_("Two people open a box: name the other one."), "second")
    if at is not None and not now - LONGEST_AGO <= at <= now:
        raise Problem(_("Please check the date: within the last month, and not to come."), "at")
    with transaction.atomic():
        Box.objects.select_for_update().get(pk=box.pk)
        last = first + letters - 1
        same = Opening.objects.filter(
            box=box, first=first, last=last, by_id=person, second_id=second_id
        )
        if not letters:
            # An empty box takes no number by which the same opening would be known.
            same = same.filter(at__range=((at or now) - SENT_TWICE, at or now))
        if known := same.first():
            return known
        if first != queries.next_number(box):
            raise Problem(
                _("Somebody has opened this box meanwhile. Look at its openings, then do it again.")
            )
        opening = Opening.objects.create(
            box=box, at=at or now, by_id=person, second_id=second_id, first=first, last=last,
            note=words.clean(note)[:300],
        )  # fmt: skip
        opened = events.BoxOpened(opening.pk, second_id, opening.first, opening.last)
        record(opened, subject=box.subject, by=by.actor)
    return opening


def print_slips(box: Box, *, count: int, by: Viewer) -> list[slips.Slip]:
    """The next receipt slips of a box, to be printed; they are on record as given out."""
    _opener(box, by)
    if not 1 <= count <= MOST_SLIPS:
        raise Problem(_("Between 1 and %(most)d slips.") % {"most": MOST_SLIPS}, "count")
    with transaction.atomic():
        last: int = Box.objects.select_for_update().values_list("slips", flat=True).get(pk=box.pk)
        Box.objects.filter(pk=box.pk).update(slips=last + count)
        printed = events.SlipsPrinted(last + 1, last + count)
        record(printed, subject=box.subject, by=by.actor)
    return [slips.Slip(box.code, number) for number in range(last + 1, last + count + 1)]


def file_scanned(box: Box, new: NewConcern, *, by: Viewer) -> Receipt:
    """File what somebody wrote who scanned the poster of a box."""
    with transaction.atomic():
        receipt = file_concern(replace(new, channel=Channel.BOX), by=by)
        if receipt.fresh:
            Deposit.objects.create(concern=receipt.concern, box=box)
    return receipt


def file_letter(new: NewConcern, facts: Mapping[str, Any], *, by: Viewer) -> Receipt:
    """File a letter from a box under its number, and under its slip where it has one.

    Nobody holds a code for a letter that leaves neither a name nor a slip. Raises Problem.
    """
    letter: queries.Waiting = facts["letter"]
    slip: slips.Slip | None = facts["slip"]
    new = replace(
        new,
        area_id=new.area_id or letter.box.area_id,
        received_at=letter.opening.at,
        held=slip is not None or new.identity != Identity.ANONYMOUS,
    )
    if slip is not None:
        new = replace(new, key=slip.key, owner=slip.owner)
        _check_slip(slip, new)
    try:
        with transaction.atomic():
            receipt = file_concern(new, by=by)
            if receipt.fresh:
                Deposit.objects.create(
                    concern=receipt.concern, box=letter.box, number=letter.number
                )
    except IntegrityError:
        raise Problem(_("Somebody has typed in this letter meanwhile."), "letter") from None
    # Whoever kept the slip has the code; who typed the letter in need not see it.
    return replace(receipt, code=None) if slip else receipt


def _check_slip(slip: slips.Slip, new: NewConcern) -> None:
    printed = Box.objects.filter(code=slip.box, slips__gte=slip.number)
    if not printed.exists():
        raise Problem(_("No slip with this number was printed."), "slip")
    used = Concern.objects.filter(key=receipts.key_hash(slip.key)).first()
    if used is not None and used.fingerprint != new.fingerprint():
        raise Problem(_("A letter with this slip has been typed in already."), "slip")


def _checked(facts: BoxFacts, *, by: Viewer) -> None:
    problems: dict[str, list[str]] = {}
    unit = people.unit(facts.unit_id)
    if unit is None:
        problems["unit"] = [_("Choose a unit.")]
    elif not (answer := may_keep(by, unit.path)):
        problems["unit"] = [str(answer.reason)]
    if not words.clean(facts.name).strip():
        problems["name"] = [_("What is the place called?")]
    for name, limit in (("name", 60), ("place", 200)):
        if len(getattr(facts, name)) > limit:
            text = _("This is longer than %(limit)s characters.") % {"limit": limit}
            problems[name] = [text]
    if not people.area_lineage(facts.area_id):
        problems["area"] = [_("Choose one of the list.")]
    if not 1 <= facts.every_days <= 92:
        problems["every_days"] = [_("Between 1 and 92 days.")]
    if problems:
        raise Problem.several(problems)


def _columns(facts: BoxFacts) -> dict[str, Any]:
    return {
        "name": words.clean(facts.name).strip(),
        "place": words.clean(facts.place).strip(),
        "area_id": facts.area_id,
        "unit_id": facts.unit_id,
        "paper": facts.paper,
        "every_days": facts.every_days,
    }


def _free_code() -> str:
    while Box.objects.filter(code=(code := short_code(slips.BOX_CODE))).exists():
        pass
    return code


def _theirs(box: Box, by: Viewer) -> None:
    require(may_keep(by, box.unit.path))


def _opener(box: Box, by: Viewer) -> int:
    """Who opens the box; raises Refused for anybody else."""
    if by.user_id is None or not scope(by, Box).filter(pk=box.pk).exists():
        raise Refused(Denied(_("The people of this unit open the box.")))
    return by.user_id
