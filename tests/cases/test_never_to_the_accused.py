"""Nothing is handed over to those a complaint is about (petitions regulation art. 30)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lianxin.access import SYSTEM
from lianxin.cases import actions
from lianxin.cases.actions import handing
from lianxin.cases.models import Handover
from lianxin.cases.states import State
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.pages import story
from lianxin.people import actions as people
from lianxin.people.roles import Role
from tests.cast import PASSWORD, Cast
from tests.walk import Walk, begin, load_sorting

pytestmark = pytest.mark.django_db
WHY = {"ground": "judicial_or_arbitration", "text": "这件事由他们决定，已经替您转过去了。"}
BEATEN = "派出所民警打人，调解也偏心。"


@pytest.fixture(autouse=True)
def _fresh(cast: Cast) -> None:
    load_sorting()


def unit(cast: Cast, name: str, parent: Any = None) -> Any:
    return people.create_unit(
        name=name, kind="department", parent=parent or cast.county, area=cast.county_area, by=SYSTEM
    )


def hand_over(walk: Walk, body: str, **changes: Any) -> Handover:
    new = actions.NewHandover(
        body=body, sent="原话", way="post", reference="EMS 1", sent_on=clock.today(),
        due_on=clock.today(), **changes,
    )  # fmt: skip
    return actions.hand_over(walk.case, new, **WHY, by=walk.viewer("dispatcher"))


def about_the_unit(cast: Cast) -> Walk:
    """The dispatcher says which unit it is about; it lies below the body's own."""
    station = unit(cast, "东关派出所", unit(cast, "清河县公安局"))
    walk = begin(cast, words="调解偏心。")
    walk.sort(kind="complaint_official", about_unit_id=station.pk)
    return walk


def about_somebody_there(cast: Cast) -> Walk:
    """It is about a person; where they work is the body's."""
    station = unit(cast, "交警大队")
    officer = people.add_user(username="officer", name="钱勇", password=PASSWORD, by=SYSTEM)
    people.add_member(user=officer, unit=station, role=Role.HANDLER, by=SYSTEM)
    walk = begin(cast, words="钱勇办事偏心。")
    walk.sort(kind="complaint_official", about=[walk.case.conflicts.get().pk])
    return walk


def by_its_words(cast: Cast) -> Walk:
    """No unit of the tree is meant; the words of a complaint about conduct name the body."""
    walk = begin(cast, words=BEATEN)
    walk.sort(kind="complaint_official")
    return walk


def before_anybody_looked(cast: Cast) -> Walk:
    """Registered, not sorted: somebody of the staff is named in the words."""
    walk = begin(cast, words="马兰和人动手，要公安管。")
    assert walk.case.conflicts.get().standing == "found"
    return walk


def about_conduct_and_unsorted(cast: Cast) -> Walk:
    return begin(cast, words=BEATEN, about_official=True)


MEANT: list[tuple[Callable[[Cast], Walk], str]] = [
    (about_the_unit, "反映的就是他们"),
    (about_somebody_there, "反映的就是他们"),
    (by_its_words, "提到了这家单位"),
    (before_anybody_looked, "还没有人说过"),
    (about_conduct_and_unsorted, "还没有人说过"),
]


@pytest.mark.parametrize(("case", "why"), MEANT)
def test_it_is_stopped_at_the_field(cast: Cast, case: Callable[[Cast], Walk], why: str) -> None:
    walk = case(cast)
    before = walk.case.state
    with pytest.raises(Problem) as problem:
        hand_over(walk, "police")
    assert why in problem.value.messages["body"][0]
    assert walk.case.state == before and not Handover.objects.exists()
    client = walk.cast.client(walk.cast.dispatcher)
    posted = WHY | {
        "body": "police", "sent": "原话", "way": "post", "reference": "EMS 1",
        "sent_on": clock.today().isoformat(),
    }  # fmt: skip
    page = client.post(f"/desk/cases/{walk.number}/do/hand_over/", posted).content.decode()
    assert why in page and not Handover.objects.exists()


@pytest.mark.parametrize(("case", "why"), MEANT)
def test_twin_a_desk_that_does_not_ask_hands_it_to_them(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, case: Callable[[Cast], Walk], why: str
) -> None:
    """The known-bad twin: what the test above would let through."""
    walk = case(cast)
    monkeypatch.setattr(handing, "_not_to_them", lambda *_args, **_names: "")
    hand_over(walk, "police")
    assert walk.case.state == State.REFERRED_OUT


def test_who_is_above_may_have_it(cast: Cast) -> None:
    walk = about_the_unit(cast)
    hand_over(walk, "petition_above")
    assert walk.case.state == State.REFERRED_OUT


def test_who_is_only_mentioned_may_have_it_and_it_is_kept_who_said_so(cast: Cast) -> None:
    walk = begin(cast, words="物业的人骂人，我报过警，派出所让我找社区。")
    walk.sort(kind="complaint_official")
    page = walk.cast.client(walk.cast.dispatcher).get(f"/desk/cases/{walk.number}/do/hand_over/")
    assert "投诉的不是这家单位" in page.content.decode()
    hand_over(walk, "police", mentioned=True)
    assert "窗口说明" in str(story.lines(walk.case, audience="staff"))
    assert "窗口说明" not in str(story.lines(walk.case, audience="resident"))


def test_saying_that_they_are_only_mentioned_does_not_help_whom_it_is_about(cast: Cast) -> None:
    walk = about_the_unit(cast)
    with pytest.raises(Problem):
        hand_over(walk, "police", mentioned=True)


def test_what_is_about_nobodys_conduct_is_not_asked(cast: Cast) -> None:
    walk = begin(cast, words="房东不退押金，派出所说归法院管。")
    walk.sort()
    page = walk.cast.client(walk.cast.dispatcher).get(f"/desk/cases/{walk.number}/do/hand_over/")
    assert "投诉的不是这家单位" not in page.content.decode()
    hand_over(walk, "court")
    assert walk.case.state == State.REFERRED_OUT


def test_somebody_ruled_out_by_a_dispatcher_is_in_nobodys_way(cast: Cast) -> None:
    walk = before_anybody_looked(cast)
    walk.sort(about=[])
    hand_over(walk, "police", mentioned=True)
    assert walk.case.state == State.REFERRED_OUT
