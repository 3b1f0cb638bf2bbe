"""Whoever a case is about sees nothing of it; a sealed case is seen by the receiver alone."""

from __future__ import annotations

import pytest

from lianxin.access import scope
from lianxin.cases import actions
from lianxin.cases.models import Case
from lianxin.cases.states import State
from lianxin.kernel.problems import Problem
from tests.walk import Walk

pytestmark = pytest.mark.django_db


def sees(walk: Walk, part: str) -> bool:
    return scope(walk.viewer(part), Case).filter(pk=walk.case.pk).exists()


def test_the_unit_a_case_is_about_cannot_get_or_see_it(walk: Walk) -> None:
    walk.sort(kind="complaint_official", about_unit_id=walk.cast.housing.pk)
    with pytest.raises(Problem) as caught:
        walk.dispatch()
    assert "unit" in caught.value.messages
    actions.dispatch_case(
        walk.case,
        unit_id=walk.cast.education.pk,
        reason="由上一级指定办理",
        by=walk.viewer("dispatcher"),
    )
    assert sees(walk, "handler_of_other_unit")
    assert not any(sees(walk, part) for part in ("handler", "leader", "liaison"))


def test_a_sealed_case_leaves_every_desk(walk: Walk) -> None:
    walk.sort(kind="report")
    actions.seal_case(walk.case, by=walk.viewer("dispatcher"))
    assert walk.case.state == State.SEALED
    assert [part for part in walk.cast.staff if sees(walk, part)] == ["discipline_receiver"]


def test_the_same_viewers_see_an_ordinary_case(walk: Walk) -> None:
    """The twin of the two above: without seal and subject they do see it."""
    walk.until("handling")
    assert all(sees(walk, part) for part in ("handler", "leader", "liaison", "dispatcher"))
    assert not sees(walk, "handler_of_other_unit")
