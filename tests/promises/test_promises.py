"""A promise has a date, an end with evidence, and the resident's own word (M71)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.promises import actions, queries
from lianxin.promises.models import Promise
from tests.walk import Walk

pytestmark = pytest.mark.django_db


def make(walk: Walk, text: str = "把整条街的灯巡一遍", days: int = 7) -> Promise:
    new = actions.NewPromise(text, clock.today() + timedelta(days=days), walk.cast.housing.pk)
    by = walk.viewer("leader")
    return actions.make_promises([new], subject=walk.case.subject, kind="next_step", by=by)[0]


@pytest.mark.parametrize(("text", "days"), [(" ", 7), ("巡一遍", -1), ("巡一遍", 365 * 6)])
def test_words_and_a_possible_date_are_needed(walk: Walk, text: str, days: int) -> None:
    with pytest.raises(Problem):
        make(walk, text, days)
    assert not Promise.objects.exists()


def test_it_ends_once_with_what_shows_it(walk: Walk) -> None:
    promise = make(walk)
    by = walk.viewer("handler")
    with pytest.raises(Problem):
        actions.end_promise(promise, kept=True, evidence=" ", by=by)
    actions.end_promise(promise, kept=True, evidence="巡灯记录和照片", by=by)
    with pytest.raises(Problem):
        actions.end_promise(promise, kept=False, evidence="没做", by=by)
    assert Promise.objects.get().outcome == "kept"


def test_the_resident_has_one_word_on_it_after_it_ended(walk: Walk) -> None:
    promise = make(walk)
    with pytest.raises(Problem):
        actions.check_promise(promise, done=True, words="", by=walk.resident)
    actions.end_promise(promise, kept=True, evidence="照片", by=walk.viewer("handler"))
    actions.check_promise(promise, done=False, words="还有两盏不亮", by=walk.resident)
    with pytest.raises(Problem):
        actions.check_promise(promise, done=True, words="", by=walk.resident)
    assert Promise.objects.get().resident_check == "no"


def test_a_passed_date_is_noted_once(walk: Walk) -> None:
    promise = make(walk, days=1)
    assert actions.note_overdue() == 0
    with clock.at(clock.now() + timedelta(days=3)):
        assert queries.is_late(promise)
        assert actions.note_overdue() == 1
        assert actions.note_overdue() == 0
