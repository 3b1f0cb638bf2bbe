"""Who says "I have this too" 我也反映 joins the open public case, or theirs goes by itself."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from lianxin.access import ANONYMOUS
from lianxin.appraisal import actions as appraisal
from lianxin.cases import actions
from lianxin.cases.models import Case
from lianxin.cases.queries import public
from lianxin.cases.states import OPEN, State
from lianxin.intake import actions as intake
from lianxin.intake.models import Concern, JoinWish
from lianxin.journal import outbox
from lianxin.journal.models import Entry
from lianxin.journal.verify import verify
from lianxin.notices.models import Message
from lianxin.pages import story
from lianxin.pages.resident.tracked import tracked
from tests.walk import Walk, begin

pytestmark = pytest.mark.django_db
TOO = "我家门口的路灯也不亮，黑了一个星期。"


def too(walk: Walk, words: str = TOO, **changes: Any) -> Walk:
    """Another person who says theirs is the same."""
    return begin(walk.cast, words=words, **({"same_as": walk.number} | changes))


def answer(walk: Walk) -> None:
    walk.contact()
    walk.submit()
    assert walk.approve().state == State.REPLIED


def told(walk: Walk) -> str:
    return str(story.lines(walk.case, audience="resident"))


@pytest.mark.parametrize("identity", ["anonymous", "named"])
def test_it_joins_and_keeps_number_code_and_judgement(walk: Walk, identity: str) -> None:
    walk.until("handling")
    who: dict[str, Any] = (
        {} if identity == "anonymous" else {"contact": {"name": "钱二", "phone": "13800000000"}}
    )
    other = too(walk, identity=identity, **who)
    assert (other.case.state, other.case.parent, other.case.due_at) == (
        State.MERGED, walk.case, None
    )  # fmt: skip
    assert other.number != walk.number and len(other.code) == 20
    client = Client()
    assert client.post("/track/", {"code": other.code}).status_code == 303
    answer(walk)
    outbox.drain()
    assert "坏了的三盏路灯已经换好" in client.get("/track/case/").content.decode()
    rating = appraisal.NewRating(result=1, speed=1, attitude=1, solved="no")
    appraisal.rate(walk.case, rating, by=other.resident)
    assert verify()


def test_the_desk_is_told_sees_who_came_so_and_takes_one_out_again(walk: Walk) -> None:
    walk.until("handling")
    other = too(walk)
    outbox.drain()
    link = f"/desk/cases/{other.number}/"
    assert Message.objects.filter(link=link, recipient=walk.cast.dispatcher).exists()
    page = walk.cast.client(walk.cast.handler).get(f"/desk/cases/{walk.number}/").content.decode()
    assert TOO in page and page.count("自己加入") == 1
    actions.split_case(other.case, text="不是同一盏灯", by=walk.viewer("dispatcher"))
    assert (other.case.state, other.case.parent) == (State.TRIAGE, None)
    assert other.until("replied").state == State.REPLIED


def test_filed_again_it_joins_once(walk: Walk) -> None:
    walk.until("handling")
    new = intake.NewConcern(key=str(uuid.uuid4()), words=TOO, same_as=walk.number)
    first, again = (intake.file_concern(new, by=ANONYMOUS) for _ in range(2))
    assert first.concern == again.concern and first.code == again.code
    for _ in range(2):
        outbox.drain()
        actions.open_cases([first.concern.pk], by=walk.viewer("dispatcher"))
    assert JoinWish.objects.count() == 1
    assert Entry.objects.filter(event="cases.joined").count() == 1


STATES = sorted(set(State) - {State.MERGED, State.MEDIATING, State.HEARING})


@pytest.mark.parametrize("state", STATES)
def test_only_what_is_open_is_joined_and_nothing_ended_opens_again(
    walk: Walk, state: State
) -> None:
    walk.until("handling")
    Case.objects.filter(pk=walk.case.pk).update(state=state, closing="solved")
    other = too(walk)
    assert walk.case.state == state
    if state in public.JOINABLE:
        assert other.case.parent == walk.case
        return
    assert (other.case.parent, other.case.state in OPEN) == (None, True)
    assert "单独办理" in told(other)


def test_it_closed_between_the_wish_and_the_opening(walk: Walk) -> None:
    walk.until("handling")
    new = intake.NewConcern(key="k", words=TOO, same_as=walk.number)
    concern = intake.file_concern(new, by=ANONYMOUS).concern
    answer(walk)
    walk.rate()
    assert walk.case.state == State.CLOSED
    outbox.drain()
    case = Case.objects.get(concern=concern)
    assert (case.parent, case.state in OPEN) == (None, True)
    assert walk.case.state == State.CLOSED


def test_what_it_was_joined_to_counts(walk: Walk) -> None:
    first = begin(walk.cast)
    first.until("handling")
    walk.sort()
    actions.merge_case(walk.case, parent=first.case, by=walk.viewer("dispatcher"))
    assert too(walk).case.parent == first.case


@pytest.mark.parametrize(
    "changes",
    [
        {"words": "路灯也不亮，张三收了好处费。"},
        {"words": "路灯也不亮，周建国答应修，一直没修。"},
        {"about_official": True},
    ],
)
def test_words_about_somebody_are_held_and_never_joined(
    walk: Walk, changes: dict[str, Any]
) -> None:
    walk.until("handling")
    other = too(walk, **changes)
    assert (other.case.parent, other.case.lane) == (None, "higher")
    assert not Entry.objects.filter(event="cases.joined").exists()
    page = walk.cast.client(walk.cast.leader).get(f"/desk/cases/{walk.number}/").content.decode()
    assert other.number not in page.replace("-", "")


def private(walk: Walk) -> None:
    walk.sort(category="welfare.allowance")


def named(walk: Walk) -> None:
    walk.until("handling")
    by = walk.viewer("supervisor")
    actions.name_party(walk.case, unit_id=walk.cast.education.pk, reason="说的是他们", by=by)


def sealed(walk: Walk) -> None:
    walk.sort()
    actions.seal_case(walk.case, by=walk.viewer("dispatcher"))


HIDDEN: list[Callable[[Walk], object]] = [lambda walk: None, private, named, sealed]


@pytest.mark.parametrize("hide", HIDDEN)
def test_what_is_not_public_is_joined_by_nobody(walk: Walk, hide: Callable[[Walk], object]) -> None:
    hide(walk)
    other = too(walk)
    nobody = too(walk, same_as="00000000000")
    assert other.case.parent is None
    # Nor is it told apart from what does not exist.
    assert [line.title for line in story.lines(other.case, audience="resident")] == [
        line.title for line in story.lines(nobody.case, audience="resident")
    ]


def test_a_rule_that_forgot_conflicts_would_be_caught(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public, "published", lambda ids: Case.objects.filter(category__in=ids))
    monkeypatch.setattr(public, "of_nobody", Case.objects.all)
    with pytest.raises(AssertionError):
        test_what_is_not_public_is_joined_by_nobody(walk, named)


def test_an_earlier_reply_to_the_others_is_not_shown(walk: Walk) -> None:
    walk.until("replied")
    walk.rate(result=1, solved="no")
    appraisal.order_rework(walk.case, text="没修好", by=walk.viewer("supervisor"))
    other = too(walk)
    assert other.case.parent == walk.case
    concern = Concern.objects.get(number=other.number)
    assert tracked(concern).replies == []
    walk.submit(summary="这次换了整根灯杆。", history="上次没修好。")
    walk.approve()
    assert [row.summary for row in tracked(concern).replies] == ["这次换了整根灯杆。"]


def test_many_at_once_cost_no_more_questions_each(walk: Walk) -> None:
    """Opening without a wish asks one question more than before; a file of them stays constant."""
    from django.test.utils import CaptureQueriesContext

    counts = []
    for many in (1, 20):
        ids = [
            intake.file_concern(
                intake.NewConcern(key=f"{many} {n}", words="路灯坏了。"), by=ANONYMOUS
            ).concern.pk
            for n in range(many)
        ]
        with transaction.atomic(), CaptureQueriesContext(connection) as asked:
            actions.open_cases(ids, by=walk.viewer("dispatcher"))
        counts.append(len(asked))
    assert counts[0] == counts[1]
