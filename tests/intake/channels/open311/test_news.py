"""The updates of mySociety, read: each public step once, under an id that stays."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianxin.cases.queries import public
from lianxin.cases.states import State
from lianxin.kernel import clock
from lianxin.pages.open311.told import extended
from tests.cast import Cast
from tests.intake.channels.open311.georeport import Caller
from tests.intake.channels.open311.many import fill, public_case


def test_updates_tell_each_step_once_under_an_id_that_stays(anybody: Caller, town: Cast) -> None:
    walk = public_case(town, "triage")
    first = anybody.get("servicerequestupdates.json")
    walk.until("closed")
    found = anybody.get("servicerequestupdates.json")
    assert found[: len(first)] == first
    assert [row["description"] for row in found] == [
        "分办中", "已派单", "已受理", "办理中", "已答复", "办结",
    ]  # fmt: skip
    assert [row["update_id"] for row in found] == [f"{walk.number}-{n}" for n in range(1, 7)]
    assert found[-1]["status"] == "CLOSED"
    rows = anybody.get("servicerequestupdates.xml")
    assert [one.text for one in rows.iter("update_id")] == [row["update_id"] for row in found]
    paged = anybody.get("servicerequestupdates.json", page="2", page_size="4")
    assert paged == found[4:]


def test_updates_of_a_span_of_time(anybody: Caller, town: Cast) -> None:
    """As FixMyStreet asks: the last two hours."""
    # In the evening: five hours before a quarter past midnight nobody held their post yet.
    today = clock.now().astimezone(clock.SHANGHAI)
    now = (today.replace(hour=18) + timedelta(days=1)).astimezone(UTC)
    with clock.at(now - timedelta(hours=5)):
        walk = public_case(town, "triage")
    with clock.at(now - timedelta(hours=1)):
        walk.dispatch()
    asked = {"start_date": f"{now - timedelta(hours=2):%Y-%m-%dT%H:%M:%SZ}",
             "end_date": f"{now:%Y-%m-%dT%H:%M:%SZ}"}  # fmt: skip
    (row,) = anybody.get("servicerequestupdates.json", **asked)
    assert (row["status"], row["update_id"]) == ("INVESTIGATING", f"{walk.number}-2")
    before = {"start_date": f"{now - timedelta(hours=6):%Y-%m-%dT%H:%M:%SZ}",
              "end_date": f"{now - timedelta(hours=4):%Y-%m-%dT%H:%M:%SZ}"}  # fmt: skip
    (row,) = anybody.get("servicerequestupdates.json", **before)
    assert row["update_id"] == f"{walk.number}-1"


def test_updates_cost_the_same_for_any_number_of_cases(anybody: Caller, town: Cast) -> None:
    public_case(town, "triage")
    anybody.get("servicerequestupdates.json")  # what is remembered for a minute is not counted
    with CaptureQueriesContext(connection) as one:
        anybody.get("servicerequestupdates.json")
    fill(50)
    with CaptureQueriesContext(connection) as many:
        anybody.get("servicerequestupdates.json")
    assert len(one) == len(many) <= 4


def test_too_many_at_once_is_told(
    anybody: Caller, town: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    public_case(town, "triage")
    fill(5)
    monkeypatch.setattr(public, "MOST", 5)
    anybody.get("servicerequestupdates.xml", 400)


def test_no_state_is_ever_told_as_fixed() -> None:
    """Whether it is solved, only the resident says."""
    assert not {extended(state) for state in State} & {"FIXED", "FIXED - COUNCIL"}
