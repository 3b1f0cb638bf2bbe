"""Whoever is pressed because they spoke reports that to the desk above (regulation art. 18)."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from lianxin.cases.models import Case, Lane
from lianxin.intake.models import Concern
from lianxin.journal import outbox
from tests.cast import Cast
from tests.intake.paper import last_screen
from tests.walk import begin, load_sorting

pytestmark = pytest.mark.django_db


def test_the_way_from_the_page_of_the_case_to_the_desk_above(cast: Cast) -> None:
    load_sorting()
    walk = begin(cast)
    client = Client()
    client.post("/track/", {"code": walk.code})
    link = re.search(
        r'href="(/report/\?about=official)"', client.get("/track/case/").content.decode()
    )
    assert link
    page = client.get(link[1]).content.decode()
    assert "上一级" in page
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert hidden["about_official"] == "on"
    post = last_screen(words="因为我上次反映，今天有人上门威胁我。", about_official="on")
    assert client.post("/report/", post).status_code == 303
    outbox.drain()
    concern = Concern.objects.latest("pk")
    assert concern.about_official
    assert Case.objects.get(concern=concern).lane == Lane.HIGHER


def test_the_form_without_it_is_as_it_was() -> None:
    page = Client().get("/report/?about=anything").content.decode()
    assert 'name="about_official"' not in page and "上一级" not in page
