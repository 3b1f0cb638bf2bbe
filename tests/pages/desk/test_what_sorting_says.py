"""What a category brings with it: a leader, a lawful way, a duty, an order that is explained."""

from __future__ import annotations

import pytest

from lianxin.cases import actions
from lianxin.deadlines import queries as deadlines
from lianxin.kernel.problems import Problem
from lianxin.sorting import queries as sorting
from tests.cast import Cast
from tests.walk import Walk, begin, load_sorting

pytestmark = pytest.mark.django_db


@pytest.fixture
def walk(cast: Cast) -> Walk:
    load_sorting()
    return begin(cast)


def page(walk: Walk, path: str = "") -> str:
    client = walk.cast.client(walk.cast.dispatcher)
    answer = client.get(path or f"/desk/cases/{walk.number}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_five_kinds_of_petition_need_a_responsible_leader_whom_the_resident_reads(
    walk: Walk,
) -> None:
    walk.sort(category="land.taking")
    with pytest.raises(Problem) as caught:
        walk.dispatch()
    assert set(caught.value.messages) == {"leader"}
    actions.dispatch_case(
        walk.case,
        unit_id=walk.cast.housing.pk,
        leader_id=walk.cast.leader.pk,
        reason="征地补偿归住建局牵头",
        by=walk.viewer("dispatcher"),
    )
    client = walk.cast.client()
    client.post("/track/", {"code": walk.code})
    assert walk.cast.leader.name in client.get("/track/case/").content.decode()


def test_fraud_is_told_the_lawful_way_and_water_has_a_day(walk: Walk) -> None:
    fraud = sorting.category("public_order.fraud")
    assert fraud is not None
    walk.sort(category=fraud.code)
    assert str(fraud.get_route_display()) in page(walk)
    walk.sort(category="utilities.water", urgency="utility")
    walk.dispatch()
    limit = next(row for row in deadlines.running(walk.case.subject) if row.kind == "handling")
    assert (limit.due_at - limit.started_at).total_seconds() == 24 * 3_600


def test_a_hard_and_urgent_matter_says_whose_duty_it_is(walk: Walk) -> None:
    walk.sort(category="utilities.water", urgency="utility")
    assert walk.case.hard_urgent
    assert "急难愁盼" in page(walk, "/desk/?tab=all")


def test_the_order_of_the_list_is_explained(walk: Walk) -> None:
    assert "谁写的不影响先后" in page(walk, "/desk/")
