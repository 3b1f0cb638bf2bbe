"""Whoever is kept away from a concern that was joined learns nothing of it from the other case."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from lianxin.cases import actions, queries
from lianxin.cases.models import Case, Conflict
from lianxin.cases.queries import Filter, public
from lianxin.journal import outbox
from lianxin.kernel import clock
from lianxin.notices.models import Message as Notice
from lianxin.pages import story
from tests.walk import Walk, begin

pytestmark = pytest.mark.django_db


@pytest.fixture
def child(walk: Walk) -> Walk:
    """Joined to a case the handler works on; the handler has an interest in this one."""
    other = begin(walk.cast, words="我家门口那盏也坏了。")
    other.sort()
    actions.merge_case(other.case, parent=walk.case, by=walk.viewer("dispatcher"))
    walk.until("handling")
    Conflict.objects.create(
        case=other.case, user=walk.cast.handler, ground="interest", source="declared",
        standing="confirmed", at=clock.now(),
    )  # fmt: skip
    outbox.drain()
    Notice.objects.all().delete()
    return other


def listed(walk: Walk, name: str, **wanted: Any) -> list[int]:
    return [case.pk for case in queries.worklist(walk.viewer(name), Filter(**wanted)).cases]


def says(walk: Walk, child: Walk) -> None:
    actions.write_message(child.case, words="又黑了一盏。", by=child.resident)
    outbox.drain()


def test_a_message_in_it_marks_nothing_for_them(walk: Walk, child: Walk) -> None:
    says(walk, child)
    handler, pk = walk.viewer("handler"), walk.case.pk
    assert queries.written_to(handler, [pk]) == set()
    assert queries.joined_counts(handler, [pk]) == {}
    assert listed(walk, "handler", tab="all", light="message") == []
    caller = walk.cast.client(walk.cast.handler)
    page = caller.get("/desk/?tab=all").content.decode()
    assert "flag-message" not in page and ">2 人<" not in page
    page = caller.get(f"/desk/cases/{walk.number}/").content.decode()
    assert child.number not in page.replace("-", "")
    assert not Notice.objects.filter(recipient=walk.cast.handler).exists()
    # Those who may know of it do.
    assert queries.written_to(walk.viewer("dispatcher"), [pk]) == {pk}
    assert listed(walk, "dispatcher", tab="all", light="message") == [pk]
    assert queries.joined_counts(walk.viewer("dispatcher"), [pk]) == {pk: 1}
    assert Notice.objects.get().recipient == walk.cast.dispatcher


def test_no_more_is_to_do_for_them_than_without_it(walk: Walk, child: Walk) -> None:
    for step in (walk.contact, walk.submit, walk.approve):
        step()
    before = listed(walk, "handler")
    says(walk, child)
    assert listed(walk, "handler") == before == []


def test_their_own_person_still_marks_it(walk: Walk, child: Walk) -> None:
    says(walk, walk)
    assert queries.written_to(walk.viewer("handler"), [walk.case.pk]) == {walk.case.pk}
    assert Notice.objects.get().recipient == walk.cast.handler


@pytest.mark.parametrize("forgetful", ["queries.messages", "queries.worklist", "notify"])
def test_twin_a_rule_that_forgot_conflicts_would_be_caught(
    walk: Walk, child: Walk, monkeypatch: pytest.MonkeyPatch, forgetful: str
) -> None:
    """The known-bad twins: marks, counts and messages that look at the case alone."""
    module = sys.modules[f"lianxin.cases.{forgetful}"]
    if forgetful == "notify":
        monkeypatch.setattr(module, "is_kept_away", lambda *_args: False)
    else:
        monkeypatch.setattr(module, "without_kept_away", lambda _viewer, rows, _of="pk": rows)
    with pytest.raises(AssertionError):
        test_a_message_in_it_marks_nothing_for_them(walk, child)


def test_its_number_leads_nobody_to_the_case_it_was_joined_to(walk: Walk, child: Walk) -> None:
    neighbour = begin(walk.cast, words="我们楼下也黑。", same_as=child.number)
    assert neighbour.case.parent is None
    Conflict.objects.all().delete()
    other = begin(walk.cast, words="我们楼下也黑。", same_as=child.number)
    assert other.case.parent == walk.case


def test_twin_a_number_that_leads_to_it_would_be_caught(
    walk: Walk, child: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The known-bad twin: any number leads to what it was joined to, where that is public."""
    monkeypatch.setattr(public, "of_nobody", Case.objects.all)
    with pytest.raises(AssertionError):
        test_its_number_leads_nobody_to_the_case_it_was_joined_to(walk, child)


def test_a_person_whose_case_is_about_a_unit_can_still_write(walk: Walk) -> None:
    by = walk.viewer("dispatcher")
    actions.name_party(walk.case, unit_id=walk.cast.education.pk, reason="说的是他们", by=by)
    says(walk, walk)
    assert walk.case.messages.get().by is None


def test_the_story_tells_them_nothing_of_it(walk: Walk, child: Walk) -> None:
    path, said = f"/desk/cases/{walk.number}/", "又有人反映同一件事"
    pages = {
        name: walk.cast.client(getattr(walk.cast, name)).get(path).content.decode()
        for name in ("handler", "leader")
    }
    assert {name: page.count(said) for name, page in pages.items()} == {"handler": 0, "leader": 1}
    actions.split_case(child.case, text="另一盏灯", by=walk.viewer("dispatcher"))
    told = [
        {line.event for line in story.lines(walk.case, audience="staff", viewer=walk.viewer(name))}
        for name in ("handler", "leader")
    ]
    assert [{"cases.joined", "cases.left"} & events for events in told] == [
        set(), {"cases.joined", "cases.left"},
    ]  # fmt: skip


def test_how_many_a_message_went_to_is_told_to_nobody_else(walk: Walk, child: Walk) -> None:
    for _n in range(2):
        other = begin(walk.cast)
        other.sort()
        actions.merge_case(other.case, parent=walk.case, by=walk.viewer("dispatcher"))
    assert actions.write_to_all(walk.case, words="明天修。", by=walk.viewer("dispatcher")) == 4
    lines = story.lines(walk.case, audience="staff", viewer=walk.viewer("handler"))
    (line,) = [line for line in lines if line.event == "cases.written_to_all"]
    assert not any(sign.isdecimal() for sign in line.title + line.text)
