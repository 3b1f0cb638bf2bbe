"""A unit words what residents are sent, and the words tell nobody more than who handles it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from lianxin.access import SYSTEM, Refused
from lianxin.cases import actions as cases
from lianxin.cases import identity
from lianxin.cases.models import Case, Conflict
from lianxin.journal import outbox
from lianxin.journal import queries as journal
from lianxin.kernel import clock
from lianxin.kernel.ids import format_number
from lianxin.kernel.problems import Problem
from lianxin.notices import wording
from lianxin.notices.models import Notice, Wording
from lianxin.notices.residents import send_notices
from lianxin.people import actions as people
from lianxin.people.models import Unit, User
from lianxin.people.roles import Role
from lianxin.vault.choices import Way
from lianxin.vault.templates import Words
from tests.cast import Cast
from tests.post import Postman
from tests.walk import Walk, begin, load_sorting

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=clock.SHANGHAI)
CONTACT = {"name": "王桂兰", "email": "wang@example.org"}
WISHED: dict[str, Any] = {
    "identity": "named", "reply_mode": "online", "contact": CONTACT, "notify": "email",
    "language": "zh-hans",
}  # fmt: skip
TEXT = "{unit}告诉您：{number} {news} {link}"


@pytest.fixture(autouse=True)
def noon(db: None, post: Postman) -> Iterator[None]:
    load_sorting()
    with clock.at(NOON):
        yield


def says(cast: Cast, unit: Unit, text: str = TEXT, language: str = "zh-hans") -> None:
    wording.word(unit, text, way=Way.EMAIL, language=language, by=cast.viewer(cast.sys_admin))


def notice(walk: Walk, post: Postman, by: str) -> str:
    """The notice about a message that somebody writes now, with the number left out."""
    Notice.objects.all().delete()
    before = len(post.received)
    cases.write_message(walk.case, words=f"第 {before} 问：门牌号是多少？", by=walk.viewer(by))
    outbox.drain()
    assert send_notices() == 1 and len(post.received) == before + 1
    body = post.received[-1].get_body(("plain",))
    assert body
    return str(body.get_content()).replace(format_number(walk.number), "№")


def at(cast: Cast, unit: Unit, **changes: Any) -> Walk:
    """A case that this unit handles."""
    walk = begin(cast, **(WISHED | changes))
    walk.sort()
    cases.dispatch_case(walk.case, unit_id=unit.pk, reason="归他们管", by=walk.viewer("dispatcher"))
    outbox.drain()
    return walk


def test_the_nearest_unit_speaks_in_the_language_of_the_person(cast: Cast, post: Postman) -> None:
    walk = at(cast, cast.housing)
    assert "有问题需要您回答" in notice(walk, post, "liaison")
    assert "告诉您" not in notice(walk, post, "liaison")
    says(cast, cast.county)
    assert "清河县告诉您：№ 有问题需要您回答 https" in notice(walk, post, "liaison")
    says(cast, cast.housing, "我们住建局：{number} {link}")
    assert "我们住建局：№ https" in notice(walk, post, "liaison")
    english = at(cast, cast.housing, language="en")
    assert "you are asked something" in notice(english, post, "liaison")
    says(cast, cast.county, "{unit}: {number}, {news}: {link}", "en")
    assert "清河县: №, you are asked something" in notice(english, post, "liaison")


def test_what_a_unit_above_says_counts_below_and_not_beside(cast: Cast) -> None:
    says(cast, cast.housing)
    found = {
        unit.name: wording.words_for(unit.path, Way.EMAIL, "zh-hans")
        for unit in (cast.county, cast.housing, cast.water, cast.education)
    }
    words = Words(TEXT, "住建局")
    assert found == {"清河县": None, "住建局": words, "供水公司": words, "教育局": None}
    assert wording.words_for(cast.water.path, Way.SMS, "zh-hans") is None


def test_an_administrator_looks_first_and_then_saves(cast: Cast) -> None:
    client, page = cast.client(cast.sys_admin), f"/desk/people/units/{cast.housing.pk}/words/"
    assert "系统自带的话" in client.get(page).content.decode()
    one = page + "zh-hans/sms/"
    assert "您的编号 {number}" in client.get(one).content.decode()
    wrong = client.post(one, {"do": "look", "text": "{name} 看 {link}"}).content.decode()
    assert "没有 {name}" in wrong and "请加上 {number}" in wrong and "{name} 看 {link}" in wrong
    # Nothing is saved that was not looked at, or that was changed since.
    for seen in ({}, {"seen": "另外的话 {number} {link}"}):
        shown = client.post(one, {"do": "save", "text": TEXT, **seen}).content.decode()
        assert "住建局告诉您：7K2Q-M4XD-9TB 有答复了" in shown and "1 条短信" in shown
        assert not Wording.objects.exists()
    assert client.post(one, {"do": "save", "text": TEXT, "seen": TEXT}).status_code == 303
    assert Wording.objects.get().text == TEXT and "本单位的话" in client.get(page).content.decode()
    below = f"/desk/people/units/{cast.water.pk}/words/"
    assert "住建局的话" in client.get(below).content.decode()
    client.post(one, {"do": "drop"})
    assert not Wording.objects.exists()
    told = [entry.event_object() for entry in journal.story([f"unit:{cast.housing.pk}"])]
    assert [row.text for row in told if row.name == "notices.worded"] == [TEXT, ""]  # type: ignore[attr-defined]
    audit = cast.client(cast.auditor).get("/desk/administrators/").content.decode()
    assert "改了给群众的通知用语" in audit


def test_saving_the_same_again_is_no_change(cast: Cast) -> None:
    says(cast, cast.housing)
    says(cast, cast.housing)
    story = [entry.event for entry in journal.story([f"unit:{cast.housing.pk}"])]
    assert story.count("notices.worded") == 1


@pytest.mark.parametrize("part", ["sec_admin", "auditor", "leader", "dispatcher", "supervisor"])
def test_nobody_else_words_anything(cast: Cast, part: str) -> None:
    person = getattr(cast, part)
    with pytest.raises(Refused):
        wording.word(cast.housing, TEXT, way=Way.SMS, language="en", by=cast.viewer(person))
    page = f"/desk/people/units/{cast.housing.pk}/words/zh-hans/sms/"
    assert cast.client(person).get(page).status_code == 404


def test_an_administrator_of_another_unit_does_not(cast: Cast) -> None:
    other = people.add_user(username="edu-admin", name="许诺", password="x" * 12, by=SYSTEM)
    people.add_member(user=other, unit=cast.education, role=Role.SYS_ADMIN, by=SYSTEM)
    User.objects.update(must_change_password=False)
    other.refresh_from_db()
    page = f"/desk/people/units/{cast.housing.pk}/words/zh-hans/sms/"
    assert cast.client(other).get(page).status_code == 404
    with pytest.raises(Refused):
        wording.word(cast.housing, TEXT, way=Way.SMS, language="en", by=cast.viewer(other))
    for wrong in ("zh-hans/call/", "fr/sms/", "zh-hans/letter/"):
        address = f"/desk/people/units/{cast.education.pk}/words/{wrong}"
        assert cast.client(other).get(address).status_code == 404


def test_the_action_checks_what_the_form_does(cast: Cast) -> None:
    with pytest.raises(Problem) as raised:
        says(cast, cast.housing, "{number} {link} {words}")
    assert list(raised.value.messages) == ["text"] and not Wording.objects.exists()


def test_the_page_of_a_unit_asks_once_however_deep(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for unit in (cast.county, cast.housing, cast.water):
        for way in wording.WAYS:
            wording.word(unit, TEXT, way=way, language="zh-hans", by=cast.viewer(cast.sys_admin))
    with django_assert_max_num_queries(1):
        assert len(wording.counting(cast.water)) == 9


# --- Which words are used tells nobody anything. -------------------------------------------------

ORDINARY = "路灯坏了三天，晚上看不清路。"
ACCUSING = "城关镇的阿依古丽·买买提收了好处费才给办。"


def at_the_desks(cast: Cast, post: Postman) -> tuple[str, str]:
    """The notice about an ordinary concern at the town's own desk, and about a complaint against
    the town, which lies at the desk above."""
    mine = people.add_user(username="town-desk", name="丁一", password="x" * 12, by=SYSTEM)
    people.add_member(user=mine, unit=cast.town, role=Role.DISPATCHER, by=SYSTEM)
    for unit in (cast.county, cast.town, cast.east, cast.desk):
        says(cast, unit)
    ordinary = begin(cast, words=ORDINARY, **WISHED)
    held = begin(cast, words=ACCUSING, **WISHED)
    assert ordinary.case.desk_unit == cast.town and held.case.desk_unit == cast.desk
    cases.write_message(ordinary.case, words="哪一盏？", by=cast.viewer(mine))
    outbox.drain()
    assert send_notices() == 1
    body = post.received[-1].get_body(("plain",))
    assert body
    first = str(body.get_content()).replace(format_number(ordinary.number), "№")
    return first, notice(held, post, "dispatcher")


def about_housing(cast: Cast, post: Postman) -> tuple[str, str]:
    """The notice about an ordinary case of the education office, and about one against housing that
    it handles."""
    for unit in (cast.housing, cast.education, cast.desk):
        says(cast, unit)
    ordinary = at(cast, cast.education, words=ORDINARY)
    accusing = begin(cast, words=ORDINARY, **WISHED)
    accusing.sort()
    cases.name_party(
        accusing.case,
        unit_id=cast.housing.pk,
        reason="说的是他们",
        by=accusing.viewer("dispatcher"),
    )
    cases.dispatch_case(
        accusing.case, unit_id=cast.education.pk, reason="换一家", by=accusing.viewer("dispatcher")
    )
    outbox.drain()
    who = "liaison_of_other_unit"
    return notice(ordinary, post, who), notice(accusing, post, who)


WAYS: dict[str, Callable[[Cast, Postman], tuple[str, str]]] = {
    "held at the desk above": at_the_desks,
    "handled by another unit": about_housing,
}


@pytest.mark.parametrize("way", WAYS)
def test_a_complaint_reads_like_any_other_matter(cast: Cast, post: Postman, way: str) -> None:
    ordinary, accusing = WAYS[way](cast, post)
    assert ordinary == accusing
    assert "城关镇" not in accusing and "住建局" not in accusing


def of_the_desk(case: Case, way: Way, language: str) -> Words | None:
    """The words of the desk: a case that is kept from an office lies at another."""
    return wording.words_for(case.desk_unit.path, way, language)


def product_s_for_complaints(case: Case, way: Way, language: str) -> Words | None:
    """The product's own for whatever is about somebody, the unit's for the rest."""
    if case.lead_unit is None or Conflict.objects.filter(case=case).exists():
        return None
    return wording.words_for(case.lead_unit.path, way, language)


def of_the_place(case: Case, way: Way, language: str) -> Words | None:
    """The words of the unit of the place, be it the one that is accused."""
    unit = Unit.objects.filter(area=case.concern.area_id).first()
    return wording.words_for(unit.path, way, language) if unit else None


TWINS = {
    "of the desk": ("held at the desk above", of_the_desk),
    "the product's for complaints": ("handled by another unit", product_s_for_complaints),
    "of the place": ("held at the desk above", of_the_place),
}


@pytest.mark.parametrize("twin", TWINS)
def test_other_rules_are_caught(
    cast: Cast, post: Postman, twin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    way, rule = TWINS[twin]
    monkeypatch.setattr(identity, "words_of", rule)
    ordinary, accusing = WAYS[way](cast, post)
    assert ordinary != accusing or re.search("城关镇|东关社区", accusing)


def test_whom_a_case_is_about_never_speaks_in_it(cast: Cast, post: Postman) -> None:
    says(cast, cast.housing)
    walk = at(cast, cast.housing)
    assert "住建局告诉您" in notice(walk, post, "liaison")
    cases.name_party(
        walk.case, unit_id=cast.housing.pk, reason="说的是他们", by=walk.viewer("dispatcher")
    )
    assert "告诉您" not in notice(walk, post, "dispatcher")
    # Not even where it should still lead the case, or its parent's words would count.
    says(cast, cast.county)
    Case.objects.filter(pk=walk.case.pk).update(lead_unit=cast.water)
    assert identity.words_of(walk.case, Way.EMAIL, "zh-hans") is None


def test_whoever_was_joined_reads_the_words_of_what_they_follow(cast: Cast, post: Postman) -> None:
    says(cast, cast.housing)
    walk = at(cast, cast.housing)
    other = begin(cast, **WISHED)
    other.sort()
    cases.merge_case(other.case, parent=walk.case, by=walk.viewer("dispatcher"))
    outbox.drain()
    assert identity.words_of(other.case, Way.EMAIL, "zh-hans") == Words(TEXT, "住建局")
