"""What is no concern is set aside by two people, told plainly, and comes back at one word."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from django.test import Client

from lianxin.access import Refused
from lianxin.cases import actions, queries
from lianxin.cases.models import Case
from lianxin.cases.queries import Filter
from lianxin.cases.queries.public import published
from lianxin.cases.states import OPEN, State
from lianxin.intake.models import Concern
from lianxin.journal.models import Entry
from lianxin.journal.verify import verify
from lianxin.kernel.problems import Problem
from lianxin.people.models import User
from lianxin.sorting.models import Category
from tests.cast import Cast
from tests.walk import Walk, begin

pytestmark = pytest.mark.django_db
WHY = {"ground": "advertisement", "text": "我们两个人都看过，这是广告。"}


@pytest.fixture
def walk(walk: Walk) -> Walk:
    return begin(walk.cast, words="专业开锁，二十四小时上门，加微信有优惠。")


def set_aside(walk: Walk) -> Case:
    actions.ask_aside(walk.case, **WHY, by=walk.viewer("dispatcher"))
    by = walk.viewer("supervisor")
    actions.rule_on_aside(walk.case, grant=True, text="是广告", by=by)
    return walk.case


def opened(walk: Walk) -> Client:
    client = Client()
    assert client.post("/track/", {"code": walk.code}).status_code == 303
    return client


def test_two_people_set_it_aside_and_the_person_is_told(walk: Walk) -> None:
    actions.ask_aside(walk.case, **WHY, by=walk.viewer("dispatcher"))
    assert walk.case.state in OPEN, "one alone sets nothing aside"
    waiting = queries.worklist(walk.viewer("supervisor"), Filter(tab="todo")).cases
    assert walk.case.pk in [case.pk for case in waiting]
    with pytest.raises((Problem, Refused)):
        actions.rule_on_aside(walk.case, grant=True, text="是", by=walk.viewer("dispatcher"))
    actions.rule_on_aside(walk.case, grant=True, text="是广告", by=walk.viewer("supervisor"))
    assert (walk.case.state, walk.case.due_at) == (State.SET_ASIDE, None)
    page = opened(walk).get("/track/case/").content.decode()
    assert WHY["text"] in page and "马上重新进入办理" in page
    assert verify()


def test_the_second_person_leaves_it_in_the_queue(walk: Walk) -> None:
    actions.ask_aside(walk.case, **WHY, by=walk.viewer("dispatcher"))
    actions.rule_on_aside(walk.case, grant=False, text="是求助", by=walk.viewer("supervisor"))
    assert walk.case.state == State.REGISTERED and walk.case.due_at is not None
    assert walk.until("replied").state == State.REPLIED


def test_it_comes_back_at_once_the_first_time_then_a_supervisor_decides(walk: Walk) -> None:
    set_aside(walk)
    answer = opened(walk).post("/track/case/object/", {"text": "我家的锁真坏了"})
    assert answer.status_code == 303
    assert walk.case.state == State.TRIAGE and walk.case.due_at is not None
    assert (
        "我家的锁真坏了"
        in walk.cast.client(walk.cast.dispatcher)
        .get(f"/desk/cases/{walk.number}/")
        .content.decode()
    )
    set_aside(walk)
    actions.object_to(walk.case, text="真的坏了", by=walk.resident)
    assert walk.case.state == State.SET_ASIDE
    actions.rule_on_objection(walk.case, grant=True, text="对", by=walk.viewer("supervisor"))
    assert walk.case.state == State.TRIAGE


def test_the_person_is_told_what_an_objection_does_each_time(walk: Walk) -> None:
    set_aside(walk)
    client = opened(walk)
    again, at_once = "另一位同志", "放回队列"
    page = client.get("/track/case/object/").content.decode()
    assert at_once in page and again not in page
    page = client.post("/track/case/object/", {"text": "真的坏了"}, follow=True).content.decode()
    assert at_once in page and again not in page and "另有人" not in page
    set_aside(walk)
    page = client.get("/track/case/object/").content.decode()
    assert at_once not in page
    page = client.post("/track/case/object/", {"text": "真的坏了"}, follow=True).content.decode()
    assert again in page and "另有人重新看" in page


def test_nobody_else_brings_it_back_or_sets_it_aside(walk: Walk) -> None:
    for name in ("clerk", "handler", "auditor", "supervisor"):
        with pytest.raises(Refused):
            actions.ask_aside(walk.case, **WHY, by=walk.viewer(name))
    with pytest.raises(Problem):
        actions.ask_aside(
            walk.case, ground="outside_area", text="在外地", by=walk.viewer("dispatcher")
        )
    set_aside(walk)
    other = begin(walk.cast)
    for by in (other.resident, walk.viewer("dispatcher")):
        with pytest.raises(Refused):
            actions.object_to(walk.case, text="放回去", by=by)
    assert walk.case.state == State.SET_ASIDE


def test_nothing_is_deleted_and_nobody_is_marked(walk: Walk) -> None:
    words, entries = walk.case.concern.words, Entry.objects.count()
    people = User.objects.count()
    set_aside(walk)
    assert Concern.objects.get(number=walk.number).words == words
    assert Entry.objects.count() > entries and User.objects.count() == people
    # The next of the same hand is a concern like any other: nothing is known of who wrote before.
    again = begin(walk.cast, words=words)
    assert again.case.state == State.REGISTERED and again.case.lane == "ordinary"


def test_it_is_counted_in_public_and_shown_to_nobody(walk: Walk) -> None:
    assert "搁置" not in Client().get("/").content.decode()
    set_aside(walk)
    done = begin(walk.cast)
    done.until("closed")
    caches["local"].clear()
    assert "件不是诉求，由两个人看过后搁置" in Client().get("/").content.decode()
    Case.objects.filter(pk=walk.case.pk).update(category=done.case.category, kind=done.case.kind)
    public = published([row.pk for row in Category.objects.all()])
    assert not public.filter(pk=walk.case.pk).exists() and public.filter(pk=done.case.pk).exists()
    Case.objects.update(state=State.ARCHIVED)
    assert not public.filter(pk=walk.case.pk).exists() and public.filter(pk=done.case.pk).exists()


def test_a_blank_letter_of_a_box_waits_no_longer(cast: Cast) -> None:
    from lianxin.access import SYSTEM
    from lianxin.intake.channels.box import actions as boxes
    from lianxin.intake.channels.box import queries as letters
    from lianxin.intake.channels.box.actions import BoxFacts
    from lianxin.journal import outbox
    from tests.walk import load_sorting

    load_sorting()
    facts = BoxFacts(name="东关市场", area_id=cast.east_area.pk, unit_id=cast.desk.pk)
    box = boxes.put_up(facts, by=SYSTEM)
    clerk = cast.viewer(cast.clerk)
    boxes.open_box(box, first=1, second_id=cast.dispatcher.pk, letters=1, by=clerk)
    (letter,) = letters.waiting_letters(clerk)
    client = cast.client(cast.clerk)
    post = {"key": "blank", "letter": letter.name, "identity": "anonymous", "reply_mode": "online"}
    told = client.post("/desk/register/suggestion-box/", post)
    assert "id_words_error" in told.content.decode() and not Concern.objects.exists()
    assert client.post("/desk/register/suggestion-box/", post | {"blank": "on"}).status_code == 200
    assert list(letters.waiting_letters(clerk)) == []
    outbox.drain()
    walk = Walk(cast, Concern.objects.get(words="（空白信）").number, "")
    assert set_aside(walk).state == State.SET_ASIDE
