"""Joining never makes anybody's limit end later; taking one out gives back exactly what it took."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lianxin.cases import actions
from lianxin.cases.actions import following, moving
from lianxin.cases.actions.moving import due_of
from lianxin.deadlines import queries as clocks
from lianxin.kernel import clock
from tests.walk import Walk, begin

pytestmark = pytest.mark.django_db


@contextmanager
def later(hours: float) -> Iterator[None]:
    with clock.at(clock.now() + timedelta(hours=hours)):
        yield


def due(walk: Walk, kind: str) -> datetime | None:
    return {row.kind: row.due_at for row in clocks.running(walk.case.subject)}.get(kind)


def asked(walk: Walk, kind: str, at: datetime | None) -> datetime:
    """When a clock is due that somebody older joined: at their date, never before it began."""
    assert at
    began = {row.kind: row.started_at for row in clocks.running(walk.case.subject)}
    return max(at, began[kind])


def merge(child: Walk, parent: Walk) -> None:
    actions.merge_case(child.case, parent=parent.case, by=parent.viewer("dispatcher"))


def split(child: Walk) -> None:
    actions.split_case(child.case, text="另一件事", by=child.viewer("dispatcher"))


def returned(walk: Walk) -> Walk:
    """Back at the desk with the limit of the unit still running."""
    walk.until("dispatched")
    actions.ask_return(
        walk.case, reason="not_our_duty", text="不归我们管", basis="三定方案",
        by=walk.viewer("liaison"),
    )  # fmt: skip
    actions.rule_on_return(walk.case, grant=True, text="有理", by=walk.viewer("dispatcher"))
    return walk


def test_an_older_one_brings_its_limit_and_takes_it_away_again(walk: Walk) -> None:
    walk.sort()
    with later(30):
        younger = begin(walk.cast)
        younger.sort()
        own, old = due(younger, "triage"), due(walk, "triage")
        assert own and old and old < own
        merge(walk, younger)
        assert due(younger, "triage") == younger.case.due_at == asked(younger, "triage", old)
        assert own > asked(younger, "triage", old)
        assert walk.case.due_at is None
    with later(50):
        split(walk)
        assert (due(younger, "triage"), younger.case.due_at) == (own, own)
        assert due(walk, "triage") == old, "the wait is nobody's gift"


def test_a_younger_one_changes_nothing(walk: Walk) -> None:
    walk.until("handling")
    before = {row.kind: row.due_at for row in clocks.running(walk.case.subject)}
    with later(5):
        other = begin(walk.cast)
        other.sort()
        merge(other, walk)
        assert {row.kind: row.due_at for row in clocks.running(walk.case.subject)} == before


def test_a_limit_of_the_unit_holds_when_it_begins_only_later(walk: Walk) -> None:
    old = due(returned(walk), "handling")
    assert old
    with later(1):
        parent = begin(walk.cast)
        parent.sort()
        walk.sort()
        merge(walk, parent)
        parent.dispatch()
        assert due(parent, "handling") == old
        assert parent.case.due_at == due_of(parent.case)
        # An extension that was granted is for all of them.
        parent.sign()
        parent.start()
        actions.ask_extension(
            parent.case, days=5, reason="parts", text="等配件", by=parent.viewer("handler")
        )
        actions.rule_on_extension(parent.case, grant=True, text="好", by=parent.viewer("leader"))
        assert (due(parent, "handling") or old) > old


def test_what_was_done_for_all_does_not_make_a_new_limit_late(walk: Walk) -> None:
    returned(walk)
    parent = begin(walk.cast)
    parent.sort()
    walk.sort()
    merge(walk, parent)
    for step in (parent.dispatch, parent.sign, parent.start, parent.contact, parent.submit):
        step()
    parent.approve()
    parent.rate()
    with later(24 * 30):
        actions.reopen(parent.case, text="又坏了", by=parent.resident)
        assert (due(parent, "handling") or clock.now()) > clock.now()


def test_those_who_came_with_it_go_on_to_the_next(walk: Walk) -> None:
    walk.sort()
    with later(30):
        middle, last = begin(walk.cast), begin(walk.cast)
        middle.sort()
        last.sort()
        old, own = due(walk, "triage"), due(last, "triage")
        merge(walk, middle)
        merge(middle, last)
        assert walk.case.parent == last.case and due(last, "triage") == asked(last, "triage", old)
        split(walk)
        assert due(last, "triage") == own
        split(middle)
        assert due(middle, "triage") == own


def test_an_objection_that_is_granted_gives_back_the_same(walk: Walk) -> None:
    walk.sort()
    old = due(walk, "triage")
    with later(1):
        other = begin(walk.cast)
        other.sort()
        own = due(other, "triage")
        merge(walk, other)
        actions.object_to(walk.case, text="不是一件事", by=walk.resident)
        actions.rule_on_objection(walk.case, grant=True, text="对", by=walk.viewer("supervisor"))
        assert (due(walk, "triage"), due(other, "triage")) == (old, own)


def test_who_joins_by_themselves_waits_no_longer_either(walk: Walk) -> None:
    walk.sort()
    before = due(walk, "triage")
    with later(30):
        other = begin(walk.cast, same_as=walk.number)
        assert other.case.parent == walk.case and due(walk, "triage") == before


EXAMPLES = {"sqlite": 12, "postgresql": 4}


def joins_and_leaves(walk: Walk, data: st.DataObject) -> None:
    """Three more, each of another hour, join and leave at random; the rule holds throughout."""
    group = [walk]
    now = clock.now()
    for hours in data.draw(st.lists(st.integers(1, 70), min_size=3, max_size=3)):
        with clock.at(now + timedelta(hours=hours)):
            group.append(begin(walk.cast))
    now += timedelta(hours=71)
    with clock.at(now):
        for one in group:
            returned(one) if data.draw(st.booleans()) else one.sort()
    parent = data.draw(st.sampled_from(group))
    own = {
        one.number: {row.kind: row.due_at for row in clocks.running(one.case.subject)}
        for one in group
    }
    inside: set[str] = set()
    for _turn in range(data.draw(st.integers(1, 8))):
        now += timedelta(hours=data.draw(st.integers(0, 30)), seconds=1)
        one = data.draw(st.sampled_from([other for other in group if other is not parent]))
        with clock.at(now):
            if one.number in inside:
                split(one)
                inside.discard(one.number)
            else:
                if one.case.kind == "":
                    one.sort()
                merge(one, parent)
                inside.add(one.number)
            for kind, mine in own[parent.number].items():
                dues = [
                    own[n][kind] for n in inside if kind in own[n] and kind in following.FOLLOWS
                ]
                began = next(
                    row.started_at for row in clocks.running(parent.case.subject)
                    if row.kind == kind
                )  # fmt: skip
                assert due(parent, kind) == min([mine, *(max(at, began) for at in dues)]), kind
            assert parent.case.due_at == due_of(parent.case)
            for other in group:
                if other is not parent and other.number not in inside:
                    for kind, at in own[other.number].items():
                        assert due(other, kind) == at, (kind, "of one that is out")


@settings(
    max_examples=EXAMPLES[connection.vendor],
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_whatever_joins_and_leaves_the_earliest_counts(walk: Walk, data: st.DataObject) -> None:
    from django.conf import settings as product

    product.ANCHOR_FILE.unlink(missing_ok=True)
    point = transaction.savepoint()
    try:
        joins_and_leaves(walk, data)
    finally:
        transaction.savepoint_rollback(point)
        product.ANCHOR_FILE.unlink(missing_ok=True)


def test_a_join_that_forgot_the_older_start_would_be_caught(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The known-bad twin: the clocks of the case stay as they are."""
    from lianxin.cases.actions import sorting

    for module in (sorting, moving):
        monkeypatch.setattr(module, "follow", lambda *_args, **_more: False)
    with pytest.raises(AssertionError):
        test_an_older_one_brings_its_limit_and_takes_it_away_again(walk)


def test_a_case_nobody_joined_asks_one_question_more(walk: Walk) -> None:
    from django.test.utils import CaptureQueriesContext

    case = walk.case
    with CaptureQueriesContext(connection) as questions:
        assert following.pull_of(case) == {}
    assert len(questions) == 1
