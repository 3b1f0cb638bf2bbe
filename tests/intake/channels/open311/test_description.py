"""What readers of descriptions make up is answered as GeoReport v2 says."""

from __future__ import annotations

import copy

import pytest

from lianxin.sorting.offers import offers
from tests.cast import Cast
from tests.intake.channels.open311.described import description
from tests.intake.channels.open311.georeport import Caller
from tests.intake.channels.strangers import LENIENT, Found, ask

pytestmark = pytest.mark.django_db
START = 20_261_126


def asked(caller: Caller, *, each: int, start: int, wrong: bool = False) -> Found:
    """Whatever is described is asked of a town in which one concern was filed."""
    number = caller.file()["service_request_id"]
    known = copy.deepcopy(description(caller.key, [number, "x"], [*list(offers())[:3], "x"]))
    if wrong:
        path = known["paths"]["/open311/v2/services.json"]
        known["paths"] = {"/open311/v2/services.json": path}
        content = path["get"]["responses"]["200"]["content"]
        next(iter(content.values()))["schema"]["items"]["required"].append("colour")
    return ask(known, headers=lambda _path: {}, each=each, start=start, checks=LENIENT)


def test_each_answer_is_as_described(caller: Caller) -> None:
    found = asked(caller, each=3, start=START)
    assert found.faults == []
    assert found.cases > 60 and {200, 400, 404} <= set(found.statuses)


def test_an_answer_that_is_not_as_described_is_noticed(town: Cast, caller: Caller) -> None:
    """Known bad: services with a word that GeoReport does not have."""
    assert any("colour" in fault for fault in asked(caller, each=1, start=1, wrong=True).faults)
