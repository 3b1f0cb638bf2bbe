"""Only the resident judges; satisfied closes, all else goes to a person; silence is silence."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lianxin.access import Refused
from lianxin.appraisal import actions
from lianxin.appraisal.models import Rating
from lianxin.cases import queries
from lianxin.cases.states import State
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from tests.walk import Walk, begin

pytestmark = pytest.mark.django_db

GOOD = actions.NewRating(result=3, speed=3, attitude=3, solved="yes")


def test_nobody_else_can_judge(walk: Walk) -> None:
    walk.until("replied")
    others = [walk.viewer(part) for part in walk.cast.staff]
    others += [walk.cast.stranger, begin(walk.cast).resident]
    for viewer in others:
        with pytest.raises(Refused):
            actions.rate(walk.case, GOOD, by=viewer)
    assert not Rating.objects.exists()


@pytest.mark.parametrize(
    ("result", "solved", "state", "closing"),
    [
        (3, "yes", State.CLOSED, "solved"),
        (2, "yes", State.CLOSED, "solved"),
        (2, "partly", State.CLOSED, "accepted"),
        (1, "yes", State.FOLLOW_UP, ""),
        (3, "no", State.FOLLOW_UP, ""),
    ],
)
def test_what_a_judgement_leads_to(
    walk: Walk, result: int, solved: str, state: str, closing: str
) -> None:
    walk.until("replied")
    walk.rate(result=result, solved=solved)
    assert (walk.case.state, walk.case.closing) == (state, closing)


def test_one_judgement_a_reply(walk: Walk) -> None:
    walk.until("replied")
    walk.rate(result=1, solved="no")
    with pytest.raises(Problem):
        walk.rate()


@pytest.mark.parametrize("score", [0, 4, -1, 10**9])
def test_a_score_that_is_none_is_refused_at_its_field(walk: Walk, score: int) -> None:
    walk.until("replied")
    bad = actions.NewRating(result=score, speed=3, attitude=3, solved="perhaps")
    with pytest.raises(Problem) as caught:
        actions.rate(walk.case, bad, by=walk.resident)
    assert set(caught.value.messages) == {"result", "solved"}


def test_silence_closes_as_unrated_and_can_still_be_broken(walk: Walk) -> None:
    walk.until("replied")
    assert actions.close_unrated() == 0
    with clock.at(clock.now() + timedelta(days=31)):
        assert actions.close_unrated() == 1
        assert walk.case.closing == "unrated"
        assert not Rating.objects.exists()
        walk.rate(result=1, solved="no")
        assert walk.case.state == State.FOLLOW_UP


def test_three_tries_on_two_days_without_an_answer_end_it(walk: Walk) -> None:
    walk.until("replied")
    caller = walk.viewer("follow_up_caller")
    for days in (0, 0, 1):
        with clock.at(clock.now() + timedelta(days=days)):
            actions.call_back(walk.case, way="phone", reached=False, by=caller)
    with clock.at(clock.now() + timedelta(days=1, hours=1)):
        assert actions.close_unrated() == 1
    assert walk.case.closing == "unrated"


def test_an_unsatisfied_person_is_never_closed_over_in_silence(walk: Walk) -> None:
    walk.until("replied")
    walk.rate(result=1, solved="no")
    with clock.at(clock.now() + timedelta(days=90)):
        assert actions.close_unrated() == 0
    assert walk.case.state == State.FOLLOW_UP


def test_those_that_wait_for_a_person_do_not_stand_before_the_silent(walk: Walk) -> None:
    angry, silent = walk, begin(walk.cast)
    for each in (angry, silent):
        each.until("replied")
    angry.rate(result=1, solved="no")
    states = (State.REPLIED, State.FOLLOW_UP)
    one_by_one = list(queries.each_in_state(*states, at_once=1))
    assert [case.pk for case in one_by_one] == [angry.case.pk, silent.case.pk]
    with clock.at(clock.now() + timedelta(days=31)):
        assert actions.close_unrated() == 1
    assert silent.case.closing == "unrated"
