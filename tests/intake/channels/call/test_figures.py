"""How well calls are answered: connect rate, answers within 15 seconds, waits, by day."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lianxin.intake.channels.call import queries
from lianxin.intake.models import Call
from lianxin.kernel import clock
from tests.cast import Cast

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 10, 12, tzinfo=clock.SHANGHAI)


def rang(at: datetime, wait: float | None) -> None:
    Call.objects.create(
        ref=str(Call.objects.count()), rang_at=at,
        answered_at=at + timedelta(seconds=wait) if wait is not None else None,
    )  # fmt: skip


def test_a_day_is_one_of_shanghai_and_fifteen_seconds_are_in_time(cast: Cast) -> None:
    client = cast.client(cast.clerk)
    with clock.at(NOON):
        rang(datetime(2026, 3, 10, 0, 30, tzinfo=clock.SHANGHAI), 15)
        rang(datetime(2026, 3, 9, 23, 30, tzinfo=clock.SHANGHAI), 15.5)
        rang(NOON - timedelta(hours=1), None)
        days, together = queries.figures(30)
    assert [(d.day.day if d.day else 0, d.rang, d.answered, d.prompt, d.wait) for d in days] == [
        (10, 2, 1, 1, 15), (9, 1, 1, 0, 15.5),
    ]  # fmt: skip
    assert (together.rang, together.answered, round(together.rate or 0, 1)) == (3, 2, 66.7)
    Call.objects.update(rang_at=clock.now(), answered_at=None)
    page = client.get("/desk/hotline/figures/").content.decode()
    assert "接通率 0.0%" in page and "偏低" in page


def test_without_calls_nothing_is_claimed(cast: Cast) -> None:
    assert queries.figures(30)[0] == [] and queries.figures(30)[1].rate is None
    page = cast.client(cast.clerk).get("/desk/hotline/figures/")
    assert page.status_code == 200 and "%" not in page.content.decode().split("<h1>")[1]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    calls=st.lists(
        st.tuples(st.integers(0, 72), st.one_of(st.none(), st.integers(0, 60))), max_size=12
    )
)
def test_the_figures_are_what_the_calls_say(calls: list[tuple[int, int | None]]) -> None:
    Call.objects.all().delete()
    with clock.at(NOON):
        for hours, wait in calls:
            rang(NOON - timedelta(hours=hours), wait)
        days, together = queries.figures(30)
    waits = [wait for _hours, wait in calls if wait is not None]
    assert together.rang == sum(day.rang for day in days) == len(calls)
    assert together.answered == sum(day.answered for day in days) == len(waits)
    assert together.prompt == sum(day.prompt for day in days) == sum(w <= 15 for w in waits)
    assert together.wait == pytest.approx(sum(waits) / len(waits)) if waits else True
