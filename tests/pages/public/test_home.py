"""The first page tells the public true numbers, the page about us the limits in force."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from lianxin.appraisal.tasks import close_silent
from lianxin.cases import actions as cases
from lianxin.intake.models import Concern
from lianxin.journal import outbox
from lianxin.kernel import clock
from lianxin.people.models import Unit
from tests.cast import Cast, make_cast
from tests.walk import WORDS, Walk, begin, load_sorting

pytestmark = pytest.mark.django_db


def _home() -> str:
    caches["local"].clear()
    return Client(headers={"accept-language": "en"}).get("/").content.decode()


def test_an_empty_place_says_what_will_be_shown(cast: Cast) -> None:
    page = _home()
    assert "Nothing has been settled yet" in page and '<svg class="bar"' not in page
    assert 'href="/report/"' in page and 'href="/track/"' in page and "tel:119" in page


def test_the_numbers_are_those_of_the_cases() -> None:
    with clock.at(timedelta(days=-40)):
        cast = make_cast()
        load_sorting()
        late = begin(cast)
        late.until("handling")
    Unit.objects.filter(pk=cast.desk.pk).update(phone="0873-2123456")
    begin(cast).until("closed")
    unsolved = begin(cast)
    unsolved.until("replied")
    unsolved.rate(result=1, solved="no")
    page = _home()
    assert "<b>1</b> matter settled" in page
    assert "<b>1</b> of the 2 people who judged" in page
    assert "Still at work on <b>2</b>" in page and "<b>1</b> of them is past its date" in page
    assert "tel:0873-2123456" in page and "%" not in page.partition("<table")[0].split("month")[-1]


def test_it_tells_how_many_were_met_and_how_many_staff_found() -> None:
    with clock.at(timedelta(days=-40)):
        cast = make_cast()
        load_sorting()
        sheet = {
            "key": str(uuid.uuid4()),
            "words": WORDS,
            "place": "东关大街",
            "urgency": "ordinary",
        }
        cast.client(cast.secretary).post("/desk/register/found/", sheet)
        outbox.drain()
        found = Walk(cast, Concern.objects.get().number, "")
        found.until("replied")
    close_silent()
    assert found.case.state == "closed"
    met = begin(cast)
    met.until("handling")
    talk = cases.NewContact(way="on_site", reached=True, text="一起到路口看过。")
    cases.log_contact(met.case, talk, by=met.viewer("handler"))
    for step in (met.submit, met.approve, met.rate):
        step()
    page = _home()
    assert "<b>2</b> matters settled" in page
    assert "In <b>1</b> of them we met the person face to face" in page
    assert "<b>1</b> was found by staff before anybody had to ask" in page


def test_the_numbers_are_counted_once_a_minute(cast: Cast, django_assert_num_queries: Any) -> None:
    client = Client()
    client.get("/")
    with django_assert_num_queries(0):
        client.get("/")


def test_the_page_about_us_names_limits_and_grounds(cast: Cast) -> None:
    load_sorting()
    page = Client(headers={"accept-language": "en"}).get("/about/").content.decode()
    assert "5 working days" in page and "Outside this county" in page
    assert "The decision takes 2 working days at most." in page
