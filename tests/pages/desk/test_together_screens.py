"""Hand over, set aside, the joined and the outside bodies as somebody at the desk sees them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lianxin.cases import actions
from lianxin.deadlines.actions import load_presets
from lianxin.journal import outbox
from lianxin.kernel import clock
from tests.cast import make_cast
from tests.screen import Screen, picture
from tests.walk import Walk, begin, load_sorting

pytestmark = pytest.mark.browser
WHY = {"ground": "judicial_or_arbitration", "text": "这件事由法院决定，已经替您转过去了。"}


@pytest.fixture
def walk(screen: Screen) -> Walk:
    load_presets()
    cast = make_cast()
    load_sorting()
    return begin(cast)


def handed(walk: Walk, body: str, days: int) -> None:
    new = actions.NewHandover(
        body=body, sent="原话和两张照片", way="post", reference="EMS 1234",
        sent_on=clock.today(), due_on=clock.today() + timedelta(days=days),
    )  # fmt: skip
    actions.hand_over(walk.case, new, **WHY, by=walk.viewer("clerk"))


def tracked(screen: Screen, walk: Walk, name: str) -> None:
    page = screen.phone("/track/")
    page.locator("[name=code]").fill(walk.code)
    page.locator("main button[type=submit], main .btn-primary").first.click()
    page.wait_for_url("**/track/case/")
    screen.check(page)
    picture(page, name)


def test_what_was_handed_over_and_what_is_owed(screen: Screen, walk: Walk) -> None:
    walk.sort(kind="complaint_official")
    page = screen.desk(walk.cast.dispatcher, f"/desk/cases/{walk.number}/do/hand_over/")
    screen.check(page)
    picture(page, "hand_over")
    page = screen.desk(walk.cast.dispatcher, "/desk/bodies/")
    screen.check(page)
    picture(page, "bodies_empty")
    handed(walk, "court", 15)
    handed(walk, "labour_arbitration", 0)
    for path, name in (
        (f"/desk/cases/{walk.number}/", "handed"),
        (f"/desk/cases/{walk.number}/do/note_receipt/", "receipt"),
        ("/desk/bodies/", "bodies"),
    ):
        page = screen.desk(walk.cast.dispatcher, path)
        screen.check(page)
        picture(page, name)
    tracked(screen, walk, "handed_person")


def test_what_was_set_aside(screen: Screen, walk: Walk) -> None:
    by = walk.viewer("dispatcher")
    page = screen.desk(walk.cast.dispatcher, f"/desk/cases/{walk.number}/do/ask_aside/")
    screen.check(page)
    picture(page, "ask_aside")
    actions.ask_aside(walk.case, ground="advertisement", text="我们看过，这是广告。", by=by)
    page = screen.desk(walk.cast.supervisor, f"/desk/cases/{walk.number}/do/rule_on_aside/")
    screen.check(page)
    picture(page, "rule_on_aside")
    supervisor = walk.viewer("supervisor")
    actions.rule_on_aside(walk.case, grant=True, text="是广告", by=supervisor)
    tracked(screen, walk, "aside_person")


def test_many_who_were_joined(screen: Screen, walk: Walk) -> None:
    by = walk.viewer("dispatcher")
    for n in range(24):
        other = begin(walk.cast, words=f"我家门口第{n + 1}盏路灯也不亮，走夜路害怕。")
        other.sort()
        actions.merge_case(other.case, parent=walk.case, by=by)
    actions.write_message(other.case, words="又黑了一盏。", by=other.resident)
    walk.until("handling")
    outbox.drain()
    for path, name in (("", "joined"), ("do/write/", "joined_write")):
        page = screen.desk(walk.cast.handler, f"/desk/cases/{walk.number}/{path}")
        screen.check(page)
        picture(page, name)
    tracked(screen, other, "joined_person")
    for step in (walk.contact, walk.submit, walk.approve, walk.rate):
        step()
    outbox.drain()
    page = screen.phone("/")
    screen.check(page)
    picture(page, "home")
    page = screen.desk(walk.cast.dispatcher, f"/desk/cases/{walk.number}/letter/")
    screen.check(page)
    picture(page, "letter")
    page = screen.desk(walk.cast.dispatcher, f"/desk/cases/{walk.number}/do/post_letter/")
    screen.check(page)
    picture(page, "post_letter")
