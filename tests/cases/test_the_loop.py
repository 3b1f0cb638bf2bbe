"""One concern from a resident's words to a judgement the resident makes, and once again."""

from __future__ import annotations

import pytest

from lianxin.appraisal import actions as appraisal
from lianxin.cases.states import State
from lianxin.journal.verify import verify
from tests.walk import Walk

pytestmark = pytest.mark.django_db


def test_a_concern_comes_to_an_end_that_its_author_confirms(walk: Walk) -> None:
    assert walk.case.state == State.REGISTERED
    walk.until("replied")
    walk.rate(result=1, solved="no")
    assert walk.case.state == State.FOLLOW_UP

    appraisal.order_rework(walk.case, text="只换了灯泡，线路没修。", by=walk.viewer("supervisor"))
    assert walk.case.state == State.REWORK
    walk.submit(history="上次只换了灯泡，这次换了线路。")
    walk.approve()
    walk.rate()

    assert walk.case.state == State.CLOSED
    assert walk.case.closing == "solved"
    assert walk.case.due_at is None
    assert verify()
