"""What was filed for somebody, later: sent again, asked for at the window, read, erased."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from lianxin.access import SYSTEM
from lianxin.intake import flood, queries
from lianxin.intake.actions import erase_contact, give_code_anew
from lianxin.intake.channels.doors import told
from lianxin.intake.models import Attachment, Concern, Helper
from lianxin.journal import outbox
from lianxin.kernel import clock
from lianxin.kernel.ids import format_number
from tests.cast import Cast
from tests.intake.channels.api.program import Program
from tests.intake.channels.proxy.afar import filed, follow, handed_over, last_screen
from tests.intake.paper import hidden, picture
from tests.walk import begin, load_sorting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh(cast: Cast) -> None:
    call_command("createcachetable")
    cache.clear()


@pytest.mark.parametrize("late", [True, False], ids=["a day later", "with a new code"])
def test_sent_again_when_no_code_is_shown_it_speaks_of_no_code_of_the_helpers(late: bool) -> None:
    post = last_screen()
    Client().post("/report/", post)
    if not late:
        give_code_anew(Concern.objects.get(), by=SYSTEM)
    again = Client()
    with clock.at(clock.now() + timedelta(hours=25 if late else 0)):
        assert again.post("/report/", post | {"authority": picture()}).status_code == 303
        slip = str(signing.loads(again.cookies["receipt"].value, salt="lianxin.receipt"))
        assert not re.search(r"\d{20}", slip)
        answer = again.get("/report/done/")
        assert answer.context["slip"].theirs, "the helper never had the code this would speak of"
        page = answer.content.decode()
        assert not follow(again) and 'value="show"' not in page
        assert again.post("/report/done/", {"do": "show"}).status_code == 303
        assert not follow(again)


def test_in_a_flood_the_sheet_goes_along_with_the_little_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(flood, "rising", lambda _request: True)
    client = Client()
    asked = client.post("/report/", last_screen())
    assert asked.status_code == 200 and not Concern.objects.exists()
    carried = hidden(asked)
    assert carried["for_other"] == ["on"] and carried["proxy_name"] == ["欧阳小军"]
    assert client.post("/report/", {**carried, "work": ""}).status_code == 303
    assert Concern.objects.get().channel == "proxy" and Helper.objects.get().standing
    assert Attachment.objects.get().concern == Concern.objects.get()


def test_what_a_device_kept_because_the_answer_was_lost_is_not_to_be_written_again() -> None:
    post = last_screen()
    Client().post("/report/", post)
    post.pop("authority")
    answer = Client().post("/kept/send/", post)
    number = format_number(Concern.objects.get().number)
    assert answer.status_code == 422 and number in answer.json()["problems"][""][0]
    assert Concern.objects.count() == 1


def test_when_name_and_number_are_gone_nothing_speaks_of_the_sheet_as_if_it_lay_there() -> None:
    client = filed()
    person = Client()
    person.post("/track/", {"code": handed_over(client)})
    outbox.drain()
    concern = Concern.objects.get()
    before, own = told(concern), person.get("/track/case/data/")
    assert "委托书已封存" in before
    assert len(own.context["own"].sealed) == 5 and not own.context["own"].originals
    assert "1 个文件" not in own.content.decode()
    erase_contact(concern, why="asked", by=SYSTEM)
    assert told(concern) != before and "已封存" not in told(concern)
    assert not person.get("/track/case/data/").context["own"].sealed


def test_a_program_reads_that_whoever_filed_stands_and_no_number_of_theirs() -> None:
    client = filed()
    theirs = handed_over(client)
    outbox.drain()
    (helper,) = Program(code=theirs).get("concern")["helpers"]
    assert (helper["number"], helper["standing"]) == ("", True)


def test_at_the_window_the_desk_is_told_that_another_knows_name_and_number(cast: Cast) -> None:
    load_sorting()
    mine = begin(cast, identity="named", contact={"name": "阿依", "phone": "13912345678"})
    filed()
    outbox.drain()
    desk = cast.client(cast.clerk)
    theirs = Concern.objects.get(channel="proxy").number
    assert queries.concern_numbered(theirs) is not None
    pages = [desk.get(f"/desk/cases/{n}/code/").content.decode() for n in (theirs, mine.number)]
    assert ["notice-warning" in page for page in pages] == [True, False]
