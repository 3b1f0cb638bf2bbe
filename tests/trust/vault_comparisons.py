"""Comparing with what is sealed, as an oracle: what an attacker of a web process may try."""

from __future__ import annotations

import random
from datetime import timedelta

from django.db import transaction

from lianxin.journal import actions as journal
from lianxin.journal.models import Entry as JournalEntry
from lianxin.kernel import clock
from lianxin.vault.doors import door
from lianxin.vault.events import Compared
from lianxin.vault.limits import COMPARED_BY, COMPARISONS
from lianxin.vault.models import Opening
from tests.trust.vault_ground import NAMES, PERSON, Ground, record, shown
from tests.walk import Walk, begin

WRONG = PERSON | {"phone": "13812345679"}


def other(on: Ground) -> Walk:
    """A case of its own: what was compared for one counts for a day."""
    return begin(on.cast, identity="confidential", contact=PERSON)


def comparison(
    on: Walk, by: str = "clerk", fields: tuple[str, ...] = ("name", "phone"), name: str = "case:{}"
) -> int:
    """A committed record of a comparison, as a web process that was taken over can write one."""
    with transaction.atomic():
        subject, actor = name.format(on.case.pk), on.viewer(by).actor
        return journal.record(Compared(fields=fields), subject=subject, by=actor).seq


def compared(on: Ground, dice: random.Random) -> bool:
    """It says yes to what was left, and no to anything else."""
    case = other(on)
    right = door().compare(comparison(case), PERSON)
    return right and not door().compare(comparison(case), WRONG)


def compared_with_nothing(on: Ground, dice: random.Random) -> bool:
    said = dice.choice([{"name": "", "phone": ""}, {"name": "-", "phone": "…"}])
    case = begin(on.cast, identity="confidential", contact={"name": "……", "phone": "——"})
    return not door().compare(comparison(case), said)


def compared_without_a_record(on: Ground, dice: random.Random) -> bool:
    return door().compare(dice.randrange(10**9), PERSON)


def compared_off_another_record(on: Ground, dice: random.Random) -> bool:
    return door().compare(record(on.closed, "clerk"), {"phone": PERSON["phone"]})


def shown_off_a_comparison(on: Ground, dice: random.Random) -> bool:
    return shown(comparison(other(on)))


def compared_twice(on: Ground, dice: random.Random) -> bool:
    seq = comparison(other(on))
    door().compare(seq, WRONG)
    return door().compare(seq, PERSON)


def compared_other_fields(on: Ground, dice: random.Random) -> bool:
    """One guess is on the record, and several are asked."""
    fields = dice.choice([("name",), ("phone",), ("address", "name", "phone"), ()])
    return door().compare(comparison(other(on), fields=fields), PERSON)


def compared_yesterday(on: Ground, dice: random.Random) -> bool:
    case = other(on)
    with clock.at(timedelta(hours=-25)):
        seq = comparison(case)
    return door().compare(seq, PERSON)


def compared_by_somebody_else(on: Ground, dice: random.Random) -> bool:
    who = dice.choice(["handler", "supervisor", "auditor", "sys_admin", "no_role"])
    return door().compare(comparison(other(on), who), PERSON)


def compared_once_too_often(on: Ground, dice: random.Random) -> bool:
    case, tries = other(on), range(COMPARISONS)
    assert not any(door().compare(comparison(case), WRONG) for _ in tries)
    return door().compare(comparison(case, dice.choice(["clerk", "dispatcher"])), PERSON)


def compared_under_another_name(on: Ground, dice: random.Random) -> bool:
    """As many tries as there are ways to write a number."""
    return door().compare(comparison(other(on), name=dice.choice(NAMES)), PERSON)


def one_number_in_every_case(on: Ground, dice: random.Random) -> bool:
    """Whose case is it? One try in each."""
    first = -(JournalEntry.objects.count() * 100) - dice.randrange(10**9)
    Opening.objects.bulk_create(
        Opening(record=first - n, actor=on.by("clerk").actor, shown=False, compared=True,
                at=clock.now())
        for n in range(COMPARED_BY)
    )  # fmt: skip
    return door().compare(comparison(other(on)), PERSON)
