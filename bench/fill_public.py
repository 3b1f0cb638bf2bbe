"""Public cases without their life: rows as the product has them, on either engine."""

from __future__ import annotations

from datetime import timedelta

from lianxin.access import ANONYMOUS, SYSTEM
from lianxin.cases.models import Case
from lianxin.cases.states import State
from lianxin.intake import actions
from lianxin.intake.actions import NewConcern
from lianxin.intake.models import Concern
from lianxin.journal import outbox
from lianxin.people import actions as people
from lianxin.sorting import queries as sorting

AT_ONCE = 1_000


def fill(count: int) -> None:
    """The first is filed and its case opened; the others are made like it, over 80 days."""
    area = people.add_area(name="东关社区", level="community", parent=None, by=SYSTEM)
    new = NewConcern(key="first", words="路灯坏了三天。", area_id=area.pk)
    first = actions.file_concern(new, by=ANONYMOUS).concern
    outbox.drain()
    category = sorting.category("roads.lights")
    assert category is not None
    case = Case.objects.get(concern=first)
    Case.objects.filter(pk=case.pk).update(state=State.TRIAGE, category=category)
    for begin in range(1, count, AT_ONCE):
        numbers = range(begin, min(begin + AT_ONCE, count))
        made = Concern.objects.bulk_create([_concern(first, n, count) for n in numbers])
        Case.objects.bulk_create([_case(case, row, category.pk) for row in made])


def _concern(first: Concern, n: int, count: int) -> Concern:
    at = first.received_at - timedelta(days=80) * (n / count)
    return Concern(
        number=f"{n:011d}", selector=f"{n:08d}", key=f"{n:064d}", fingerprint="", channel="web",
        received_at=at, filed_at=at, words=first.words, area_id=first.area_id,
        identity="anonymous", reply_mode="online",
    )  # fmt: skip


def _case(first: Case, concern: Concern, category_id: int) -> Case:
    return Case(
        concern=concern, state=State.TRIAGE, moved_at=concern.received_at,
        opened_at=concern.received_at, category_id=category_id, policy_id=first.policy_id,
        desk_unit_id=first.desk_unit_id,
    )  # fmt: skip
