"""Concerns about one matter become one case; each keeps number, notices and judgement (T8)."""

from __future__ import annotations

import pytest

from lianxin.access import Refused
from lianxin.appraisal import actions as appraisal
from lianxin.appraisal.models import Rating
from lianxin.cases import actions
from lianxin.cases.states import State
from lianxin.kernel.problems import Problem
from lianxin.pages import story
from lianxin.sorting import queries as sorting
from tests.walk import Walk, begin

pytestmark = pytest.mark.django_db


def test_neighbours_are_proposed_with_what_they_share(walk: Walk) -> None:
    other = begin(walk.cast, words="东关大街的路灯又坏了，晚上黑得很，老人不敢出门。")
    elsewhere = begin(
        walk.cast,
        words="学校门口的路灯坏了，孩子放学看不见路。",
        place="实验小学",
        area_id=walk.cast.west_area.pk,
    )
    found = sorting.same_matter(other.case.concern)
    assert [like.concern.pk for like in found] == [walk.case.concern_id]
    assert found[0].same_place
    assert elsewhere.case.concern_id not in [like.concern.pk for like in found]


def test_a_joined_concern_follows_its_parent_and_is_told(walk: Walk) -> None:
    other = begin(walk.cast, words="东关大街的路灯又坏了。")
    other.sort()
    actions.merge_case(other.case, parent=walk.case, by=walk.viewer("dispatcher"))
    assert other.case.state == State.MERGED
    assert other.case.due_at is None
    assert any("number" not in line.title for line in story.lines(other.case, audience="resident"))
    walk.until("replied")
    rating = appraisal.NewRating(result=1, speed=1, attitude=1, solved="no")
    appraisal.rate(walk.case, rating, by=other.resident)
    assert Rating.objects.get().concern_id == other.case.concern_id
    assert walk.case.state == State.REPLIED


def test_only_an_open_case_takes_others_in(walk: Walk) -> None:
    walk.until("closed")
    other = begin(walk.cast)
    other.sort()
    with pytest.raises(Problem):
        actions.merge_case(other.case, parent=walk.case, by=walk.viewer("dispatcher"))
    with pytest.raises(Problem):
        actions.merge_case(other.case, parent=other.case, by=walk.viewer("dispatcher"))


def test_whoever_was_joined_in_error_objects_and_is_sorted_anew(walk: Walk) -> None:
    other = begin(walk.cast, words="是西关的灯，不是东关的。")
    other.sort()
    actions.merge_case(other.case, parent=walk.case, by=walk.viewer("dispatcher"))
    actions.object_to(other.case, text="不是一件事。", by=other.resident)
    by = walk.viewer("supervisor")
    actions.rule_on_objection(other.case, grant=True, text="确实是两处", by=by)
    assert other.case.state == State.TRIAGE
    assert other.case.parent is None


def test_what_was_joined_in_error_is_taken_out_again_and_told_why(walk: Walk) -> None:
    other = begin(walk.cast, words="是西关的灯，不是东关的。")
    other.sort()
    by = walk.viewer("dispatcher")
    actions.merge_case(other.case, parent=walk.case, by=by)
    with pytest.raises(Problem):
        actions.split_case(other.case, text=" ", by=by)
    joined = other.case
    actions.split_case(joined, text="两处不同的灯", by=by)
    assert (other.case.state, other.case.parent) == (State.TRIAGE, None)
    assert other.case.due_at is not None
    assert "两处不同的灯" in str(story.lines(other.case, audience="resident"))
    assert "已拆出" in str(story.lines(walk.case, audience="staff"))
    with pytest.raises((Problem, Refused)):
        actions.split_case(joined, text="又一次", by=by)
    assert other.until("replied").state == walk.until("replied").state == State.REPLIED


def test_an_objection_that_waits_is_decided_by_who_is_asked(walk: Walk) -> None:
    other = begin(walk.cast)
    other.sort()
    actions.merge_case(other.case, parent=walk.case, by=walk.viewer("dispatcher"))
    actions.object_to(other.case, text="不是一件事。", by=other.resident)
    with pytest.raises(Problem):
        actions.split_case(other.case, text="两处", by=walk.viewer("dispatcher"))
    assert other.case.state == State.MERGED
