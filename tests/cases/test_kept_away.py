"""Whom a case is about, and who has an interest in it, loses it at once, and it goes on above."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lianxin.access import SYSTEM, scope
from lianxin.cases import actions, policy, queries
from lianxin.cases.models import Case, Lane, Standing
from lianxin.cases.states import State
from lianxin.journal.models import Entry
from lianxin.kernel.problems import Problem
from lianxin.notices.models import Message
from lianxin.people import actions as people
from lianxin.people.roles import Role
from tests.cast import PASSWORD, Cast
from tests.walk import Walk, begin, load_sorting

if TYPE_CHECKING:
    from lianxin.people.models import Unit, User

pytestmark = pytest.mark.django_db

UNIT = ("handler", "colleague", "leader", "liaison")


def seen_by(walk: Walk) -> set[str]:
    """The parts of the cast who see the case."""
    return {
        part
        for part in walk.cast.staff
        if scope(walk.viewer(part), Case).filter(pk=walk.case.pk).exists()
    }


def head_of(cast: Cast, unit: Unit, name: str = "钱大海") -> User:
    head = people.add_user(username=f"head{unit.pk}", name=name, password=PASSWORD, by=SYSTEM)
    people.add_member(user=head, unit=unit, role=Role.UNIT_LEADER, by=SYSTEM)
    return head


def event(walk: Walk, name: str) -> dict[str, object]:
    entry = Entry.objects.filter(subject=walk.case.subject, event=name).last()
    assert entry is not None, name
    data = entry.event_object()
    return dict(vars(data))


def test_a_person_named_later_loses_it_with_everybody_they_head(walk: Walk) -> None:
    walk.until("handling")
    assert set(UNIT) <= seen_by(walk)
    actions.name_party(
        walk.case, user_id=walk.cast.leader.pk, reason="说的就是他", by=walk.viewer("dispatcher")
    )
    assert not set(UNIT) & seen_by(walk)
    assert walk.case.state == State.TRIAGE
    assert walk.case.lead_unit is None and walk.case.handler is None
    assert {"dispatcher", "clerk", "supervisor"} <= seen_by(walk)


def test_a_colleague_without_a_head_s_post_takes_only_themselves_away(walk: Walk) -> None:
    walk.until("handling")
    actions.name_party(
        walk.case, user_id=walk.cast.handler.pk, reason="说的就是他", by=walk.viewer("dispatcher")
    )
    assert "handler" not in seen_by(walk)
    # The very unit where the person works does not deal with it either.
    assert walk.case.state == State.TRIAGE
    with pytest.raises(Problem):
        walk.dispatch()


def test_the_exposure_report_says_who_could_see_and_who_had_read(walk: Walk) -> None:
    walk.until("handling")
    actions.note_reading(walk.case, by=walk.viewer("handler"))
    actions.name_party(
        walk.case, unit_id=walk.cast.housing.pk, reason="说的就是他们", by=walk.viewer("dispatcher")
    )
    exposed = event(walk, "cases.exposed")
    ids = {walk.cast.staff[part].pk for part in UNIT}
    assert set(exposed["could"]) == ids  # type: ignore[call-overload]
    assert list(exposed["read"]) == [walk.cast.handler.pk]  # type: ignore[call-overload]


def test_what_they_had_been_told_is_called_back(walk: Walk) -> None:
    from lianxin.journal import outbox

    walk.until("dispatched")
    outbox.drain()
    liaison = walk.cast.liaison
    assert Message.objects.filter(recipient=liaison, link__contains=walk.number).exists()
    actions.name_party(
        walk.case, unit_id=walk.cast.housing.pk, reason="说的就是他们", by=walk.viewer("dispatcher")
    )
    outbox.drain()
    assert not Message.objects.filter(recipient=liaison, link__contains=walk.number).exists()


def test_stepping_aside_takes_the_case_from_that_person_alone(walk: Walk) -> None:
    walk.until("handling")
    actions.step_aside(walk.case, reason="当事人是我表弟", by=walk.viewer("handler"))
    assert "handler" not in seen_by(walk)
    assert {"colleague", "leader", "liaison"} <= seen_by(walk)
    assert walk.case.state == State.HANDLING and walk.case.handler is None
    with pytest.raises(Problem):
        actions.name_handler(walk.case, handler_id=walk.cast.handler.pk, by=walk.viewer("liaison"))


def test_the_person_asks_and_somebody_outside_decides(walk: Walk) -> None:
    walk.until("handling")
    actions.ask_recusal(walk.case, text="办事的是对方的亲戚", by=walk.resident)
    with pytest.raises(Problem):
        actions.ask_recusal(walk.case, text="再说一遍", by=walk.resident)
    actions.rule_on_recusal(
        walk.case, grant=True, text="确有亲属关系", who=["handler"], by=walk.viewer("supervisor")
    )
    assert "handler" not in seen_by(walk)
    assert walk.case.handler is None and walk.case.state == State.HANDLING


def test_a_declared_interest_hides_what_is_about_it(walk: Walk) -> None:
    walk.until("triage")
    supervisor = walk.viewer("supervisor")
    people.declare_interest(kind="relative", person=walk.cast.leader, by=supervisor)
    assert "supervisor" in seen_by(walk)
    actions.name_party(
        walk.case, user_id=walk.cast.leader.pk, reason="说的就是他", by=walk.viewer("dispatcher")
    )
    assert "supervisor" not in seen_by(walk)
    interest = next(iter(walk.cast.supervisor.interests.all()))
    people.end_interest(interest, by=supervisor)
    assert "supervisor" in seen_by(walk)


@pytest.mark.parametrize("declared", ["housing", "water", "county"])
def test_an_interest_in_a_unit_reaches_up_and_down(walk: Walk, declared: str) -> None:
    unit = getattr(walk.cast, declared)
    people.declare_interest(kind="business", unit=unit, by=walk.viewer("supervisor"))
    actions.name_party(
        walk.case, unit_id=walk.cast.housing.pk, reason="说的就是他们", by=walk.viewer("dispatcher")
    )
    assert "supervisor" not in seen_by(walk)


def test_when_nobody_of_the_tree_is_left_it_goes_outside(cast: Cast) -> None:
    load_sorting()
    walk = begin(cast)
    head = head_of(cast, cast.county)
    outside = people.create_unit(
        name="市纪委监委", kind="department", parent=None, area=None, by=SYSTEM
    )
    receiver = people.add_user(username="city", name="卢正", password=PASSWORD, by=SYSTEM)
    people.add_member(user=receiver, unit=outside, role=Role.DISCIPLINE_RECEIVER, by=SYSTEM)
    actions.name_party(
        walk.case, user_id=head.pk, reason="说的是县长", by=walk.viewer("dispatcher")
    )
    assert walk.case.state == State.SEALED and walk.case.desk_unit == outside
    assert seen_by(walk) == set()
    assert scope(cast.viewer(receiver), Case).filter(pk=walk.case.pk).exists()


def test_without_anybody_outside_it_is_seen_by_nobody_and_said_aloud(cast: Cast) -> None:
    load_sorting()
    walk = begin(cast)
    head = head_of(cast, cast.county)
    actions.name_party(
        walk.case, user_id=head.pk, reason="说的是县长", by=walk.viewer("dispatcher")
    )
    assert seen_by(walk) == set()
    assert queries.seen_by_nobody() == [walk.case]


def test_a_lift_gives_sight_back(walk: Walk) -> None:
    walk.until("replied")
    actions.name_party(
        walk.case, unit_id=walk.cast.housing.pk, reason="说的是他们", by=walk.viewer("supervisor")
    )
    assert not set(UNIT) & seen_by(walk)
    row = walk.case.conflicts.get()
    actions.lift_conflict(walk.case, row.pk, reason="弄错了", by=walk.viewer("supervisor"))
    assert set(UNIT) <= seen_by(walk)
    assert walk.case.conflicts.get().standing == Standing.LIFTED


def test_the_receiver_hands_back_what_is_none_of_theirs(walk: Walk) -> None:
    actions.seal_case(walk.case, by=walk.viewer("dispatcher"))
    actions.hand_back(walk.case, reason="是办事慢，不是违纪", by=walk.viewer("discipline_receiver"))
    assert walk.case.state == State.TRIAGE and walk.case.lane == Lane.HIGHER
    assert seen_by(walk) == {"dispatcher"}


def test_nothing_is_handed_back_to_those_it_is_about(walk: Walk) -> None:
    actions.name_party(
        walk.case, unit_id=walk.cast.desk.pk, reason="说的是窗口", by=walk.viewer("supervisor")
    )
    assert walk.case.state == State.SEALED
    with pytest.raises(Problem):
        actions.hand_back(walk.case, reason="不归我们", by=walk.viewer("discipline_receiver"))
    assert walk.case.state == State.SEALED


def test_it_does_not_join_one_that_they_can_see(walk: Walk) -> None:
    other = begin(walk.cast)
    walk.sort(kind="complaint_official", about_unit_id=walk.cast.housing.pk)
    with pytest.raises(Problem) as caught:
        actions.merge_case(walk.case, parent=other.case, by=walk.viewer("dispatcher"))
    assert "parent" in caught.value.messages


@pytest.mark.parametrize("most", [500, 0])
def test_what_is_looked_up_once_is_what_the_rule_says(
    walk: Walk, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(policy, "MOST_NAMED", most)
    begin(walk.cast)
    walk.until("handling")
    actions.name_party(
        walk.case, user_id=walk.cast.leader.pk, reason="说的就是他", by=walk.viewer("dispatcher")
    )
    for part in walk.cast.staff:
        viewer = walk.viewer(part)
        numbers = set(scope(viewer, Case).values_list("pk", flat=True))
        queries.prepare(viewer)
        assert set(scope(viewer, Case).values_list("pk", flat=True)) == numbers, part
    assert "leader" not in seen_by(walk)
