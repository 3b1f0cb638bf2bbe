"""Every edition of the notice stays, and which one counted for whom can be told for ever."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import yaml
from django.db import DatabaseError, connection, transaction
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from lianxin.access import SYSTEM
from lianxin.journal import queries as journal
from lianxin.kernel import clock
from lianxin.kernel.problems import Problem
from lianxin.rights import actions, editions, queries
from lianxin.rights.choices import Text
from lianxin.rights.events import EditionPublished
from lianxin.rights.models import Edition
from tests.cast import Cast
from tests.intake.paper import SCREENS, fill
from tests.rights.test_own_data import holder, page_of
from tests.walk import begin

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def notice(title: str) -> str:
    section = {"heading": "谁在处理", "text": "清河县信访局。\n电话见下。"}
    return yaml.safe_dump(
        {"text": "notice", "texts": {"zh-hans": {"title": title, "sections": [section]}}},
        allow_unicode=True,
    )


def publish(title: str, valid_from: date) -> Edition:
    kind, content = editions.parse(notice(title))
    return actions.publish(kind, content, valid_from=valid_from, by=SYSTEM)


def page(path: str = "/privacy/", language: str = "zh-hans") -> str:
    return Client(headers={"accept-language": language}).get(path).content.decode()


def test_the_notice_that_comes_with_the_product_says_what_the_law_asks() -> None:
    text = page()
    for part in (
        "谁在处理",
        "用来做什么",
        "不需要您另行",
        "敏感的个人信息",
        "不满十四周岁",
        "您的权利",
    ):
        assert part in text
    for part in ("2 年", "6 个月", "10 年", "1 天"):
        assert part in text
    assert "誰在處理" in page(language="zh-hant") and "Who handles it" in page(language="en")


def test_the_form_leads_to_it_and_asks_for_no_consent() -> None:
    answer = fill(Client(), *SCREENS[:2]).content.decode()
    assert 'href="/privacy/"' in answer and "同意" not in answer


def test_loading_twice_publishes_once() -> None:
    assert actions.load_defaults(by=SYSTEM) == 2
    assert actions.load_defaults(by=SYSTEM) == 0
    [entry] = journal.story([f"edition:{Edition.objects.get(text='notice').pk}"])
    event = entry.event_object()
    assert isinstance(event, EditionPublished) and len(event.digest) == 64


def test_each_person_is_told_the_edition_of_their_day(cast: Cast) -> None:
    with clock.at(clock.now() - 10 * DAY):
        actions.load_defaults(by=SYSTEM)
        first = begin(cast)
        publish("第二版", clock.today() + 3 * DAY)
    second = begin(cast)
    assert "edition 1 of the privacy notice" in page_of(holder(first))
    assert "edition 2 of the privacy notice" in page_of(holder(second))
    assert "第二版" in page() and "您的个人信息，我们这样用" in page("/privacy/1/")
    assert "这是第 1 版" in page("/privacy/1/")


def test_a_coming_edition_can_be_read_and_does_not_count_yet() -> None:
    actions.load_defaults(by=SYSTEM)
    publish("明年这一版", clock.today() + 30 * DAY)
    assert "明年这一版" not in page().split("<footer")[0].replace("（", "")
    assert 'href="/privacy/2/"' in page() and "明年这一版" in page("/privacy/2/")
    assert Client().get("/privacy/3/").status_code == 404
    assert Client().get("/privacy/99999999999999999999/").status_code == 404


@pytest.mark.parametrize("days", [-400, -1, 0])
def test_what_counted_in_the_past_cannot_be_published_afterwards(days: int) -> None:
    actions.load_defaults(by=SYSTEM)
    with pytest.raises(Problem):
        publish("改写过去", clock.today() + days * DAY)
    assert Edition.objects.filter(text="notice").count() == 1


def test_an_edition_may_not_begin_before_the_last_one() -> None:
    actions.load_defaults(by=SYSTEM)
    publish("第二版", clock.today() + 9 * DAY)
    for days in (5, 9):
        with pytest.raises(Problem):
            publish("第三版", clock.today() + days * DAY)


@pytest.mark.parametrize(
    "statement", ["UPDATE rights_edition SET number = 9", "DELETE FROM rights_edition"]
)
def test_the_database_itself_refuses_to_change_or_remove_one(statement: str) -> None:
    actions.load_defaults(by=SYSTEM)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@settings(max_examples=25, deadline=None)
@given(ahead=st.lists(st.integers(1, 40), min_size=1, max_size=6), asked=st.integers(0, 200))
def test_the_last_one_that_has_begun_is_in_force(ahead: list[int], asked: int) -> None:
    with transaction.atomic():
        first = clock.today()
        actions.load_defaults(by=SYSTEM)
        days = [first]
        for step in ahead:
            days.append(days[-1] + step * DAY)
            publish(f"{len(days)}", days[-1])
        on = first + asked * DAY
        assert queries.in_force(Text.NOTICE, on).number == sum(day <= on for day in days)
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("file", "place"),
    [
        ("", "text"),
        ("[1, 2", "第 1 行"),
        ("text: notice", "texts"),
        ("text: notice\ntexts: {en: {}}", "texts"),
        ("text: notice\ntexts: {zh-hans: {title: 5, sections: []}}", "texts.zh-hans.title"),
        ("text: retention\nrules: []", "rules"),
        ("text: retention\nrules: [{what: contact, days: -1}]", "rules.1.days"),
        ("text: retention\nrules: [{what: contact, days: yes}]", "rules.1.days"),
        ("text: retention\nrules: [{what: soul, days: 1}]", "rules.1.what"),
        ("text: retention\nrules: [{what: words, days: 1, for: me}]", "rules.1.for"),
        ("text: retention\nrules: [{what: words, days: 1, kind: rich}]", "rules.1.kind"),
    ],
)
def test_a_bad_file_is_refused_with_the_place(file: str, place: str) -> None:
    with pytest.raises(Problem) as raised:
        editions.parse(file)
    assert place in raised.value.messages


@given(st.text(max_size=300))
def test_no_file_at_all_breaks_the_reader(file: str) -> None:
    with pytest.raises(Problem):
        editions.parse(file)


def test_what_is_shown_as_a_file_can_be_published_again() -> None:
    for kind in Text.values:
        content: dict[str, Any] = editions.shipped(kind)
        again = editions.parse(yaml.safe_dump({"text": kind, **content}, allow_unicode=True))
        assert again == (kind, content)
