"""Seal what a sealed case says to the keys of its receivers, and open it when it is handed back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.access import SYSTEM, Viewer
from lianxin.cases import events
from lianxin.cases.models import Case, Message
from lianxin.cases.policy import SEALED_BY, can_look
from lianxin.cases.queries import unsealed
from lianxin.cases.sealed import opened_words, sealed_words
from lianxin.intake import actions as intake
from lianxin.journal.actions import record
from lianxin.kernel.problems import Problem
from lianxin.seals import queries as seals
from lianxin.seals.sealing import Shut

if TYPE_CHECKING:
    from lianxin.seals.models import Key


def seal_words(case: Case) -> bool:
    """Seal the words of a sealed case, once a receiver who may look at it has a key.

    Also to the keys of the other receivers whom no conflict keeps away: should this one turn out
    to be meant, the next must be able to read. In a transaction; whether it was done.
    """
    keys = _keys_for(case)
    if case.concern.sealed is not None or not keys:
        return False
    intake.seal_words(case.concern, keys=keys)
    to = [key.public for key in keys]
    for row in case.messages.filter(sealed=None):
        office = row.by_id is not None
        sealed = sealed_words(case, row.words, to=to, by_office=office)
        Message.objects.filter(pk=row.pk).update(sealed=sealed, words="")
    # What a dispatcher wrote about it tells as much; whoever gets it back sorts it anew.
    case.points.all().delete()
    Case.objects.filter(pk=case.pk).update(priority_reason="", dispatch_reason="")
    happened = events.WordsSealed([key.pk for key in keys])
    record(happened, subject=case.subject, by=SYSTEM.actor)
    return True


def open_words(case: Case, *, by: Viewer) -> None:
    """Put the words of a case back, with the keys the viewer has unlocked. In a transaction.

    Problem when one of them cannot be opened: then nothing is changed.
    """
    if case.concern.sealed is None:
        return
    # Before the files: what is written readable beside a change that fails lies there for a day.
    try:
        said = {
            row.pk: opened_words(row, case, unlocked=by.unlocked)
            for row in case.messages.exclude(sealed=None)
        }
    except Shut:
        raise Problem(_("Unlock your key first: the words are sealed to it.")) from None
    intake.open_words(case.concern, unlocked=by.unlocked)
    for pk, words in said.items():
        Message.objects.filter(pk=pk).update(sealed=None, words=words)
    record(events.WordsOpened(), subject=case.subject, by=by.actor)


def seal_waiting() -> int:
    """Seal what lies in the sealed lane since before its receiver had a key; how many cases."""
    done = 0
    for case in unsealed() if seals.live_keys() else ():
        with transaction.atomic():
            done += seal_words(case)
    return done


def _keys_for(case: Case) -> list[Key]:
    """The keys of everybody who may look at it; none while whoever has it has none."""
    keys = [key for key in seals.live_keys() if can_look(case, key.unit.path, *SEALED_BY)]
    here = case.desk_unit.path
    return keys if any(here.startswith(key.unit.path) for key in keys) else []
