"""Which rows a list holds: by date, state, category, page; 90 days, 1,000 rows; from an index."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianxin.cases.models import Case
from lianxin.kernel import clock
from tests.cast import Cast
from tests.intake.channels.open311.georeport import Caller
from tests.intake.channels.open311.many import fill, listed, plan_of, public_case
from tests.walk import Walk, begin


def test_filters(anybody: Caller, town: Cast) -> None:
    now = clock.now()
    walks = {}
    for days in (1, 30, 89, 91, 200):
        walks[days] = begin(town, received_at=now - timedelta(days=days))
    for walk in walks.values():
        walk.sort()
    closed = public_case(town, "closed")
    road = begin(town)
    road.sort(category="roads.surface")
    n = {days: walk.number for days, walk in walks.items()}

    def day(days: float) -> str:
        return f"{now - timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"

    latest = [road.number, closed.number]
    assert listed(anybody) == [*latest, n[1], n[30], n[89]]
    assert listed(anybody, start_date="", end_date="", status="") == listed(anybody)
    assert listed(anybody, status="closed") == [closed.number]
    assert listed(anybody, status="open") == [road.number, n[1], n[30], n[89]]
    assert listed(anybody, status="open,closed") == listed(anybody)
    assert listed(anybody, service_code="roads.surface") == [road.number]
    assert listed(anybody, service_code="roads.surface,roads.lights") == listed(anybody)
    assert listed(anybody, service_code="nothing.here") == []
    # Only a beginning: 90 days from there. Only an end: 90 days before it.
    assert listed(anybody, start_date=day(201)) == [n[200]]
    assert listed(anybody, end_date=day(90)) == [n[91]]
    assert listed(anybody, start_date=day(92), end_date=day(88)) == [n[89], n[91]]
    # The number overrides everything.
    assert listed(anybody, service_request_id=f"{n[200]},{n[1]}", status="closed",
                  start_date=day(2)) == [n[1], n[200]]  # fmt: skip
    assert listed(anybody, service_request_id="nonsense,,") == []
    # An offset whose plus was not encoded.
    local = (now - timedelta(days=2)).astimezone(clock.SHANGHAI)
    assert listed(anybody, start_date=f"{local:%Y-%m-%dT%H:%M:%S} 08:00") == [*latest, n[1]]


def test_pages(anybody: Caller, town: Cast) -> None:
    now = clock.now()
    numbers = []
    for hours in range(5):
        numbers.append(begin(town, received_at=now - timedelta(hours=hours)).number)
    for number in numbers:
        Walk(town, number, "").sort()
    assert listed(anybody, page_size="2") == numbers[:2]
    assert listed(anybody, page_size="2", page="2") == numbers[2:4]
    assert listed(anybody, page_size="2", page="3") == numbers[4:]
    assert listed(anybody, page_size="2", page="4") == []
    assert listed(anybody, page_size="5000") == numbers


@pytest.mark.parametrize("form", ["xml", "json"])
@pytest.mark.parametrize(
    "query",
    [
        {"start_date": "yesterday"},
        {"start_date": "2026-02-30"},
        {"start_date": "0001-01-01T00:00:00+14:00"},
        {"end_date": "9999-12-31T23:59:59-14:00"},
        {"start_date": "2026-01-01", "end_date": "2026-06-01"},
        {"start_date": "2026-02-01", "end_date": "2026-01-01"},
        {"status": "pending"},
        {"page": "0"},
        {"page": "-1"},
        {"page": "x"},
        {"page_size": "0"},
        {"page_size": "1.5"},
        {"page_size": "٣"},
        {"page": "9" * 400},
    ],
)
def test_what_cannot_be_asked_is_a_400(anybody: Caller, form: str, query: dict[str, str]) -> None:
    anybody.get(f"requests.{form}", 400, **query)
    if "status" not in query:
        anybody.get(f"servicerequestupdates.{form}", 400, **query)


def test_no_more_than_a_thousand(anybody: Caller, town: Cast) -> None:
    """And as many queries for a thousand as for one."""
    public_case(town, "triage")
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as asked:
            found = anybody.get("requests.json")
        counts.append(len(asked))
        if len(found) == 1:
            fill(1_100)
    assert len(found) == 1_000
    # The first time the categories are read as well.
    assert counts[1] <= counts[0] <= 3


@pytest.mark.parametrize("counted", [True, False])
def test_the_list_is_read_from_an_index(anybody: Caller, town: Cast, counted: bool) -> None:
    """From the newest on, and no more rows than are shown: the same at a hundred thousand cases."""
    if connection.vendor == "postgresql" and not counted:
        pytest.skip("it counts by itself")
    public_case(town, "triage")
    fill(3_000)
    plan = plan_of(anybody, "requests.json", "cases_case", counted=counted, page_size="50")
    assert "concern_recent" in plan, plan
    # Only rows of one and the same moment are put in order behind it.
    assert "B-TREE FOR ORDER BY" not in plan, plan
    assert "Sort" not in plan.replace("Incremental Sort", "").replace("Sort Key", ""), plan


def test_one_case_is_found_by_its_number(anybody: Caller, town: Cast) -> None:
    walk = public_case(town, "triage")
    fill(3_000)
    plan = plan_of(anybody, f"requests/{walk.number}.json", "cases_case")
    assert "concern_number_once" in plan or "(number=?)" in plan, plan


def test_updates_are_read_from_an_index(anybody: Caller, town: Cast) -> None:
    walk = public_case(town, "triage")
    fill(3_000)
    Case.objects.exclude(pk=walk.case.pk).update(moved_at=clock.now() - timedelta(days=300))
    plan = plan_of(anybody, "servicerequestupdates.json", "cases_case")
    assert "case_" in plan, plan
    assert "SCAN cases_case" not in plan, plan
    assert "Seq Scan on cases_case" not in plan, plan
