"""A unit's duty chat is told how much waits, and never of what anybody must be kept away from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import Q

from lianxin.access import SYSTEM, Refused
from lianxin.cases import actions as cases
from lianxin.cases import digest
from lianxin.cases.models import Case, Conflict
from lianxin.journal import outbox
from lianxin.journal import queries as journal
from lianxin.kernel import clock
from lianxin.notices import pushing, sections
from lianxin.notices.models import Carrier
from lianxin.people import actions as people
from lianxin.people.models import Unit
from lianxin.people.roles import Role
from tests.cast import Cast
from tests.notices.robots import WECOM, Chats, standing
from tests.walk import Walk, begin, load_sorting

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=clock.SHANGHAI)
NIGHT = NOON.replace(hour=3) + timedelta(days=1)
MORNING = NOON.replace(hour=9) + timedelta(days=1)
BY = {"housing": "liaison", "education": "leader_of_other_unit", "desk": "dispatcher"}


@pytest.fixture(autouse=True)
def chats(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Chats]:
    load_sorting()
    with clock.at(NOON), standing(monkeypatch) as found:
        yield found


def page(unit: Unit) -> str:
    return f"/desk/digest/carrier/{unit.pk}/"


def ready(cast: Cast, chats: Chats, unit: str = "housing") -> Unit:
    """The duty chat of a unit, put in and confirmed by somebody who answers for it."""
    here: Unit = getattr(cast, unit)
    client = cast.client(getattr(cast, BY[unit]))
    client.post(page(here), {"do": "set", "address": WECOM, "secret": ""})
    found = re.search(r"\d{6}", chats.texts[-1])
    assert found
    client.post(page(here), {"do": "confirm", "number": found[0]})
    chats.said.clear()
    return here


def at(cast: Cast, unit: Unit, urgency: str = "ordinary", **changes: Any) -> Walk:
    walk = begin(cast, **changes)
    walk.sort(urgency=urgency)
    cases.dispatch_case(walk.case, unit_id=unit.pk, reason="归他们管", by=walk.viewer("dispatcher"))
    outbox.drain()
    return walk


def told(chats: Chats, when: datetime = MORNING) -> list[str]:
    """What the chats say at a moment."""
    chats.said.clear()
    with clock.at(when):
        pushing.push_worklists()
    return chats.texts


def test_a_number_makes_it_count_and_it_is_on_record(cast: Cast, chats: Chats) -> None:
    unit = ready(cast, chats)
    row = Carrier.objects.get()
    assert (row.unit, row.user_id) == (unit, None) and row.confirmed_at
    client = cast.client(cast.liaison)
    assert "值班群：住建局" in client.get("/desk/digest/carrier/").content.decode()
    client.post(page(unit), {"do": "drop"})
    assert not Carrier.objects.exists()
    story = [entry for entry in journal.story([f"unit:{unit.pk}"]) if "carrier" in entry.event]
    assert [entry.event for entry in story] == [
        "notices.carrier_confirmed", "notices.carrier_dropped",
    ]  # fmt: skip
    assert {entry.actor for entry in story} == {f"user:{cast.liaison.pk}"}


def test_one_s_own_chat_and_the_unit_s_stand_side_by_side(cast: Cast, chats: Chats) -> None:
    client = cast.client(cast.liaison)
    client.post("/desk/digest/carrier/", {"do": "set", "address": WECOM, "secret": ""})
    ready(cast, chats)
    assert {row.owner for row in Carrier.objects.all()} == {
        f"user:{cast.liaison.pk}", f"unit:{cast.housing.pk}",
    }  # fmt: skip
    client.post("/desk/digest/carrier/", {"do": "drop"})
    assert Carrier.objects.get().unit == cast.housing


def test_a_key_is_sealed_to_its_owner(cast: Cast, chats: Chats) -> None:
    ready(cast, chats)
    at(cast, cast.housing)
    Carrier.objects.update(unit=cast.education)
    at(cast, cast.education)
    assert told(chats) == [] and Carrier.objects.get().failed


def test_once_a_day_how_many_wait_and_nothing_of_them(cast: Cast, chats: Chats) -> None:
    ready(cast, chats)
    assert told(chats) == []
    walks = [at(cast, cast.housing), at(cast, cast.housing), at(cast, cast.education)]
    assert told(chats, NIGHT) == []
    [text] = told(chats)
    assert "本单位有 2 件事待办" in text and "/desk/" in text
    for secret in ("路灯", "东关", "住建", walks[0].number, walks[0].number[:4]):
        assert secret not in text
    assert told(chats, MORNING + timedelta(hours=3)) == []
    assert len(told(chats, MORNING + timedelta(days=1))) == 1


def test_danger_is_told_at_once_and_once(cast: Cast, chats: Chats) -> None:
    ready(cast, chats)
    with clock.at(NOON + timedelta(minutes=1)):
        at(cast, cast.housing, urgency="critical")
    [text] = told(chats, NIGHT)
    assert "请您今天就看" in text
    assert told(chats, NIGHT + timedelta(minutes=1)) == []


def test_what_was_told_before_the_chat_was_put_in_is_not_danger(cast: Cast, chats: Chats) -> None:
    at(cast, cast.housing, urgency="critical")
    with clock.at(NOON + timedelta(minutes=1)):
        ready(cast, chats)
    assert told(chats, NIGHT) == [] and len(told(chats)) == 1


def test_a_desk_is_told_what_is_to_be_sorted(cast: Cast, chats: Chats) -> None:
    ready(cast, chats, "desk")
    begin(cast)
    begin(cast, words="楼道灯也不亮了。")
    [text] = told(chats)
    assert "有 2 件事" in text


def test_what_fails_is_tried_again_later_and_said(cast: Cast, chats: Chats) -> None:
    unit = ready(cast, chats)
    at(cast, cast.housing)
    chats.status = 500
    assert told(chats) == []
    assert "没有发出" in cast.client(cast.liaison).get(page(unit)).content.decode()
    chats.status = 200
    assert told(chats, MORNING + timedelta(minutes=1)) == []
    assert len(told(chats, MORNING + timedelta(minutes=16))) == 1


@pytest.mark.parametrize(
    "part", ["handler", "leader_of_other_unit", "sys_admin", "supervisor", "town_liaison"]
)
def test_nobody_else_puts_one_in(cast: Cast, chats: Chats, part: str) -> None:
    person = getattr(cast, part)
    client = cast.client(person)
    assert client.get(page(cast.housing)).status_code == 404
    answer = client.post(page(cast.housing), {"do": "set", "address": WECOM, "secret": ""})
    assert answer.status_code == 404
    with pytest.raises(Refused):
        pushing.set_up(WECOM, secret="", by=cast.viewer(person), unit=cast.housing)
    assert not chats.said and not Carrier.objects.exists()


def test_a_closed_unit_is_told_nothing(cast: Cast, chats: Chats) -> None:
    ready(cast, chats)
    at(cast, cast.housing)
    Unit.objects.filter(pk=cast.housing.pk).update(active=False)
    assert told(chats) == []


def test_any_number_of_units_costs_the_same(
    cast: Cast, chats: Chats, django_assert_num_queries: Any
) -> None:
    for unit in BY:
        ready(cast, chats, unit)
        at(cast, getattr(cast, unit))
    with clock.at(NIGHT), django_assert_num_queries(3):
        assert pushing.push_worklists() == 0


# --- Nobody reads there of what they must not know. ----------------------------------------------


def about_the_unit(cast: Cast) -> Walk:
    """Somebody accuses housing; it lies at the desk."""
    return begin(cast, words="住建局收了好处费才给办。")


def about_the_leader_and_at_another_unit(cast: Cast) -> Walk:
    """Somebody accuses the head of housing; education looks into it."""
    walk = begin(cast)
    walk.sort(urgency="critical")
    cases.name_party(
        walk.case, user_id=cast.leader.pk, reason="说的是他", by=walk.viewer("dispatcher")
    )
    cases.dispatch_case(
        walk.case, unit_id=cast.education.pk, reason="换一家", by=walk.viewer("dispatcher")
    )
    return walk


def recused(cast: Cast) -> Walk:
    """One of housing has an interest and steps aside; the unit keeps it."""
    walk = at(cast, cast.housing, urgency="critical")
    Conflict.objects.create(
        case=walk.case, user=cast.colleague, ground="interest", source="declared",
        standing="confirmed", reason="亲戚", at=clock.now(),
    )  # fmt: skip
    return walk


def member_of_two(cast: Cast) -> Walk:
    """The accused of housing works at education as well, which looks into it."""
    people.add_member(user=cast.colleague, unit=cast.education, role=Role.HANDLER, by=SYSTEM)
    walk = at(cast, cast.education, urgency="critical")
    Conflict.objects.create(
        case=walk.case, user=cast.colleague, ground="about", source="desk",
        standing="confirmed", reason="说的是他", at=clock.now(),
    )  # fmt: skip
    return walk


COMPLAINTS: dict[str, Callable[[Cast], Walk]] = {
    "about the unit": about_the_unit,
    "about the leader, elsewhere": about_the_leader_and_at_another_unit,
    "somebody stepped aside": recused,
    "member of two units": member_of_two,
}


def two_worlds(cast: Cast, chats: Chats, complaint: str) -> tuple[list[str], list[str]]:
    """What all duty chats say without and with the complaint, at night and in the morning."""
    for unit in BY:
        ready(cast, chats, unit)
        at(cast, getattr(cast, unit))
    said = []
    for make in (None, COMPLAINTS[complaint]):
        if make is not None:
            with clock.at(NOON + timedelta(minutes=5)):
                make(cast)
                outbox.drain()
        Carrier.objects.update(told_at=None, tried_at=None)
        texts = told(chats, NIGHT)
        said.append([*texts, *told(chats)])
    return said[0], said[1]


@pytest.mark.parametrize("complaint", COMPLAINTS)
def test_the_chats_say_the_same_with_and_without(cast: Cast, chats: Chats, complaint: str) -> None:
    without, with_it = two_worlds(cast, chats, complaint)
    assert without == with_it and len(without) == 3


def test_another_ordinary_case_does_show(cast: Cast, chats: Chats) -> None:
    """The comparison can tell: one more case that nobody is kept from changes a number."""
    COMPLAINTS["ordinary"] = lambda cast: at(cast, cast.housing)
    try:
        without, with_it = two_worlds(cast, chats, "ordinary")
    finally:
        del COMPLAINTS["ordinary"]
    assert without != with_it


def by_whoever_put_it_in(unit_ids: list[int]) -> dict[int, sections.Waiting]:
    """Counts what may be seen by a liaison alone, who need not be kept away."""
    rows = Case.objects.filter(lead_unit__in=unit_ids, state__in=digest.AT_UNIT)
    found: dict[int, int] = {}
    for unit in rows.values_list("lead_unit", flat=True):
        found[unit or 0] = found.get(unit or 0, 0) + 1
    return {unit: sections.Waiting(n) for unit, n in found.items()}


@pytest.mark.parametrize(
    "complaint", ["about the leader, elsewhere", "somebody stepped aside", "member of two units"]
)
def test_a_count_for_one_person_is_caught(
    cast: Cast, chats: Chats, complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sections, "_worklists", [by_whoever_put_it_in])
    without, with_it = two_worlds(cast, chats, complaint)
    assert without != with_it


def test_a_held_complaint_counted_at_the_desk_is_caught(
    cast: Cast, chats: Chats, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digest, "HELD", Q(pk__in=()))
    monkeypatch.setattr(digest, "_keeping", lambda _case: Conflict.objects.none())
    without, with_it = two_worlds(cast, chats, "about the unit")
    assert without != with_it
