"""What everybody may read: category, community, state and dates of what is public, nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianxin.cases import actions as cases
from lianxin.cases.models import Case
from lianxin.cases.queries import public
from lianxin.journal import outbox
from lianxin.people import actions as people
from lianxin.people.models import Area
from tests.cast import Cast
from tests.intake.channels.open311.georeport import Caller
from tests.intake.channels.open311.many import listed, public_case
from tests.walk import WORDS, Walk, begin

SECRET = "王桂兰 13812345678"


def test_a_case_is_told_by_category_community_state_and_dates_alone(
    anybody: Caller, town: Cast
) -> None:
    walk = public_case(
        town, words=f"{WORDS}{SECRET}", title=SECRET, wish=SECRET, place=SECRET,
        latitude="30.123456", longitude="110.654321", identity="named",
        contact={"name": "王桂兰", "phone": "13812345678"},
    )  # fmt: skip
    (row,) = anybody.get("requests.json")
    kept = {name: value for name, value in row.items() if value is not None}
    case = walk.case
    assert kept == {
        "service_request_id": walk.number,
        "status": "open",
        "status_notes": "办理中",
        "service_name": "路灯",
        "service_code": "roads.lights",
        "requested_datetime": f"{case.concern.received_at:%Y-%m-%dT%H:%M:%SZ}",
        "updated_datetime": f"{case.moved_at:%Y-%m-%dT%H:%M:%SZ}",
        "address": "东关社区",
    }
    everything = json.dumps(
        [anybody.get("requests.json"), anybody.get("servicerequestupdates.json")],
        ensure_ascii=False,
    )
    for part in ("王桂兰", "13812345678", "路灯坏", "30.1", "110.6", "东关大街", "住建局"):
        assert part not in everything
    (one,) = anybody.get(f"requests/{walk.number}.json")
    assert one == row
    anybody.get(f"requests/{walk.number}.xml")


def test_a_place_smaller_than_a_community_is_not_told(anybody: Caller, town: Cast) -> None:
    from lianxin.access import SYSTEM

    estate = people.add_area(name="独一院", level="estate", parent=town.east_area, by=SYSTEM)
    walk = public_case(town, area_id=estate.pk)
    (row,) = anybody.get("requests.json")
    assert (row["service_request_id"], row["address"]) == (walk.number, None)
    assert Area.objects.filter(pk=estate.pk).exists()


def hidden_ways(town: Cast) -> dict[str, Callable[[], Walk]]:
    """Everything that nobody but its people may know of."""
    dispatcher = town.viewer(town.dispatcher)

    def until(walk: Walk, do: Callable[[Walk], object]) -> Walk:
        do(walk)
        return walk

    def name(walk: Walk) -> None:
        cases.name_party(
            walk.case, unit_id=town.housing.pk, reason="说的是他们", by=town.viewer(town.supervisor)
        )

    return {
        "not sorted": lambda: begin(town),
        "about an official, said by the person": lambda: begin(town, about_official=True),
        "a word of conduct": lambda: begin(town, words="路灯队的人收了好处费才来修。"),
        "names somebody": lambda: begin(town, words="周建国答应修路灯，一直没修。"),
        "named later": lambda: until(public_case(town), name),
        "a complaint about a unit": lambda: until(
            begin(town), lambda walk: walk.sort(kind="complaint_official")
        ),
        "a report": lambda: until(begin(town), lambda walk: walk.sort(kind="report")),
        "sealed": lambda: until(
            public_case(town, "triage"), lambda walk: cases.seal_case(walk.case, by=dispatcher)
        ),
        "taken back": lambda: until(
            public_case(town, "triage"),
            lambda walk: cases.withdraw(walk.case, by=walk.resident),
        ),
        "a category of private matters": lambda: until(
            begin(town), lambda walk: walk.sort(category="welfare.allowance")
        ),
        "in a flood": lambda: held(town),
    }


def held(town: Cast) -> Walk:
    """A concern that waits for a person; it has no case."""
    from lianxin.access import ANONYMOUS
    from lianxin.intake import actions as intake

    new = intake.NewConcern(key="flood", words=WORDS, quarantined=True)
    receipt = intake.file_concern(new, by=ANONYMOUS)
    outbox.drain()
    return Walk(town, receipt.concern.number, receipt.code or "")


WAYS = (
    "not sorted", "about an official, said by the person", "a word of conduct", "names somebody",
    "named later", "a complaint about a unit", "a report", "sealed", "taken back",
    "a category of private matters", "in a flood",
)  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_what_somebody_may_not_see_is_public_to_nobody(
    anybody: Caller, town: Cast, way: str
) -> None:
    seen = public_case(town)
    before = (anybody.get("requests.json"), anybody.get("servicerequestupdates.json"))
    walk = hidden_ways(town)[way]()
    assert listed(anybody) == [seen.number]
    assert listed(anybody, service_request_id=f"{walk.number},{seen.number}") == [seen.number]
    anybody.get(f"requests/{walk.number}.json", 404)
    assert anybody.get("servicerequestupdates.json", service_request_id=walk.number) == []
    # Not by a count, a position or a number of another row either.
    after = (anybody.get("requests.json"), anybody.get("servicerequestupdates.json"))
    assert after == before


def test_every_way_to_be_hidden_is_tried(town: Cast) -> None:
    assert set(WAYS) == set(hidden_ways(town))


def test_without_the_rule_a_case_kept_away_would_show(
    anybody: Caller, town: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The known-bad twin: cases by category alone."""
    walk = hidden_ways(town)["named later"]()
    assert listed(anybody) == []
    monkeypatch.setattr(
        public, "published", lambda ids, **_names: Case.objects.filter(category__in=list(ids))
    )
    assert listed(anybody) == [walk.number]


def test_what_is_not_public_is_answered_like_what_does_not_exist(
    anybody: Caller, town: Cast
) -> None:
    walk = hidden_ways(town)["named later"]()
    nowhere = "00000000000"
    anybody.browser.get(f"/open311/v2/requests/{nowhere}.json")  # the categories are remembered
    for form in ("json", "xml"):
        answers = []
        for number in (walk.number, nowhere):
            with CaptureQueriesContext(connection) as asked:
                answer = anybody.browser.get(f"/open311/v2/requests/{number}.{form}")
            answers.append((answer.status_code, answer.content, len(asked)))
        assert answers[0] == answers[1]


def test_a_system_reads_of_what_it_filed_only_what_it_knew(caller: Caller, town: Cast) -> None:
    """Whatever becomes of it: waiting, held for what it says, sealed."""
    filed = caller.file(description="路灯队的人收了好处费才来修。")
    number = filed["service_request_id"]
    at_once = caller.get(f"requests/{number}.json", api_key=caller.key)
    outbox.drain()
    walk = Walk(town, number, "")
    assert caller.get(f"requests/{number}.json", api_key=caller.key) == at_once
    walk.sort()
    cases.seal_case(walk.case, by=town.viewer(town.dispatcher))
    assert caller.get(f"requests/{number}.json", api_key=caller.key) == at_once
    assert at_once[0]["status"] == "open"
    assert caller.get("requests.json", service_request_id=number, api_key=caller.key) == at_once
    # Nobody else, and not by the list.
    caller.get(f"requests/{number}.json", 404)
    assert caller.get("requests.json", api_key=caller.key) == []


def test_a_system_reads_the_public_row_of_what_it_filed(caller: Caller, town: Cast) -> None:
    number = caller.file()["service_request_id"]
    outbox.drain()
    walk = Walk(town, number, "")
    walk.until("handling")
    (row,) = caller.get(f"requests/{number}.json", api_key=caller.key)
    assert row["status_notes"] == "办理中"
