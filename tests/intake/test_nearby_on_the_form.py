"""Who reports is shown what is open nearby of the same sort, and joins it with one tap."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import expect

from lianxin.cases.models import Case
from lianxin.cases.states import State
from lianxin.deadlines.actions import load_presets
from lianxin.intake.models import Concern, JoinWish
from lianxin.journal import outbox
from lianxin.kernel.ids import new_number
from tests.cast import Cast, make_cast
from tests.intake.channels.open311.many import fill as fill_up
from tests.intake.paper import SCREENS, fill, hidden
from tests.screen import Screen, picture
from tests.walk import Walk, begin, load_sorting

MINE = "路灯不亮，晚上看不见路。"
SECRET = "王桂兰 13812345678 东关大街九号"
HERE = SCREENS[1]


@pytest.fixture
def known(cast: Cast) -> Walk:
    """A public case, with words, a wish and a place that nobody else may read."""
    load_presets()
    load_sorting()
    walk = begin(cast, words=f"路灯坏了。{SECRET}", wish=SECRET, place=SECRET)
    walk.until("handling")
    return walk


def asked(words: str = MINE, **more: object) -> str:
    return Client().post("/report/nearby/", {"words": words} | more).content.decode()


def test_offered_by_category_community_and_day_alone(known: Walk, cast: Cast) -> None:
    told = asked(area=str(cast.east_area.pk))
    assert known.number in told and "路灯" in told and "东关社区" in told
    assert told == asked(words=f"东关社区的{MINE}")
    for part in ("王桂兰", "13812345678", "大街", "住建局", "张三"):
        assert part not in told


@pytest.mark.parametrize(
    "more",
    [
        {"words": "我想申请低保。"},
        {"words": ""},
        {"area": "", "words": MINE},
        {"area": "99999999"},
        {"area": "x' OR 1", "same_as": "\x00<b>"},
        {"words": "噪" * 20_000},
    ],
)
def test_nothing_is_offered_where_nothing_fits(
    known: Walk, cast: Cast, more: dict[str, str]
) -> None:
    assert asked(**({"words": MINE, "area": str(cast.east_area.pk)} | more)).strip() == ""


def test_another_community_is_not_nearby(known: Walk, cast: Cast) -> None:
    assert asked(area=str(cast.west_area.pk)).strip() == ""


def test_without_a_script_it_is_joined_on_the_way(known: Walk, cast: Cast) -> None:
    client = Client()
    third = fill(client, {"words": MINE}, {**HERE, "area": str(cast.east_area.pk)})
    page = third.content.decode()
    assert f'value="{known.number}"' in page and "我也反映" in page
    back = client.post("/report/", {**hidden(third), "same_as": known.number, "do": "1"})
    assert re.search(rf'value="{known.number}" checked', back.content.decode())
    again = client.post(
        "/report/", {**hidden(back), "words": MINE, "same_as": known.number, "do": "next"}
    )
    third = client.post("/report/", {**hidden(again), **HERE, "area": str(cast.east_area.pk),
                                     "same_as": known.number, "do": "next"})  # fmt: skip
    sent = client.post(
        "/report/",
        {**hidden(third), "identity": "anonymous", "same_as": known.number, "do": "next"},
    )
    assert sent.status_code == 303
    outbox.drain()
    assert Case.objects.get(concern__words=MINE).parent == known.case


def test_what_was_chosen_is_carried_where_it_is_not_shown(known: Walk, cast: Cast) -> None:
    client, unknown = Client(), new_number()
    second = fill(client, {"words": "天黑了看不见。", "same_as": unknown})
    assert hidden(second)["same_as"] == [unknown]
    client.post("/report/", {**hidden(second), **HERE, "at": "3", "identity": "anonymous"})
    outbox.drain()
    assert JoinWish.objects.get().number == unknown
    assert Case.objects.get(concern__words="天黑了看不见。").state != State.MERGED


def test_what_ended_is_offered_to_nobody_but_a_choice_that_stands(known: Walk, cast: Cast) -> None:
    for state in State:
        if state == State.MERGED:
            continue
        Case.objects.update(state=state, closing="solved")
        told = asked(area=str(cast.east_area.pk))
        from lianxin.cases.queries import public

        assert (known.number in told) == (state in public.JOINABLE), state


def test_about_an_official_nothing_is_offered(known: Walk, cast: Cast) -> None:
    client = Client()
    page = client.post(
        "/report/",
        {"at": "1", "do": "next", "words": f"东关{MINE}", "about_official": "on"},
    ).content.decode()
    assert known.number not in page


def test_asking_stays_cheap_reads_an_index_and_has_a_limit(known: Walk, cast: Cast) -> None:
    area = str(cast.east_area.pk)
    asked(area=area)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as questions:
            told = asked(area=area)
        counts.append(len(questions))
        if len(counts) == 1:
            Case.objects.update(state=State.TRIAGE)
            fill_up(600)
    assert counts == [1, 1] and told.count('type="radio"') == 4
    (sql,) = [one["sql"] for one in questions]
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute(f"{explain} {sql}")
        plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
    assert not re.search(r"SCAN (cases_case|intake_concern)\b(?!.*USING)|Seq Scan on (cases_case|"
                         r"intake_concern)\b", plan), plan  # fmt: skip
    last = Client(REMOTE_ADDR="9.9.9.9")
    answers = [last.post("/report/nearby/", {"words": MINE}).status_code for _ in range(60)]
    assert answers[0] == 200 and answers[-1] == 204


@pytest.mark.browser
def test_it_is_offered_while_one_writes(screen: Screen) -> None:
    load_presets()
    cast = make_cast()
    load_sorting()
    walk = begin(cast)
    walk.until("handling")
    page = screen.phone("/report/")
    page.fill("#id_words", f"东关社区{MINE}")
    expect(page.get_by_text("是，我也反映")).to_be_visible()
    picture(page, "nearby-what")
    screen.check(page)
    page.get_by_text("是，我也反映").click()
    page.get_by_role("button", name="下一步").last.click()
    expect(page.locator("#same_1")).to_be_checked()
    page.fill("#id_place", "东关")
    page.get_by_role("button", name="下一步").last.click()
    expect(page.locator("#same_1")).to_be_checked()
    page.get_by_text("匿名").first.click()
    picture(page, "nearby-who")
    screen.check(page)
    page.get_by_role("button", name="发送").last.click()
    page.wait_for_url("**/report/done/")
    outbox.drain()
    concern = Concern.objects.exclude(number=walk.number).get()
    assert Case.objects.get(concern=concern).parent == walk.case
    screen.complaints_are_none()
