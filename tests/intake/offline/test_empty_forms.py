"""What a device may keep: empty forms, the same for everybody, and all they need to be drawn."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.contrib import messages
from django.contrib.staticfiles import finders
from django.test import Client

from lianxin.intake.channels.doors import DOORS
from lianxin.intake.offline import pages
from lianxin.people.middleware import ViewerMiddleware
from tests.cast import Cast

pytestmark = pytest.mark.django_db
FORMS = [f"/desk/register/{door.name}/offline/" for door in DOORS if door.empty]
STATIC = re.compile(r'(?:href|src)="(/static/[^"#]+)')
VERSION = re.compile(r"lianxin-\w{12}")
ICONS = {"/static/ui/icon-192.png"}
"""Drawn by the device when the site is installed, not on a page."""


@pytest.mark.parametrize("path", [*FORMS, "/kept/", "/report/offline/"])
def test_it_is_the_same_whoever_asks_and_names_nobody(cast: Cast, path: str) -> None:
    found = {cast.client(one).get(path).content for one in (cast.clerk, cast.dispatcher)}
    assert len(found) == 1
    page = found.pop().decode()
    assert cast.clerk.name not in page and "csrf" not in page and "data-user" not in page


def test_what_was_to_be_said_to_somebody_is_not_kept_with_a_form(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = ViewerMiddleware.__call__

    def saying(self: ViewerMiddleware, request: Any) -> Any:
        messages.info(request, "办结了：东关大街")
        return call(self, request)

    monkeypatch.setattr(ViewerMiddleware, "__call__", saying)
    client = cast.client(cast.clerk)
    assert "办结了" not in client.get(FORMS[0]).content.decode()
    assert "办结了" in client.get("/desk/register/").content.decode(), "said on the next page"


@pytest.mark.parametrize("path", [*FORMS, "/kept/", "/report/offline/"])
def test_all_that_a_form_needs_is_kept_with_it(cast: Cast, path: str) -> None:
    page = cast.client(cast.clerk).get(path).content.decode()
    needed = set(STATIC.findall(page)) - ICONS
    assert needed and needed <= {f"/static/{name}" for name in pages.FILES}


def test_the_worker_names_files_that_are_there_and_changes_with_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer = Client().get("/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert all(finders.find(name) for name in pages.FILES)
    before = answer.content.decode()
    assert json.dumps([f"/static/{name}" for name in pages.FILES]) in before
    monkeypatch.setattr(pages, "static", lambda name: f"/static/{name}.abc")
    after = Client().get("/sw.js").content.decode()
    versions = {*VERSION.findall(before), *VERSION.findall(after)}
    assert len(versions) == 2


def test_the_manifest_names_the_place_and_pictures_that_are_there(settings: Any) -> None:
    settings.LIANXIN_PLACE = "城关镇"
    answer = Client().get("/app.webmanifest")
    about = answer.json()
    assert about["name"] == "城关镇 · 连心" and about["display"] == "standalone"
    assert all(finders.find(icon["src"].removeprefix("/static/")) for icon in about["icons"])
    assert {icon["purpose"] for icon in about["icons"]} == {"any", "maskable"}
