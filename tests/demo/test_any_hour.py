"""Whatever the hour and the day somebody starts it, the town has work waiting on every desk."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from lianxin.access import SYSTEM
from lianxin.cases.models import Case
from lianxin.cases.states import UNREACHABLE, State
from lianxin.deadlines import actions as deadlines
from lianxin.demo import community
from lianxin.kernel import clock
from lianxin.kernel.clock import SHANGHAI
from lianxin.sorting import actions as sorting
from tests.turns import todays

pytestmark = pytest.mark.django_db
HOURS = {
    "before the office opens": datetime(2026, 11, 26, 1, 50, tzinfo=SHANGHAI),
    "just after it opens": datetime(2026, 11, 26, 9, 2, tzinfo=SHANGHAI),
    "lunch": datetime(2026, 11, 26, 13, 0, tzinfo=SHANGHAI),
    "Sunday night": datetime(2026, 11, 22, 23, 30, tzinfo=SHANGHAI),
    "in the holidays": datetime(2026, 10, 4, 10, 0, tzinfo=SHANGHAI),
}


@pytest.mark.parametrize("hour", todays(list(HOURS), days=2))
def test_a_case_stands_in_every_state_at_any_hour(hour: str) -> None:
    now = HOURS[hour]
    with clock.at(community.begins(now) - timedelta(days=1)):
        deadlines.load_presets()
        sorting.load_defaults(by=SYSTEM)
    with clock.at(now):
        built = community.build(share=0)
    assert built.stumbles == []
    reachable = set(State) - UNREACHABLE - {State.SUBMITTED}
    assert reachable <= set(Case.objects.values_list("state", flat=True))
