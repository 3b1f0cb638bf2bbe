"""Declaring an interest, and ending it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.access import Denied, Refused, Viewer
from lianxin.journal.actions import record
from lianxin.kernel import clock, words
from lianxin.kernel.problems import Problem
from lianxin.people import events
from lianxin.people.models import Interest, InterestKind, Unit, User

SHORTEST, LONGEST = 2, 60


@transaction.atomic
def declare_interest(
    *,
    kind: str,
    person: User | None = None,
    unit: Unit | None = None,
    name: str = "",
    by: Viewer,
) -> Interest:
    """Declare whom or what one must not deal with (petitions art. 28), for oneself only.

    From the next page on what is about that person or unit, or names what the words say, is not
    shown. Problem when nothing is named, or oneself.
    """
    if by.user_id is None:
        raise Refused(Denied(_("Only somebody who is signed in declares an interest.")))
    name = words.clean(name)
    if kind not in InterestKind.values:
        raise Problem(_("Choose what ties you to it."), "kind")
    if person is None and unit is None and not name:
        raise Problem(_("Name a colleague, a unit or a name in words."), "name")
    if person is not None and person.pk == by.user_id:
        raise Problem(_("Name somebody else."), "person")
    if name and not SHORTEST <= len(name) <= LONGEST:
        raise Problem(_("Between 2 and 60 characters, please."), "name")
    interest = Interest.objects.create(
        user_id=by.user_id, kind=kind, person=person, unit=unit, name=name, declared_at=clock.now()
    )
    record(events.InterestDeclared(interest.pk), subject=f"user:{by.user_id}", by=by.actor)
    return interest


@transaction.atomic
def end_interest(interest: Interest, *, by: Viewer) -> None:
    """End an interest of one's own. What it kept from sight before stays out of sight."""
    if interest.user_id != by.user_id:
        raise Refused(Denied(_("Only the person who declared it can end it.")))
    ended = Interest.objects.filter(pk=interest.pk, ended_at=None).update(ended_at=clock.now())
    if ended:
        record(events.InterestEnded(interest.pk), subject=f"user:{by.user_id}", by=by.actor)
